// The target of a request: its form, its parts, its path decoded and normalized. RFC 9112 section 3.2, RFC 3986.
// Flags: o OPTIONS, k CONNECT. The path is decoded a second time by a naive reading of the rule at the head of PathDecoder.cs.

using System.Text;
using System.Text.Unicode;
using Galley.Wire.Http1;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class UriTarget : Target
{
    static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    public override string Name => "uri";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        // What no request line can hold still must not harm the decoder.
        Decode(input.Bytes, out _);
        ReadOnlySpan<byte> before = input.Has('o') ? "OPTIONS "u8 : input.Has('k') ? "CONNECT "u8 : "GET "u8;
        byte[] bytes = [.. before, .. input.Bytes, .. " HTTP/1.1\r\nHost: a\r\n\r\n"u8];
        HeadLimits limits = new() { AcceptConnect = true, MaxTargetBytes = 1 << 16, MaxHeadBytes = 1 << 17 };
        RequestHead head = new();
        ParseResult result = default;
        foreach (int end in (ReadOnlySpan<int>)[.. ends, bytes.Length - before.Length])
        {
            told.Step();
            result = HeadParser.Parse(bytes.AsSpan(0, before.Length + end), limits, head);
            if (result.Status != ParseStatus.NeedMore)
                break;
        }
        if (result.Status != ParseStatus.Complete)
        {
            told.Tell(result.Reason.ToString());
            return result.Status == ParseStatus.Rejected ? Ending.Rejection : Ending.NeedMore;
        }
        ReadOnlySpan<byte> parsed = bytes.AsSpan(0, result.Consumed);
        RequestTarget.Tell(told, head, parsed);
        ReadOnlySpan<byte> path = head.Path(parsed);
        if (head.TargetForm is TargetForm.Authority or TargetForm.Asterisk)
        {
            Require(path.IsEmpty);
            return Ending.Value;
        }
        Require(Decode(path, out byte[] decoded), "the path of a complete head decodes");
        Require(!head.PathIsPlain || path.SequenceEqual(decoded));
        Require(decoded.AsSpan().SequenceEqual(s_strict.GetBytes(Naive(s_strict.GetString(path)))));
        told.Tell("decoded", decoded);
        return Ending.Value;
    }

    static bool Decode(ReadOnlySpan<byte> path, out byte[] decoded)
    {
        byte[] buffer = new byte[path.Length];
        decoded = [];
        if (!PathDecoder.TryDecode(path, buffer, out int written, out RejectionReason reason))
        {
            Require(reason == RejectionReason.InvalidTarget);
            return false;
        }
        decoded = buffer[..written];
        Require(written > 0 && decoded[0] == '/' && Utf8.IsValid(decoded) && !PathDecoder.HasDotSegment(decoded));
        Require(!decoded.AsSpan().ContainsAnyInRange((byte)0, (byte)0x1F) && !decoded.AsSpan().ContainsAny((byte)'\\', (byte)0x7F));
        return true;
    }

    // The rule, as slow and as plain as it can be said.
    static string Naive(string path)
    {
        List<string> kept = [];
        string[] segments = path[1..].Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            string segment = string.Join("%2F", segments[i].Split("%2F").Select(part => string.Join("%2F", part.Split("%2f").Select(Uri.UnescapeDataString))));
            bool isLast = i == segments.Length - 1;
            if (segment == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            if (segment is not ("." or ".."))
                kept.Add(segment);
            else if (isLast)
                kept.Add("");
        }
        return "/" + string.Join('/', kept);
    }
}
