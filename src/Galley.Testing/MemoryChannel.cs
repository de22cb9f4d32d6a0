// The client's end of an in-memory connection, in the public shape.

using Galley.Receiving.Memory;

namespace Galley.Testing;

internal sealed class MemoryChannel(MemoryEnd end) : ClientChannel
{
    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => end.SendAsync(bytes, cancellationToken);

    public override ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken = default) => end.ReceiveAsync(into, cancellationToken);

    public override void HalfClose() => end.HalfClose();

    public override void Reset() => end.Reset();

    protected override void Dispose(bool disposing) => end.Dispose();
}
