// What the fields of a response say about compression: one walk over them.

using System.Text;

namespace Galley.Responding;

/// <summary>The facts that decide.</summary>
internal readonly struct FieldNotes
{
    public FieldNotes(ResponseField? fields)
    {
        for (ResponseField? field = fields; field is not null; field = field.Before)
        {
            if (Is(field, "Vary"u8)) HasVary |= Holds(field.Value, "accept-encoding"u8) || Holds(field.Value, "*"u8);
            else if (Is(field, "ETag"u8)) Tag = field.Value;
            else if (Is(field, "Set-Cookie"u8)) SetsCookie = true;
            // RFC 9111 section 5.2.2.6. The digests (RFC 9530 and before) are of the bytes that would be sent.
            else if (Is(field, "Cache-Control"u8)) ForbidCoding |= Holds(field.Value, "no-transform"u8);
            else if (Is(field, "Content-Encoding"u8) || Is(field, "Content-Range"u8) || Is(field, "Content-Digest"u8) || Is(field, "Repr-Digest"u8) || Is(field, "Digest"u8)) ForbidCoding = true;
        }
    }

    /// <summary>Whether Vary names Accept-Encoding already.</summary>
    public bool HasVary { get; }

    /// <summary>Whether the body must stay as it is.</summary>
    public bool ForbidCoding { get; }

    public bool SetsCookie { get; }

    /// <summary>The entity tag; null without.</summary>
    public byte[]? Tag { get; }

    private static bool Is(ResponseField field, ReadOnlySpan<byte> name) => field.Name.Length == name.Length && Ascii.EqualsIgnoreCase(field.Name, name);

    private static bool Holds(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name)
    {
        foreach (Range at in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(list[at].Trim(" \t"u8), name)) return true;
        }
        return false;
    }
}
