// A body that is produced while it is sent. Stage 8 frames the pieces: chunked for HTTP/1.1, delimited by the close for 1.0.

using System.Buffers;

namespace Galley.Serializing;

/// <summary>Marks a response whose content is a function that writes the body.</summary>
internal sealed class StreamBody(string contentType) : Body
{
    private readonly byte[] _contentType = ResponseField.CheckedValue("Content-Type", contentType);

    internal override bool IsOurs => true;

    internal override bool IsStreamed => true;

    public override ReadOnlySpan<byte> ContentType => _contentType;

    public override void Serialize(object? content, IBufferWriter<byte> output) =>
        throw new InvalidOperationException("A streamed body is written by stage 8 while it is sent, not serialized before.");
}
