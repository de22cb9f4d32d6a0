// Header fields a program adds to a response. They are checked and encoded when they are given, where the mistake is.

using System.Buffers;
using System.Text;

namespace Galley;

/// <summary>One field of a response and the ones given before it: an immutable list, so that a Response stays a value.</summary>
internal sealed class ResponseField
{
    // RFC 9110 section 5.6.2: tchar.
    private static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private ResponseField(byte[] name, byte[] value, ResponseField? before)
    {
        Name = name;
        Value = value;
        Before = before;
    }

    public byte[] Name { get; }

    public byte[] Value { get; }

    public ResponseField? Before { get; }

    public static ResponseField Checked(string name, string value, ResponseField? before)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.AsSpan().ContainsAnyExcept(s_token)) throw new ArgumentException($"'{name}' is not a field name (RFC 9110 section 5.1).", nameof(name));
        if (IsFraming(name))
            throw new ArgumentException($"{name} belongs to the message framing, which Galley writes itself.", nameof(name));
        if (name.Equals("Date", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException("Date is written by Galley, once (RFC 9110 section 6.6.1); Last-Modified and Expires are yours.", nameof(name));
        return new(Encoding.ASCII.GetBytes(name), CheckedValue(name, value), before);
    }

    /// <summary>A field of which name and value are known to be good: constants, and values that Galley made.</summary>
    public static ResponseField Trusted(byte[] name, byte[] value, ResponseField? before) => new(name, value, before);

    /// <summary>The value as bytes; refuses what could end the field early and start another (response splitting).</summary>
    public static byte[] CheckedValue(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (char c in value)
        {
            if (c is < ' ' and not '\t' or '\x7f')
                throw new ArgumentException($"The value of {name} holds the control character U+{(int)c:X4}; a field value cannot (RFC 9110 section 5.5).", nameof(value));
        }
        return Encoding.UTF8.GetBytes(value.Trim(' ', '\t'));
    }

    private static bool IsFraming(string name) =>
        name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ||
        name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) ||
        name.Equals("Connection", StringComparison.OrdinalIgnoreCase);
}
