// A response body that is written while it is sent. The program's function runs on the thread pool; each piece goes to the loop by letter, and the
// writer waits until the client has taken enough of it (back-pressure).

using System.Buffers;
using System.Threading.Tasks.Sources;
using Galley.Wire.Http1;

namespace Galley.Receiving;

/// <summary>Carries pieces from a program's function to its connection. One per streamed response.</summary>
internal class StreamedBody : BodyWriter, IValueTaskSource, IOutflow
{
    private readonly Turn _turn;
    private readonly Events _events;
    private readonly Func<BodyWriter, CancellationToken, ValueTask> _write;
    private readonly PieceLetter _letter;
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private readonly bool _isChunked;
    private readonly Body? _kind;
    private long _lastMoved;
    private ReadOnlyMemory<byte> _next;
    private ReadOnlyMemory<byte> _rest;
    private int _isWriting;
    private bool _isInPiece;
    private bool _isWaiting;
    private bool _hasReturned;

    public StreamedBody(Turn turn, Events events, Func<BodyWriter, CancellationToken, ValueTask> write, bool isChunked)
    {
        _turn = turn;
        _events = events;
        _write = write;
        _isChunked = isChunked;
        _kind = turn.Exchange.Response.Body;
        _lastMoved = turn.Home.Milliseconds;
        _letter = new PieceLetter(this);
    }

    /// <inheritdoc/>
    public virtual bool HasEnded => _hasReturned && _rest.IsEmpty;

    /// <summary>Whether the function failed.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Whether pieces are framed as chunks; else the close ends the body (HTTP/1.0).</summary>
    public bool ShowsItsEnd => _isChunked;

    /// <summary>Whether the function has returned.</summary>
    public bool HasReturned => _hasReturned;

    /// <summary>Whether there is something of a piece to move.</summary>
    protected bool HasPiece => !_rest.IsEmpty;

    /// <summary>Whether a part of it was moved already.</summary>
    protected bool IsInPiece => _isInPiece;

    /// <inheritdoc/>
    public virtual long KeepAliveDue => _kind!.IsLongLived ? _lastMoved + _turn.Home.Times.EventHeartbeat : long.MaxValue;

    /// <inheritdoc/>
    internal override Exchange Exchange => _turn.Exchange;

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

    /// <inheritdoc/>
    public virtual bool TryMove(Link link)
    {
        if (_rest.IsEmpty) return false;
        ReadOnlySpan<byte> part = _rest.Span[..Math.Min(_rest.Length, OutputQueue.PieceBytes)];
        _rest = _rest[part.Length..];
        _isInPiece = !_rest.IsEmpty;
        Move(part, link);
        return true;
    }

    /// <inheritdoc/>
    public virtual bool KeepAlive(Link link)
    {
        if (_rest.IsEmpty && !_hasReturned && _kind!.IsLongLived) Move(_kind.Heartbeat, link);
        return true;
    }

    private void Move(ReadOnlySpan<byte> part, Link link)
    {
        _lastMoved = _turn.Home.Milliseconds;
        Span<byte> room = link.GetSpan(part.Length + ChunkedEncoder.MaxPrefixBytes + 2);
        int written = part.Length;
        if (_isChunked) ChunkedEncoder.TryWriteChunk(room, part, out written);
        else part.CopyTo(room);
        link.Advance(written);
    }

    /// <inheritdoc/>
    public void WriteEnd(Link link)
    {
        if (_isChunked && !IsTruncated) link.Write(ChunkedEncoder.LastChunk);
    }

    /// <summary>The piece is on its way; the writer may go on.</summary>
    public void Continue()
    {
        if (!_isWaiting || !_rest.IsEmpty) return;
        _isWaiting = false;
        _source.SetResult(true);
    }

    /// <inheritdoc/>
    public virtual void Fail(Exception reason) => DropPiece(reason);

    /// <summary>The piece is not sent, and its writer told why.</summary>
    protected void DropPiece(Exception reason)
    {
        if (!_isWaiting) return;
        _isWaiting = false;
        _rest = default;
        _source.SetException(reason);
    }

    /// <summary>The loop's side: the function has returned.</summary>
    protected virtual void Returned()
    {
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
            body._rest = body._next;
            body._isWaiting = true;
            // A write that nobody awaited may come after the end, when the turn serves another request.
            if (ReferenceEquals(body._turn.Outflow, body) && body._turn.Connection is { } connection) return connection.Pump(body._turn);
            body.Fail(new OperationCanceledException("The client is gone."));
            return true;
        }
    }

    private sealed class EndLetter(StreamedBody body) : Letter
    {
        public override bool Deliver(EventLoop loop)
        {
            body._hasReturned = true;
            body.Returned();
            if (body._turn.Connection is { } connection) return connection.Pump(body._turn);
            loop.Release(body._turn);
            return true;
        }
    }
}
