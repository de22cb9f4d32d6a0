// An open file as an answer: validators, preconditions, ranges (RFC 9110 chapters 8, 13 and 14).

using System.Globalization;
using System.Text;
using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Makes 200, 206, 304, 412 and 416 of a file. It takes over the open file: that is closed here, or belongs to the exchange.</summary>
internal static class FileAnswer
{
    private static readonly byte[] s_etag = "ETag"u8.ToArray();
    private static readonly byte[] s_lastModified = "Last-Modified"u8.ToArray();
    private static readonly byte[] s_contentRange = "Content-Range"u8.ToArray();
    private static readonly byte[] s_location = "Location"u8.ToArray();
    private static readonly byte[] s_acceptRanges = "Accept-Ranges"u8.ToArray();
    private static readonly byte[] s_bytes = "bytes"u8.ToArray();

    /// <summary>What a path of the program's becomes: nothing of it is checked, its name is the program's.</summary>
    public static Response OfPath(Exchange exchange, string path, FileBody? kind, in Response response)
    {
        if (FileTree.OpenAny(path, out OpenedFile file) != Opening.File) return Response.NotFound();
        ResponseField fields = ResponseField.Trusted(s_acceptRanges, s_bytes, response.Fields);
        return Of(exchange, file, kind ?? FileKinds.Of(Encoding.UTF8.GetBytes(Path.GetFileName(path))), fields, default, response.Status);
    }

    /// <summary>The answer for an open file.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="file">The file.</param>
    /// <param name="kind">Its media type.</param>
    /// <param name="fields">The fields that every answer for this file has.</param>
    /// <param name="coding">The content coding of its bytes, which is a state of its own; empty for none.</param>
    /// <param name="status">Another status for the whole file: a page for what was not found. To that no precondition and no range applies (section 13.2.1).</param>
    public static Response Of(Exchange exchange, in OpenedFile file, FileBody kind, ResponseField fields, ReadOnlySpan<byte> coding, int status = 200)
    {
        if (status != 200)
        {
            bool isHead = exchange.Head.Method == Wire.Http1.Method.Head;
            if (isHead) file.Handle.Dispose();
            return Sending(exchange, status, kind, new SentFile(isHead ? null : file.Handle, [new FilePiece(null, 0, file.Size)], file.Size, file.Modified), fields);
        }
        long now = exchange.Time.GetUtcNow().ToUnixTimeSeconds();
        // A date in the future would be newer than the answer that carries it (RFC 9110 section 8.8.2.1).
        long modified = Math.Min(file.ModifiedSeconds, now);
        byte[] tag = Tag(file, coding, isSettled: file.ModifiedSeconds < now - 1);
        fields = ResponseField.Trusted(s_lastModified, Date(modified), ResponseField.Trusted(s_etag, tag, fields));

        switch (Preconditions.Judge(exchange, exists: true, tag, modified))
        {
            case Judgement.NotModified:
                file.Handle.Dispose();
                return Response.Trusted(304, null, null, fields);
            case Judgement.Failed:
                file.Handle.Dispose();
                return new Problem(412, "The file is not in the state that the request names.");
        }
        if (exchange.Head.Method == Wire.Http1.Method.Head)
        {
            file.Handle.Dispose();
            return Sending(exchange, 200, kind, new SentFile(null, [new FilePiece(null, 0, file.Size)], file.Size, file.Modified), fields);
        }
        Span<ByteRange> ranges = stackalloc ByteRange[Limits.MostRanges];
        ranges = ranges[..Math.Min(exchange.Limits.Ranges, ranges.Length)];
        RangeVerdict verdict = Ranges(exchange, file, tag, modified, now, ranges, out int count);
        if (verdict == RangeVerdict.Unsatisfiable)
        {
            file.Handle.Dispose();
            Response refusal = new Problem(416, "The file has no such range.");
            return refusal.WithTrusted(s_contentRange, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Size}")));
        }
        if (verdict == RangeVerdict.Whole) return Sending(exchange, 200, kind, new SentFile(file.Handle, [new FilePiece(null, 0, file.Size)], file.Size, file.Modified), fields);
        if (count > 1) return Sending(exchange, 206, RangeParts.Kind(out string boundary), RangeParts.Of(file, kind, ranges[..count], boundary), fields);
        fields = ResponseField.Trusted(s_contentRange, RangeParts.ContentRange(ranges[0], file.Size), fields);
        return Sending(exchange, 206, kind, new SentFile(file.Handle, [new FilePiece(null, ranges[0].Start, ranges[0].Length)], file.Size, file.Modified), fields);
    }

    /// <summary>A redirect to the same folder with its slash. The reference is relative, so that no path can make it another host's.</summary>
    public static Response ToFolder(Exchange exchange)
    {
        ReadOnlySpan<byte> path = exchange.Path;
        string name = Uri.EscapeDataString(Encoding.UTF8.GetString(path[(path.LastIndexOf((byte)'/') + 1)..]));
        string query = exchange.Query.IsEmpty ? "" : "?" + Encoding.ASCII.GetString(exchange.Query);
        return Response.Trusted(301, null, null, null).WithTrusted(s_location, Encoding.ASCII.GetBytes($"./{name}/{query}"));
    }

    private static Response Sending(Exchange exchange, int status, FileBody kind, SentFile file, ResponseField fields)
    {
        exchange.Send(file);
        return Response.Trusted(status, kind, file, fields);
    }

    private static RangeVerdict Ranges(Exchange exchange, in OpenedFile file, ReadOnlySpan<byte> tag, long modified, long now, Span<ByteRange> into, out int count)
    {
        count = 0;
        if (into.IsEmpty || exchange.Head.Method != Wire.Http1.Method.Get) return RangeVerdict.Whole;
        if (!Preconditions.TryGetOnly(exchange, KnownField.Range, out ReadOnlySpan<byte> range, out _)) return RangeVerdict.Whole;
        if (!Preconditions.AllowRange(exchange, tag, modified, now)) return RangeVerdict.Whole;
        RangeVerdict verdict = ByteRanges.Read(range, file.Size, into, out count);
        if (verdict == RangeVerdict.Whole && range.Count((byte)',') >= into.Length) exchange.LimitReached?.Invoke("Galley:Limits:Ranges", into.Length);
        return verdict;
    }

    // Size and time of the last change: what every process that serves the same deployment agrees on, at no cost. Not the inode: two machines with the same
    // files would give two tags. Within a second or two of a change another may follow at the same stamp, so until then the tag is weak.
    private static byte[] Tag(in OpenedFile file, ReadOnlySpan<byte> coding, bool isSettled)
    {
        Span<byte> text = stackalloc byte[64];
        int at = 0;
        if (!isSettled) Put(text, "W/"u8, ref at);
        Put(text, "\""u8, ref at);
        file.Modified.TryFormat(text[at..], out int written, "x", CultureInfo.InvariantCulture);
        at += written;
        Put(text, "-"u8, ref at);
        file.Size.TryFormat(text[at..], out written, "x", CultureInfo.InvariantCulture);
        at += written;
        if (!coding.IsEmpty) Put(text, "-"u8, ref at);
        Put(text, coding, ref at);
        Put(text, "\""u8, ref at);
        return text[..at].ToArray();
    }

    private static void Put(Span<byte> text, ReadOnlySpan<byte> more, ref int at)
    {
        more.CopyTo(text[at..]);
        at += more.Length;
    }

    private static byte[] Date(long seconds)
    {
        byte[] date = new byte[HttpDate.Length];
        HttpDate.Write(seconds, date);
        return date;
    }
}
