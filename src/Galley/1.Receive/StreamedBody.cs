// A response body that is written while it is sent. The program's function runs on the thread pool; each piece goes to the loop by letter, and the
// writer waits until the client has taken enough of it (back-pressure).

using System.Buffers;
using System.Threading.Tasks.Sources;
using Galley.Wire.Http1;

namespace Galley.Receiving;

/// <summary>Carries pieces from a program's function to its connection. One per streamed response.</summary>
internal sealed class StreamedBody : BodyWriter, IValueTaskSource
{
    private readonly Turn _turn;
    private readonly Events _events;
    private readonly Func<BodyWriter, CancellationToken, ValueTask> _write;
    private readonly PieceLetter _letter;
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private ReadOnlyMemory<byte> _next;
    private int _isWriting;

    public StreamedBody(Turn turn, Events events, Func<BodyWriter, CancellationToken, ValueTask> write, bool isChunked)
    {
        _turn = turn;
        _events = events;
        _write = write;
        IsChunked = isChunked;
        _letter = new PieceLetter(this);
    }

    /// <summary>Whether pieces are framed as chunks; else the close ends the body (HTTP/1.0).</summary>
    public bool IsChunked { get; }

    /// <summary>The loop's side: what is left of the current piece.</summary>
    public ReadOnlyMemory<byte> Rest { get; set; }

    /// <summary>The loop's side: whether the writer waits for <see cref="Rest"/> to be taken.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The loop's side: whether the function has returned; nothing follows <see cref="Rest"/>.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the function failed: the body must not look complete.</summary>
    public bool IsTruncated { get; private set; }

    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(static body => _ = body.RunAsync(), this, preferLocal: false);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        if (_turn.Exchange.IsAborted) throw new OperationCanceledException("The client is gone.");
        if (piece.IsEmpty) return default; // an empty chunk would end the body (RFC 9112 section 7.1)
        if (Interlocked.Exchange(ref _isWriting, 1) == 1) throw new InvalidOperationException("A piece is being written already: one writer at a time.");
        _next = piece;
        _source.Reset();
        _turn.Home.Mail.Post(_letter);
        return new(this, _source.Version);
    }

    public void GetResult(short token)
    {
        bool isThis = token == _source.Version;
        try
        {
            _source.GetResult(token);
        }
        finally
        {
            if (isThis) Volatile.Write(ref _isWriting, 0); // not before: the source is in use until its result is taken
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>The loop's side: puts the next part of the current piece into <paramref name="wire"/>. False when there is none.</summary>
    public bool TryFrame(IBufferWriter<byte> wire)
    {
        if (Rest.IsEmpty) return false;
        ReadOnlySpan<byte> part = Rest.Span[..Math.Min(Rest.Length, OutputQueue.PieceBytes)];
        Rest = Rest[part.Length..];
        Span<byte> room = wire.GetSpan(part.Length + ChunkedEncoder.MaxPrefixBytes + 2);
        int written = part.Length;
        if (IsChunked) ChunkedEncoder.TryWriteChunk(room, part, out written);
        else part.CopyTo(room);
        wire.Advance(written);
        return true;
    }

    /// <summary>The loop's side: the end of the body, if it is one that can be told from a failure.</summary>
    public void FrameEnd(IBufferWriter<byte> wire)
    {
        if (IsChunked && !IsTruncated) wire.Write(ChunkedEncoder.LastChunk);
    }

    /// <summary>The loop's side: the piece is on its way; the writer may go on.</summary>
    public void Taken()
    {
        if (!IsWaiting) return;
        IsWaiting = false;
        _source.SetResult(true);
    }

    /// <summary>The loop's side: nobody takes any more.</summary>
    public void Fail(Exception reason)
    {
        if (!IsWaiting) return;
        IsWaiting = false;
        Rest = default;
        _source.SetException(reason);
    }

    private async Task RunAsync()
    {
        try
        {
            await _write(this, _turn.Exchange.Aborted).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            IsTruncated = true;
            if (!(error is OperationCanceledException && _turn.Exchange.IsAborted))
                _events.Raise(new RequestFaulted(_turn.Exchange.Route, _turn.Exchange.Id, error));
        }
        _turn.Home.Mail.Post(new EndLetter(this));
    }

    private sealed class PieceLetter(StreamedBody body) : Letter
    {
        public override bool Deliver(EventLoop loop)
        {
            body.Rest = body._next;
            body.IsWaiting = true;
            // A write that nobody awaited may come after the end, when the turn serves another request.
            if (ReferenceEquals(body._turn.Stream, body) && body._turn.Connection is { } connection) return connection.Pump(body._turn);
            body.Fail(new OperationCanceledException("The client is gone."));
            return true;
        }
    }

    private sealed class EndLetter(StreamedBody body) : Letter
    {
        public override bool Deliver(EventLoop loop)
        {
            body.HasEnded = true;
            if (body._turn.Connection is { } connection) return connection.Pump(body._turn);
            loop.Release(body._turn);
            return true;
        }
    }
}
