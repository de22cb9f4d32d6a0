// Where a TLS record begins and ends (RFC 8446 section 5.1; the same in RFC 5246 section 6.2.1): all that has to be known about the encrypted side
// to give SslStream a whole record at a time.

using System.Buffers.Binary;

namespace Galley.Receiving.Tls;

/// <summary>Reads the head of a record.</summary>
internal static class TlsRecord
{
    /// <summary>Type, version, length.</summary>
    public const int HeadBytes = 5;

    /// <summary>The most plaintext that one record carries.</summary>
    public const int PlainBytes = 16 * 1024;

    /// <summary>The longest record: TLS 1.2 lets encryption add 2,048 bytes, TLS 1.3 less.</summary>
    public const int MostBytes = HeadBytes + PlainBytes + 2048;

    /// <summary>Returned by <see cref="LengthOf"/>: these bytes do not begin a record.</summary>
    public const int NotTls = -1;

    private const byte FirstType = 20; // change_cipher_spec, alert, handshake, application_data
    private const byte LastType = 23;
    private const byte Handshake = 22;

    /// <summary>The length of the record that <paramref name="bytes"/> begin with, head included; 0 when more of it must come.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return 0;
        if (bytes[0] is < FirstType or > LastType) return NotTls;
        if (bytes.Length > 1 && bytes[1] != 3) return NotTls;
        if (bytes.Length < HeadBytes) return 0;
        int length = HeadBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        if (length > MostBytes) return NotTls;
        return bytes.Length >= length ? length : 0;
    }

    /// <summary>Whether a connection may begin like this. SSL 2 may not: no client that is worth a connection still greets so.</summary>
    public static bool IsGreeting(byte first) => first == Handshake;

    /// <summary>Whether a connection begins with a method of HTTP in clear text.</summary>
    public static bool IsPlainHttp(byte first) => first is >= (byte)'A' and <= (byte)'Z';
}
