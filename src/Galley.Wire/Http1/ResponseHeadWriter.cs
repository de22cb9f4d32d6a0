// A response head as bytes. RFC 9112 section 4, RFC 9110 sections 5 and 15.
// Nothing here throws: a span that is too small is the caller's cue to grow it, and a value with a CR or LF is an attack
// (response splitting) that must end in an error response, not in an exception from the last stage.

using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Galley.Wire.Http1;

/// <summary>
/// Writes a response head into a span: <see cref="Status"/>, fields, <see cref="End"/>. Each method returns false once anything failed, and
/// writes nothing from then on; so it is enough to look at the result of <see cref="End"/>, then at <see cref="Failure"/>.
/// </summary>
/// <example><code>
/// ResponseHeadWriter head = new(buffer);
/// head.Status(200);
/// head.Field("Content-Type"u8, "application/json"u8);
/// head.ContentLength(27);
/// if (!head.End()) { /* head.Failure */ }
/// </code></example>
public ref struct ResponseHeadWriter
{
    readonly Span<byte> _destination;

    /// <summary>A writer at the beginning of <paramref name="destination"/>.</summary>
    public ResponseHeadWriter(Span<byte> destination) => _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Why writing stopped.</summary>
    public HeadWriteFailure Failure { get; private set; }

    /// <summary>The status line. Any status from 100 to 599; an unregistered one has an empty phrase.</summary>
    public bool Status(int status)
    {
        if (status == 200)
            return Append("HTTP/1.1 200 OK\r\n"u8);
        ReadOnlySpan<byte> line = StatusLines.Line(status);
        if (!line.IsEmpty)
            return Append(line);
        if (status is < 100 or > 599)
            return Fail(HeadWriteFailure.InvalidStatus);
        ReadOnlySpan<byte> digits = [(byte)('0' + status / 100), (byte)('0' + status / 10 % 10), (byte)('0' + status % 10)];
        // The space before an absent phrase is mandatory (RFC 9112 section 4).
        return Append("HTTP/1.1 "u8) && Append(digits) && Append(" \r\n"u8);
    }

    /// <summary>A field. The name must be a token and the value free of control characters.</summary>
    public bool Field(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name.ContainsAnyExcept(Octets.Token))
            return Fail(HeadWriteFailure.InvalidName);
        return value.ContainsAny(Octets.ValueStop) ? Fail(HeadWriteFailure.InvalidValue) : Trusted(name, value);
    }

    /// <summary>A field whose value is text; it is written as UTF-8.</summary>
    public bool Field(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<char> value)
    {
        if (name.IsEmpty || name.ContainsAnyExcept(Octets.Token))
            return Fail(HeadWriteFailure.InvalidName);
        int before = Written;
        return Append(name) && AppendOrRestore(": "u8, before) && AppendText(value, before) && AppendOrRestore("\r\n"u8, before);
    }

    /// <summary>A field of which name and value are text.</summary>
    public bool Field(string name, scoped ReadOnlySpan<char> value)
    {
        ArgumentNullException.ThrowIfNull(name);
        int before = Written;
        if (!AppendText(name, before))
            return false;
        if (name.Length == 0 || _destination[before..Written].ContainsAnyExcept(Octets.Token))
            return Fail(HeadWriteFailure.InvalidName, before);
        return AppendOrRestore(": "u8, before) && AppendText(value, before) && AppendOrRestore("\r\n"u8, before);
    }

    /// <summary>A field whose value is a decimal number.</summary>
    public bool Field(scoped ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        return Field(name, digits[..length]);
    }

    /// <summary>Content-Length, not negative. Not together with chunked, and not with 1xx or 204 (RFC 9110 section 8.6).</summary>
    public bool ContentLength(long length)
    {
        if (length < 0)
            return Fail(HeadWriteFailure.InvalidValue);
        int before = Written;
        // Twenty digits and CRLF: one check instead of three on the path of every response.
        if (Failure != HeadWriteFailure.None || _destination.Length - before < 16 + 22)
            return ContentLengthSlowly(length);
        Span<byte> rest = _destination[before..];
        "Content-Length: "u8.CopyTo(rest);
        Utf8Formatter.TryFormat(length, rest[16..], out int digits);
        rest[16 + digits] = Octets.Cr;
        rest[17 + digits] = Octets.Lf;
        Written = before + 18 + digits;
        return true;
    }

    /// <summary>Date, from the 29 bytes of an IMF-fixdate (RFC 9110 section 5.6.7) that the caller keeps up to date.</summary>
    public bool Date(scoped ReadOnlySpan<byte> date) => Trusted("Date"u8, date);

    /// <summary>
    /// Lines that the caller prepared and vouches for, each complete with CRLF, such as a constant <c>"Server: galley\r\n"u8</c>. Not checked:
    /// never pass anything a client had a hand in.
    /// </summary>
    public bool Lines(scoped ReadOnlySpan<byte> lines) => Append(lines);

    /// <summary>The empty line that ends the head. True if everything was written.</summary>
    public bool End() => Append("\r\n"u8);

    /// <summary>A field whose name and value the caller has checked already, once, when it was given them.</summary>
    public bool Trusted(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (Failure != HeadWriteFailure.None)
            return false;
        int length = name.Length + value.Length + 4;
        if (_destination.Length - Written < length)
            return Fail(HeadWriteFailure.NeedsMore);
        Span<byte> rest = _destination.Slice(Written, length);
        name.CopyTo(rest);
        rest[name.Length] = (byte)':';
        rest[name.Length + 1] = Octets.Space;
        value.CopyTo(rest[(name.Length + 2)..]);
        rest[length - 2] = Octets.Cr;
        rest[length - 1] = Octets.Lf;
        Written += length;
        return true;
    }

    bool ContentLengthSlowly(long length)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(length, digits, out int count);
        return Trusted("Content-Length"u8, digits[..count]);
    }

    bool Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (Failure != HeadWriteFailure.None)
            return false;
        if (_destination.Length - Written < bytes.Length)
            return Fail(HeadWriteFailure.NeedsMore);
        bytes.CopyTo(_destination[Written..]);
        Written += bytes.Length;
        return true;
    }

    bool AppendOrRestore(scoped ReadOnlySpan<byte> bytes, int before) => Append(bytes) || Fail(Failure, before);

    bool AppendText(scoped ReadOnlySpan<char> text, int before)
    {
        if (Failure != HeadWriteFailure.None)
            return false;
        Span<byte> rest = _destination[Written..];
        OperationStatus status = Utf8.FromUtf16(text, rest, out _, out int count, replaceInvalidSequences: false);
        if (status == OperationStatus.DestinationTooSmall)
            return Fail(HeadWriteFailure.NeedsMore, before);
        if (status != OperationStatus.Done || rest[..count].ContainsAny(Octets.ValueStop))
            return Fail(HeadWriteFailure.InvalidValue, before);
        Written += count;
        return true;
    }

    bool Fail(HeadWriteFailure failure)
    {
        if (Failure == HeadWriteFailure.None)
            Failure = failure;
        return false;
    }

    // What was written of the failed field does not count.
    bool Fail(HeadWriteFailure failure, int before)
    {
        Written = before;
        return Fail(failure);
    }
}
