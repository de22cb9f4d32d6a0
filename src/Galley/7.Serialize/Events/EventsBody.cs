// The body of an event stream as stage 8 sees it: streamed, and for long. Between two events the engine sends its heartbeat, so that neither side
// takes silence for death (WHATWG HTML section 9.2.7).

using System.Buffers;

namespace Galley.Serializing;

/// <summary>Marks a response whose content is a function that writes events.</summary>
internal sealed class EventsBody : Body
{
    public static readonly EventsBody Instance = new();

    internal override bool IsOurs => true;

    internal override bool IsStreamed => true;

    internal override bool IsLongLived => true;

    // A comment and an empty line: ignored by every client, wherever between two events it comes.
    internal override ReadOnlySpan<byte> Heartbeat => ":\n\n"u8;

    public override ReadOnlySpan<byte> ContentType => "text/event-stream"u8;

    public override void Serialize(object? content, IBufferWriter<byte> output) =>
        throw new InvalidOperationException("An event stream is written by stage 8 while it is sent, not serialized before.");
}
