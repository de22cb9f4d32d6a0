// Several ranges in one body: multipart/byteranges. RFC 9110 section 14.6.

using System.Globalization;
using System.Text;
using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Puts separators between parts of a file.</summary>
internal static class RangeParts
{
    /// <summary>The media type, with a boundary that no file can know: what a file contains must not look like its end.</summary>
    public static FileBody Kind(out string boundary)
    {
        boundary = Guid.NewGuid().ToString("N"); // from the system's random numbers
        return new FileBody("multipart/byteranges; boundary=" + boundary);
    }

    /// <summary>The body: a head for each part, and the end.</summary>
    public static SentFile Of(in OpenedFile file, FileBody kind, ReadOnlySpan<ByteRange> ranges, string boundary)
    {
        var pieces = new FilePiece[(ranges.Length * 2) + 1];
        string type = Encoding.ASCII.GetString(kind.ContentType);
        for (int i = 0; i < ranges.Length; i++)
        {
            string before = i == 0 ? "" : "\r\n";
            string range = Encoding.ASCII.GetString(ContentRange(ranges[i], file.Size));
            pieces[i * 2] = Text($"{before}--{boundary}\r\nContent-Type: {type}\r\nContent-Range: {range}\r\n\r\n");
            pieces[(i * 2) + 1] = new FilePiece(null, ranges[i].Start, ranges[i].Length);
        }
        pieces[^1] = Text($"\r\n--{boundary}--\r\n");
        return new SentFile(file.Handle, pieces, file.Size, file.Modified);
    }

    public static byte[] ContentRange(ByteRange range, long size) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bytes {range.Start}-{range.End - 1}/{size}"));

    private static FilePiece Text(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        return new FilePiece(bytes, 0, bytes.Length);
    }
}
