// Where one field line lies in the head: offsets, never bytes, so that the caller may move its buffer. RFC 9112 section 5.

namespace Galley.Wire.Http1;

/// <summary>One field line as offsets from the first byte given to <see cref="HeadParser.Parse"/>. Surrounding whitespace is excluded.</summary>
public readonly struct FieldSlice
{
    /// <summary>Creates a slice.</summary>
    public FieldSlice(int nameStart, int nameLength, int valueStart, int valueLength, KnownField known)
    {
        NameStart = nameStart;
        NameLength = nameLength;
        ValueStart = valueStart;
        ValueLength = valueLength;
        Known = known;
    }

    /// <summary>Offset of the name.</summary>
    public int NameStart { get; }

    /// <summary>Length of the name in bytes.</summary>
    public int NameLength { get; }

    /// <summary>Offset of the value.</summary>
    public int ValueStart { get; }

    /// <summary>Length of the value in bytes, without surrounding whitespace.</summary>
    public int ValueLength { get; }

    /// <summary>The name if it is a known one.</summary>
    public KnownField Known { get; }

    /// <summary>The bytes of the name as they were sent.</summary>
    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> head) => head.Slice(NameStart, NameLength);

    /// <summary>The bytes of the value. They may contain obs-text (0x80 to 0xFF): treat them as opaque (RFC 9110 section 5.5).</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head) => head.Slice(ValueStart, ValueLength);
}
