// A streamed body on its way through a coder. Every piece is flushed: what a program has written its client can read, however little it was.

namespace Galley.Responding;

/// <summary>Codes the pieces of a streamed response. One writer at a time.</summary>
internal sealed class CodedWriter(BodyWriter inner, Coder coder) : BodyWriter, IDisposable
{
    // A large piece is coded in parts, so that never more than one of them waits in memory.
    private const int PartBytes = 64 * 1024;

    private readonly ByteBuffer _coded = new();
    private int _isWriting;
    private bool _hasEnded;

    /// <inheritdoc/>
    internal override Exchange? Exchange => inner.Exchange;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        Enter();
        try
        {
            while (!piece.IsEmpty)
            {
                int length = Math.Min(PartBytes, piece.Length);
                coder.Write(piece.Span[..length], _coded);
                piece = piece[length..];
                if (piece.IsEmpty) coder.Flush(_coded);
                await SendAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    /// <summary>The program's function has returned: the end of the coded data.</summary>
    public async ValueTask EndAsync()
    {
        Enter(); // for good: nothing can be written behind the end
        coder.End(_coded);
        await SendAsync().ConfigureAwait(false);
        _hasEnded = true;
    }

    /// <summary>Lets go of everything, unless a write that nobody awaited still uses it: then the finalizers do.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isWriting, 1) == 1 && !_hasEnded) return;
        coder.Dispose();
        _coded.Clear();
    }

    private async ValueTask SendAsync()
    {
        if (_coded.Length == 0) return;
        await inner.WriteAsync(_coded.WrittenMemory).ConfigureAwait(false);
        _coded.Clear();
    }

    // The coder's memory is native: two at a time would be more than a mistake in one answer.
    private void Enter()
    {
        if (Interlocked.Exchange(ref _isWriting, 1) == 1) throw new InvalidOperationException("A piece is being written already, or the body has ended: one writer at a time.");
    }
}
