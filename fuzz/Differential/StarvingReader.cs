// Tells when a server wants more bytes than there are. Only then the client says that it sends no more: Kestrel takes an end of input that comes
// together with a body for the end inside of the body, which would drown everything else.

using System.IO.Pipelines;

namespace Galley.Fuzzing.Differential;

sealed class StarvingReader(PipeReader inner, Action starved) : PipeReader
{
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> reading = inner.ReadAsync(cancellationToken);
        if (!reading.IsCompleted)
            starved();
        return reading;
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
