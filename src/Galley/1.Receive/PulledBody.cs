// The body of a request as its handler pulls it. The bytes lie in the connection's input buffer, which belongs to the handler's side while it has
// the turn; when they are used up the handler asks the loop for more by letter and gets the buffer back with the next piece. One owner at a time.

using System.Buffers;
using System.Threading.Tasks.Sources;
using Galley.Wire.Http1;

namespace Galley.Receiving;

/// <summary>Reads a body piece by piece from what the loop received. One reader at a time.</summary>
internal sealed class PulledBody : BodySource, IValueTaskSource<ReadOnlyMemory<byte>>
{
    private readonly Turn _turn;
    private readonly PullLetter _letter;
    private ManualResetValueTaskSourceCore<ReadOnlyMemory<byte>> _source = new() { RunContinuationsAsynchronously = true };
    private BodyReader _reader;
    private byte[]? _buffer;
    private byte[]? _gathered;
    private int _letterIsOut;
    private int _isReading;

    public PulledBody(Turn turn)
    {
        _turn = turn;
        _letter = new PullLetter(this);
    }

    /// <summary>The unread part of the buffer: received, but not framed yet.</summary>
    public int Start { get; private set; }

    /// <summary>Where the received bytes end.</summary>
    public int End { get; private set; }

    /// <summary>What is left of the body, as the connection's state wants to know it: -1 for a chunked body without its end in sight.</summary>
    public long Remaining => _reader.Remaining;

    /// <summary>Whether the framing broke or a limit was passed: nothing after it can be trusted.</summary>
    public bool IsRejected => _reader.Reason != RejectionReason.None;

    /// <summary>Why, if it was.</summary>
    public RejectionReason Reason => _reader.Reason;

    /// <summary>The loop's side: whether the handler's request for more has been delivered and not been answered.</summary>
    public bool IsPulling { get; private set; }

    public override long? Length => _turn.Exchange.Head.BodyKind == BodyKind.Chunked ? null : _turn.Exchange.Head.ContentLength;

    /// <summary>The loop's side: a request begins; its body starts at <paramref name="start"/> of what was received.</summary>
    public void Begin(RequestHead head, in HeadLimits limits, byte[] buffer, int start, int end)
    {
        Start = start;
        End = end;
        if (head.BodyKind == BodyKind.None) return; // the reader is a large value, and as Reset left it there is no body
        _reader = new BodyReader(head, limits);
        _buffer = buffer;
    }

