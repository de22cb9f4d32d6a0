// The encrypted side of one connection as SslStream wants it: a stream. Nothing in it waits: a read that finds no record is completed, on the loop's
// thread, when the loop feeds the next one, and a write takes everything at once and keeps what the system's buffer did not hold.

using System.Buffers;
using System.Threading.Tasks.Sources;

namespace Galley.Receiving.Tls;

/// <summary>Records in, records out. Everything is called by whoever holds the loop's baton.</summary>
internal sealed class CipherStream(Peer peer) : Stream, IValueTaskSource<int>
{
    // What SslStream says of its own accord - answers to key updates and to attempts at renegotiation - may not pile up behind a client that reads nothing.
    private const int MostUnsentBytes = 128 * 1024;

    private ManualResetValueTaskSourceCore<int> _source;
    private Transport? _transport;
    private ulong _token;
    private Memory<byte> _into;
    private bool _isRead;
    private byte[] _record = [];
    private int _recordStart;
    private int _recordEnd;
    private byte[]? _unsent;
    private int _unsentStart;
    private int _unsentEnd;
    private bool _endsWhenSent;

    /// <summary>Whether ciphertext waits for the system's buffer to have room.</summary>
    public bool HasUnsent => _unsentStart < _unsentEnd;

    /// <summary>Whether a send found the connection broken.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether a loop watches the connection.</summary>
    public bool IsWatched => _transport is not null;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The loop that watches the connection sends through <paramref name="transport"/>.</summary>
    public void Watch(Transport transport, ulong token)
    {
        _transport = transport;
        _token = token;
    }

    /// <summary>Gives a whole record to the read that waits, or to the next one. What waits goes on inside this call.</summary>
    public void Feed(byte[] bytes, int start, int length)
    {
        _record = bytes;
        _recordStart = start;
        _recordEnd = start + length;
        if (!_isRead) return;
        _isRead = false;
        Memory<byte> into = _into;
        _into = default;
        _source.SetResult(Take(into.Span));
    }

    /// <summary>Forgets what was fed and not read: its bytes belong to somebody else now.</summary>
    public void EndFeed()
    {
        _record = [];
        _recordStart = _recordEnd = 0;
    }

    /// <summary>Sends what waits. False when the connection is broken.</summary>
    public bool TrySend()
    {
        if (!HasUnsent) return !IsBroken;
        int sent = _transport!.Send(peer, _token, _unsent.AsSpan(_unsentStart, _unsentEnd - _unsentStart));
        if (sent == Transport.Broken) IsBroken = true;
        if (sent > 0) _unsentStart += sent;
        if (HasUnsent) return !IsBroken;
        Release();
        if (_endsWhenSent) _transport.HalfClose(peer);
        return !IsBroken;
    }

    /// <summary>Says that no more will be sent, once everything is.</summary>
    public void HalfClose(Transport transport)
    {
        if (HasUnsent) _endsWhenSent = true;
        else transport.HalfClose(peer);
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        if (_unsent is not null) ArrayPool<byte>.Shared.Return(_unsent);
        _unsent = null;
        _unsentStart = _unsentEnd = 0;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_recordStart < _recordEnd) return new(Take(buffer.Span));
        _source.Reset();
        _into = buffer;
        _isRead = true;
        return new(this, _source.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadOnlySpan<byte> bytes = buffer.Span;
        if (IsBroken || bytes.IsEmpty) return default;
        if (!HasUnsent)
        {
            int sent = _transport!.Send(peer, _token, bytes);
            if (sent == Transport.Broken)
            {
                IsBroken = true;
                return default;
            }
            if (sent > 0) bytes = bytes[sent..];
            if (bytes.IsEmpty) return default;
        }
        Keep(bytes);
        return default;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    // Without the flags: no context is captured, the continuation runs where the record is fed.
    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);

    private int Take(Span<byte> into)
    {
        int count = Math.Min(into.Length, _recordEnd - _recordStart);
        _record.AsSpan(_recordStart, count).CopyTo(into);
        _recordStart += count;
        return count;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        int waiting = _unsentEnd - _unsentStart;
        if (waiting + bytes.Length > MostUnsentBytes)
        {
            IsBroken = true;
            return;
        }
        if (_unsent is null || _unsent.Length - _unsentEnd < bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(waiting + bytes.Length);
            _unsent.AsSpan(_unsentStart, waiting).CopyTo(larger);
            if (_unsent is not null) ArrayPool<byte>.Shared.Return(_unsent);
            _unsent = larger;
            _unsentStart = 0;
            _unsentEnd = waiting;
        }
        bytes.CopyTo(_unsent.AsSpan(_unsentEnd));
        _unsentEnd += bytes.Length;
    }
}
