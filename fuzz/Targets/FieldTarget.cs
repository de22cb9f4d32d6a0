// Codecs that read the value of one field, whole. What can be cut there is the head around it: the value reaches the codec through the head
// parser, as it does on a connection, and so only values that a head can hold are read. Such a codec has no calls to count; AFL++ bounds its time.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Fuzzing;

/// <summary>A target that reads one field value.</summary>
abstract class FieldTarget : Target
{
    static readonly HeadLimits s_limits = new() { MaxHeadBytes = 1 << 20 };

    /// <summary>Reads the value, without the white space around it.</summary>
    protected abstract Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told);

    public sealed override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        ReadOnlySpan<byte> before = "GET / HTTP/1.0\r\nx:"u8;
        byte[] bytes = [.. before, .. input.Bytes, .. "\r\n\r\n"u8];
        RequestHead head = new();
        ParseResult result = default;
        foreach (int end in ends)
        {
            told.Step();
            result = HeadParser.Parse(bytes.AsSpan(0, before.Length + end), s_limits, head);
            if (result.Status == ParseStatus.Rejected)
                break;
        }
        if (result.Status == ParseStatus.NeedMore)
            result = HeadParser.Parse(bytes, s_limits, head);
        told.Tell(result.Reason.ToString());
        // The bytes may end the line, and even the head: then the value is what stands before.
        return result.Status == ParseStatus.Complete && head.TryGetField(bytes, "x"u8, out ReadOnlySpan<byte> value)
            ? Read(input, value, told)
            : Ending.Rejection;
    }

    /// <summary>Latin-1, for the naive second implementations.</summary>
    protected static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
