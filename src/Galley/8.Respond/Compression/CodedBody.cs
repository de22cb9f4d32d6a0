// Bytes of a program that were coded: what is sent is no longer the array it gave.

using System.Buffers;

namespace Galley.Responding;

/// <summary>Keeps the media type of a body whose coded bytes are serialized already.</summary>
internal sealed class CodedBody(Body plain) : Body
{
    internal override bool IsOurs => true;

    public override ReadOnlySpan<byte> ContentType => plain.ContentType;

    public override void Serialize(object? content, IBufferWriter<byte> output) => throw new InvalidOperationException("A coded body has been serialized.");
}
