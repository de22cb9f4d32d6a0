// The transport of tests and simulations: the semantics of epoll, edges included, on byte rings in this process.

using System.Net;

namespace Galley.Receiving.Memory;

/// <summary>Readiness and bytes of one loop. Everything is done under the listener's one lock: what happens is easy to reason about, and to repeat.</summary>
internal sealed class MemoryTransport(MemoryListener listener) : Transport
{
    private readonly Queue<MemoryLink> _changed = new();
    private readonly SemaphoreSlim _signal = new(0);
    private bool _isWoken;
    private bool _isDisposed;

    /// <summary>Whether it waits and nothing has ended the wait yet. Under the lock.</summary>
    public bool IsAsleep { get; private set; }

    public bool IsListening { get; private set; }

    public override int Wait(Span<Ready> into, int timeoutMilliseconds)
    {
        lock (listener.Gate)
        {
            int count = Take(into);
            if (count > 0 || _isWoken || timeoutMilliseconds == 0)
            {
                _isWoken = false;
                return count;
            }
            IsAsleep = true;
            listener.FellAsleep();
        }
        _signal.Wait(timeoutMilliseconds);
        lock (listener.Gate)
        {
            IsAsleep = false;
            _isWoken = false;
            return Take(into);
        }
    }

    public override void Wake()
    {
        lock (listener.Gate)
        {
            _isWoken = true;
            Rouse();
        }
    }

    public override Accepting Accept(out Peer peer)
    {
        MemoryLink? link = listener.Take();
        peer = new Peer(-1, link, IsSecure: link is { IsSecure: true });
        return link is null ? Accepting.Empty : Accepting.Accepted;
    }

    public override void Listen(bool on)
    {
        lock (listener.Gate)
        {
            IsListening = on;
            listener.Tell();
        }
    }

    public override bool Watch(in Peer peer, ulong token)
    {
        MemoryLink link = Of(peer);
        lock (listener.Gate)
        {
            link.Token = token;
            link.Watcher = this;
            // What came before is reported now.
            link.Changed |= Readiness.Readable;
            Enqueue(link);
        }
        return true;
    }

    public override int Receive(in Peer peer, Span<byte> buffer)
    {
        MemoryLink link = Of(peer);
        lock (listener.Gate)
        {
            if (link.IsReset) return Broken;
            int most = Math.Min(buffer.Length, listener.MaxReceiveBytes);
            int received = link.Up.Read(buffer[..most]);
            if (received == 0) return link.Up.HasEnded ? 0 : WouldBlock;
            // A connection takes a short read for an empty pipe; a limited one is not.
            if (received < buffer.Length && (link.Up.Count > 0 || link.Up.HasEnded)) link.TellServer(Readiness.Readable);
            if (link.Up.IsWriterWaiting)
            {
                link.Up.IsWriterWaiting = false;
                link.TellClient();
            }
            return received;
        }
    }

    public override int Send(in Peer peer, ulong token, ReadOnlySpan<byte> bytes)
    {
        MemoryLink link = Of(peer);
        lock (listener.Gate)
        {
            if (link.IsClientClosed) link.Reset();
            if (link.IsReset) return Broken;
            int sent = link.Down.Write(bytes[..Math.Min(bytes.Length, listener.MaxSendBytes)]);
            if (sent > 0) link.TellClient();
            if (sent == bytes.Length) return sent;
            if (link.Down.Room > 0) link.TellServer(Readiness.Writable);
            else link.Down.IsWriterWaiting = true;
            return sent > 0 ? sent : WouldBlock;
        }
    }

    public override int Untaken(in Peer peer)
    {
        MemoryLink link = Of(peer);
        lock (listener.Gate) return link.Down.Count;
    }

    public override void HalfClose(in Peer peer)
    {
        MemoryLink link = Of(peer);
        lock (listener.Gate)
        {
            link.Down.HasEnded = true;
            link.TellClient();
        }
    }

    public override void Close(in Peer peer, bool abortive)
    {
        MemoryLink link = Of(peer);
        lock (listener.Gate)
        {
            link.IsServerClosed = true;
            link.Down.HasEnded = true;
            // Closing over unread input is a reset, as in TCP: it takes the answer on its way with it.
            if (abortive || link.Up.Count > 0) link.Reset();
            link.TellClient();
        }
    }

    public override IPEndPoint? AddressOf(in Peer peer) => null;

    public override void Dispose()
    {
        lock (listener.Gate)
        {
            IsListening = false;
            if (_isDisposed) return;
            _isDisposed = true;
            _signal.Dispose();
            IsAsleep = true;
            listener.FellAsleep();
        }
    }

    /// <summary>Adds a connection with changes. Under the lock.</summary>
    public void Enqueue(MemoryLink link)
    {
        _changed.Enqueue(link);
        Rouse();
    }

    /// <summary>Ends the wait, if it waits. Under the lock.</summary>
    public void Rouse()
    {
        if (!IsAsleep || _isDisposed) return;
        IsAsleep = false;
        _signal.Release();
    }

    private static MemoryLink Of(in Peer peer) => (MemoryLink)peer.Channel!;

    private int Take(Span<Ready> into)
    {
        int count = 0;
        if (IsListening && listener.HasWaiting)
        {
            into[count].Token = ListenerToken;
            into[count++].What = Readiness.Readable;
        }
        while (count < into.Length && _changed.TryDequeue(out MemoryLink? link))
        {
            if (!link.IsServerClosed)
            {
                into[count].Token = link.Token;
                into[count++].What = link.Changed;
            }
            link.Changed = Readiness.None;
        }
        return count;
    }
}