    /// <summary>Bounds the body anew, once the route is known and before anything of it was read. False when it is declared to be longer.</summary>
    public bool TryLimit(long bytes)
    {
        RequestHead head = _turn.Exchange.Head;
        if (head.BodyKind == BodyKind.Length) return head.ContentLength <= bytes;
        _reader = new BodyReader(head, _turn.Home.HeadLimits with { MaxBodyBytes = bytes });
        return true;
    }

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        if (Volatile.Read(ref _isReading) == 1) throw TwoReaders();
        return TryNext(out ReadOnlyMemory<byte> piece) ? new(piece) : PullAsync();
    }

    public override ValueTask<ReadOnlyMemory<byte>> ReadAllAsync()
    {
        if (Volatile.Read(ref _isReading) == 1) throw TwoReaders();
        long remaining = _reader.Remaining;
        // The usual small body came in one piece with its head: no copy, no await.
        if (remaining >= 0 && remaining <= End - Start) return new(TryNext(out ReadOnlyMemory<byte> all) ? all : default);
        return GatherAsync();
    }

    public ReadOnlyMemory<byte> GetResult(short token)
    {
        bool isThis = token == _source.Version;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            if (isThis) Volatile.Write(ref _isReading, 0); // not when the letter arrives: from there on the loop reads in what is ours
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>The loop's side: bytes were received into <paramref name="buffer"/> for a handler that waits.</summary>
    public void Received(byte[] buffer, int start, int end)
    {
        _buffer = buffer;
        Start = start;
        End = end;
        try
        {
            if (!TryNext(out ReadOnlyMemory<byte> piece)) return; // framing only: keep pulling
            IsPulling = false;
            _source.SetResult(piece);
        }
        catch (ProblemException broken)
        {
            Fail(broken);
        }
    }

    /// <summary>The loop's side: the handler asks for more. Only from here on may the loop answer: an answer that overtook its letter would let
    /// the turn be reused while the letter is still in the box.</summary>
    public void BeginPull()
    {
        Volatile.Write(ref _letterIsOut, 0);
        IsPulling = true;
    }

    /// <summary>Whether a letter is on its way that must not find this object in somebody else's use.</summary>
    public bool HasLetterOut => Volatile.Read(ref _letterIsOut) == 1;

    /// <summary>The loop's side: no more will come.</summary>
    public void Fail(Exception reason)
    {
        if (!IsPulling) return;
        IsPulling = false;
        _source.SetException(reason);
    }

    /// <summary>The loop's side, after the answer: drops body bytes that nobody read. How many, and whether the body has ended.</summary>
    public int Skip(ReadOnlySpan<byte> input, out bool isComplete)
    {
        int dropped = 0;
        while (true)
        {
            DecodeStatus status = _reader.Next(input[dropped..], out int consumed, out _, out _);
            dropped += consumed;
            if (status == DecodeStatus.Data) continue;
            isComplete = status == DecodeStatus.Complete;
            return dropped;
        }
    }

    public void Reset()
    {
        if (IsPulling) Fail(new InvalidOperationException("The request has ended."));
        Start = End = 0;
        if (_buffer is null) return;
        _reader = default;
        _buffer = null;
        _isReading = 0;
        IsPulling = false;
        if (_gathered is null) return;
        ArrayPool<byte>.Shared.Return(_gathered);
        _gathered = null;
    }

    private static InvalidOperationException TwoReaders() => new("The body is being read already: one reader at a time.");

    // False when more must be received first. An empty piece is the end.
    private bool TryNext(out ReadOnlyMemory<byte> piece)
    {
        piece = default;
        if (_buffer is null) return true; // there is no body
        while (true)
        {
            DecodeStatus status = _reader.Next(_buffer.AsSpan(Start, End - Start), out int consumed, out int dataStart, out int dataLength);
            int at = Start + dataStart;
            Start += consumed;
            switch (status)
            {
                case DecodeStatus.Data when dataLength > 0:
                    piece = _buffer.AsMemory(at, dataLength);
                    return true;
                case DecodeStatus.Complete:
                    piece = default;
                    return true;
                case DecodeStatus.Rejected:
                    Rejection rejection = Rejections.Of(_reader.Reason);
                    _turn.Home.Raise(new RequestRejected(rejection.Name, rejection.Status, rejection.Section, _turn.Connection?.Address));
                    throw new ProblemException(Problem.Of(_reader.Reason));
                case DecodeStatus.NeedMore:
                    piece = default;
                    return false;
                default:
                    continue;
            }
        }
    }

    private ValueTask<ReadOnlyMemory<byte>> PullAsync()
    {
        if (_turn.Exchange.IsAborted) throw new OperationCanceledException("The request was aborted.");
        if (Interlocked.Exchange(ref _isReading, 1) == 1) throw TwoReaders();
        Volatile.Write(ref _letterIsOut, 1);
        _source.Reset();
        _turn.Home.Mail.Post(_letter);
        return new(this, _source.Version);
    }

    private async ValueTask<ReadOnlyMemory<byte>> GatherAsync()
    {
        int length = 0;
        _gathered ??= ArrayPool<byte>.Shared.Rent((int)Math.Clamp(_reader.Remaining, 4096, 64 * 1024));
        while (true)
        {
            ReadOnlyMemory<byte> piece = await ReadAsync().ConfigureAwait(false);
            if (piece.IsEmpty) return _gathered.AsMemory(0, length);
            if (_gathered.Length - length < piece.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_gathered.Length * 2, length + piece.Length));
                _gathered.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_gathered);
                _gathered = larger;
            }
            piece.CopyTo(_gathered.AsMemory(length));
            length += piece.Length;
        }
    }

    private sealed class PullLetter(PulledBody body) : Letter
    {
        public override bool Deliver(EventLoop loop)
        {
            body.BeginPull();
            if (body._turn.Connection is { } connection) return connection.Pull(body._turn);
            body.Fail(new OperationCanceledException("The client is gone."));
            return true;
        }
    }
}
