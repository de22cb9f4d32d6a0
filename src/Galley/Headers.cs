// The header fields of a request as views of the bytes that arrived.

using System.Text;

namespace Galley;

/// <summary>The header fields of one request; names compare without case. Valid as long as its request.</summary>
public readonly ref struct Headers
{
    private readonly Exchange _exchange;

    internal Headers(Exchange exchange) => _exchange = exchange;

    /// <summary>How many field lines the request has.</summary>
    public int Count => _exchange.FieldCount;

    /// <summary>The first value of a field as a string; null when it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            Span<byte> utf8 = stackalloc byte[128];
            return Encoding.ASCII.TryGetBytes(name, utf8, out int length) && TryGet(utf8[..length], out ReadOnlySpan<byte> value)
                ? Encoding.Latin1.GetString(value)
                : null;
        }
    }

    /// <summary>The first value of a field as the bytes that were sent.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) => _exchange.TryGetField(name, out value);

    /// <summary>The name of field line <paramref name="index"/>, as it was sent.</summary>
    public ReadOnlySpan<byte> NameAt(int index) => _exchange.FieldName(index);

    /// <summary>The value of field line <paramref name="index"/>, without the white space around it.</summary>
    public ReadOnlySpan<byte> ValueAt(int index) => _exchange.FieldValue(index);
}
