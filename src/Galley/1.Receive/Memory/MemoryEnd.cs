// The client's end of an in-process connection: what a socket is to a client, without the network.

namespace Galley.Receiving.Memory;

/// <summary>Sends and receives bytes. Thread-safe: one may send while another receives.</summary>
internal sealed class MemoryEnd(MemoryLink link) : IDisposable
{
    private bool _isClosed;

    /// <summary>Bytes that the server has not read.</summary>
    public int Unsent
    {
        get
        {
            lock (link.Listener.Gate) return link.Up.Count;
        }
    }

    /// <summary>Sends what fits now, and says how much that was.</summary>
    /// <exception cref="IOException">The connection was reset, or this end has said that it sends no more.</exception>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        lock (link.Listener.Gate)
        {
            ThrowIfGone();
            if (link.Up.HasEnded) throw new IOException("This end has said that it sends no more.");
            if (link.IsServerClosed)
            {
                // Nobody reads there: TCP answers such bytes with a reset.
                link.Reset();
                ThrowIfGone();
            }
            int sent = link.Up.Write(bytes);
            if (sent < bytes.Length) link.Up.IsWriterWaiting = true;
            if (sent > 0) link.TellServer(Readiness.Readable);
            return sent;
        }
    }

    /// <summary>Sends everything; waits while the server does not read.</summary>
    /// <exception cref="IOException">The connection was reset, or this end has said that it sends no more.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task change = Change();
            bytes = bytes[Send(bytes.Span)..];
            if (bytes.IsEmpty) return;
            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Receives what is there, and waits until something is; 0 when the server sends no more.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task change;
            lock (link.Listener.Gate)
            {
                if (link.Down.Count == 0 && link.Down.HasEnded && !link.IsReset) return 0;
                ThrowIfGone();
                int received = link.Down.Read(into.Span);
                if (received > 0)
                {
                    if (link.Down.IsWriterWaiting)
                    {
                        link.Down.IsWriterWaiting = false;
                        link.TellServer(Readiness.Writable);
                    }
                    return received;
                }
                change = link.ClientChange.Task;
            }
            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says that no more will be sent (FIN); receiving goes on.</summary>
    public void HalfClose()
    {
        lock (link.Listener.Gate)
        {
            if (link.IsReset || link.Up.HasEnded) return;
            link.Up.HasEnded = true;
            link.TellServer(Readiness.Readable | Readiness.HalfClosed);
        }
    }

    /// <summary>Resets the connection (RST).</summary>
    public void Reset()
    {
        lock (link.Listener.Gate) link.Reset();
    }

    /// <summary>Closes this end: in order, unless something was left unread.</summary>
    public void Dispose()
    {
        lock (link.Listener.Gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            if (link.Down.Count > 0) link.Reset();
            else HalfClose();
            link.IsClientClosed = true;
        }
    }

    private Task Change()
    {
        lock (link.Listener.Gate) return link.ClientChange.Task;
    }

    private void ThrowIfGone()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (link.IsReset) throw new IOException("The connection was reset.");
    }
}
