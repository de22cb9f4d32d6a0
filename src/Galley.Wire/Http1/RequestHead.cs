// A parsed request head as offsets and verdicts. It holds no bytes: the caller owns the buffer, may move it, and passes it
// to the accessors. One object per connection (or exchange), Reset between requests. RFC 9112 sections 2 to 6.

using System.Text;

namespace Galley.Wire.Http1;

/// <summary>
/// A request head: offsets into the bytes given to <see cref="HeadParser.Parse"/>, counted from the first of them, and the framing
/// decided from its fields. Reusable; not thread-safe. Everything here is valid once the parse is complete.
/// </summary>
public sealed class RequestHead
{
    internal FieldSlice[] Slices = new FieldSlice[16];
    internal HeadPhase Phase;
    internal ConnectionOptions Options;
    internal RejectionReason Reason;
    // The element being parsed starts at Position, is known to be valid up to Scanned, and if it is a field line whose colon was
    // found, that is at Colon. With these a client that sends byte by byte costs one look at each byte.
    internal int Position;
    internal int Scanned;
    internal int Colon;

    /// <summary>The method.</summary>
    public Method Method { get; internal set; }

    /// <summary>Offset of the method token.</summary>
    public int MethodStart { get; internal set; }

    /// <summary>Length of the method token.</summary>
    public int MethodLength { get; internal set; }

    /// <summary>The form of the target.</summary>
    public TargetForm TargetForm { get; internal set; }

    /// <summary>Offset of the request target.</summary>
    public int TargetStart { get; internal set; }

    /// <summary>Length of the request target.</summary>
    public int TargetLength { get; internal set; }

    /// <summary>Offset of the path.</summary>
    public int PathStart { get; internal set; }

    /// <summary>Length of the path. Zero in authority- and asterisk-form, and for <c>http://host</c>, which means <c>/</c>.</summary>
    public int PathLength { get; internal set; }

    /// <summary>Offset of the query, after its <c>?</c>.</summary>
    public int QueryStart { get; internal set; }

    /// <summary>Length of the query without its <c>?</c>.</summary>
    public int QueryLength { get; internal set; }

    /// <summary>Whether the path is already what <see cref="PathDecoder"/> would make of it: no escapes and no dot segments.</summary>
    public bool PathIsPlain { get; internal set; }

    /// <summary>Whether the request is HTTP/1.1 (or a later minor version), as opposed to HTTP/1.0.</summary>
    public bool IsHttp11 { get; internal set; }

    /// <summary>Number of field lines.</summary>
    public int FieldCount { get; internal set; }

    /// <summary>The field lines in the order they came.</summary>
    public ReadOnlySpan<FieldSlice> Fields => Slices.AsSpan(0, FieldCount);

    /// <summary>Bytes of the head, the ignored leading empty line and the final one included. The body begins here.</summary>
    public int Length { get; internal set; }

    /// <summary>How the body is framed.</summary>
    public BodyKind BodyKind { get; internal set; }

    /// <summary>The Content-Length; 0 unless <see cref="BodyKind"/> is <see cref="BodyKind.Length"/>.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>Whether the client lets the connection persist (RFC 9112 section 9.3).</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>Whether the client waits for 100 (Continue) before it sends the body (RFC 9110 section 10.1.1).</summary>
    public bool ExpectContinue { get; internal set; }

    /// <summary>Whether the client offers to switch protocols: an Upgrade field and <c>Connection: upgrade</c>, HTTP/1.1 only.</summary>
    public bool HasUpgrade { get; internal set; }

    /// <summary>Offset of the host (with port, if any): of the target's authority if it has one, else of the Host field.</summary>
    public int HostStart { get; internal set; }

    /// <summary>Length of the host; 0 if an HTTP/1.0 client sent none.</summary>
    public int HostLength { get; internal set; }

    /// <summary>The method token.</summary>
    public ReadOnlySpan<byte> MethodToken(ReadOnlySpan<byte> head) => head.Slice(MethodStart, MethodLength);

    /// <summary>The request target as sent.</summary>
    public ReadOnlySpan<byte> Target(ReadOnlySpan<byte> head) => head.Slice(TargetStart, TargetLength);

    /// <summary>The path as sent, still encoded; <c>/</c> where an absolute target has none; empty in authority- and asterisk-form.</summary>
    public ReadOnlySpan<byte> Path(ReadOnlySpan<byte> head) =>
        PathLength == 0 && TargetForm == TargetForm.Absolute ? "/"u8 : head.Slice(PathStart, PathLength);

    /// <summary>The query without its <c>?</c>.</summary>
    public ReadOnlySpan<byte> Query(ReadOnlySpan<byte> head) => head.Slice(QueryStart, QueryLength);

    /// <summary>The host, with port if any.</summary>
    public ReadOnlySpan<byte> Host(ReadOnlySpan<byte> head) => head.Slice(HostStart, HostLength);

    /// <summary>Finds the first field of that name, whatever its case. There may be more: look through <see cref="Fields"/> for those.</summary>
    public bool TryGetField(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (ref readonly FieldSlice field in Fields)
        {
            if (field.NameLength == name.Length && Ascii.EqualsIgnoreCase(field.Name(head), name))
            {
                value = field.Value(head);
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>Finds the first field of that name.</summary>
    public bool TryGetField(ReadOnlySpan<byte> head, KnownField name, out ReadOnlySpan<byte> value)
    {
        foreach (ref readonly FieldSlice field in Fields)
        {
            if (field.Known == name && name != KnownField.Other)
            {
                value = field.Value(head);
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>Forgets the request. The field array is kept, so the next one allocates nothing.</summary>
    public void Reset()
    {
        Phase = HeadPhase.Start;
        Options = ConnectionOptions.None;
        Reason = RejectionReason.None;
        Position = Scanned = Colon = 0;
        Method = Method.None;
        TargetForm = TargetForm.Origin;
        BodyKind = BodyKind.None;
        MethodStart = MethodLength = TargetStart = TargetLength = PathStart = PathLength = QueryStart = QueryLength = 0;
        HostStart = HostLength = FieldCount = Length = 0;
        ContentLength = 0;
        PathIsPlain = IsHttp11 = KeepAlive = ExpectContinue = HasUpgrade = false;
    }

    internal Step Reject(RejectionReason reason)
    {
        Phase = HeadPhase.Rejected;
        Reason = reason;
        return Step.Rejected;
    }

    internal Step Wait(HeadPhase phase, int position, int scanned)
    {
        Phase = phase;
        Position = position;
        Scanned = scanned;
        return Step.NeedMore;
    }
}
