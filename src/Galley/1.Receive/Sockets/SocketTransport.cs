// The transport of macOS and Windows, and of Linux by option: readiness out of System.Net.Sockets. The same semantics as epoll at the price of a hop
// over .NET's socket engine and thread pool per change.

using System.Net;
using System.Net.Sockets;

namespace Galley.Receiving.Sockets;

/// <summary>Readiness and bytes through <see cref="Socket"/>.</summary>
internal sealed class SocketTransport : Transport
{
    // Between two looks for resets that unread bytes hide. Only while there are such connections.
    private const int WatchMilliseconds = 250;

    private readonly SocketListener _listener;
    private readonly ReadyQueue _queue;
    private readonly ReadyNode _listenerNode = new() { Token = ListenerToken };
    private readonly List<ArmedSocket> _unread = [];
    private long _nextWatch;
    private bool _hasReport;

    public SocketTransport(SocketListener listener)
    {
        _listener = listener;
        _queue = new ReadyQueue(Taken);
    }

    public override int Wait(Span<Ready> into, int timeoutMilliseconds)
    {
        if (_hasReport)
        {
            _hasReport = false;
            _listener.Resume(); // whoever is still in the backlog is reported again
        }
        if (_unread.Count > 0)
        {
            if (Environment.TickCount64 >= _nextWatch) Look();
            if (_unread.Count > 0 && (timeoutMilliseconds < 0 || timeoutMilliseconds > WatchMilliseconds)) timeoutMilliseconds = WatchMilliseconds;
        }
        return _queue.Wait(into, timeoutMilliseconds);
    }

    public override void Wake() => _queue.Wake();

    /// <summary>Reports that somebody waits to be accepted. From the listener's thread.</summary>
    public void ReportListener() => _queue.Post(_listenerNode, Readiness.Readable);

    public override Accepting Accept(out Peer peer)
    {
        Accepting result = _listener.Accept(out Socket? socket, out bool isSecure);
        peer = result == Accepting.Accepted ? new Peer(-1, new ArmedSocket(socket!), OriginOf(socket!), isSecure) : default;
        return result;
    }

    public override void Listen(bool on) => _listener.Listen(this, on);

    public override bool Watch(in Peer peer, ulong token)
    {
        Of(peer).Watch(_queue, token);
        return true;
    }

    public override int Receive(in Peer peer, Span<byte> buffer) => Of(peer).Receive(buffer);

    public override int Send(in Peer peer, ulong token, ReadOnlySpan<byte> bytes) => Of(peer).Send(bytes);

    public override int Untaken(in Peer peer) => Of(peer).Untaken();

    public override void HalfClose(in Peer peer) => Of(peer).Shut();

    public override void Close(in Peer peer, bool abortive) => Of(peer).Close(abortive);

    public override IPEndPoint? AddressOf(in Peer peer) => AddressOf(Of(peer).Socket);

    public override void Dispose() => _listener.Listen(this, on: false);

    private static IPEndPoint? AddressOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint as IPEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static ulong OriginOf(Socket socket)
    {
        Span<byte> address = stackalloc byte[16];
        return AddressOf(socket)?.Address.TryWriteBytes(address, out int length) == true ? Origins.Of(address[..length]) : 0;
    }

    private static ArmedSocket Of(in Peer peer) => (ArmedSocket)peer.Channel!;

    // What is reported is unread until the connection has read everything and the socket is armed again.
    private void Taken(ReadyNode node)
    {
        if (node.Socket is not { } socket)
        {
            _hasReport = true;
            return;
        }
        if (socket.IsUnderWatch) return;
        socket.IsUnderWatch = true;
        if (_unread.Count == 0) _nextWatch = Environment.TickCount64 + WatchMilliseconds;
        _unread.Add(socket);
    }

    // A parked handler leaves bytes, or the end of the stream, unread; no receive can wait behind them, so a reset is looked for instead.
    private void Look()
    {
        _nextWatch = Environment.TickCount64 + WatchMilliseconds;
        _unread.RemoveAll(static socket =>
        {
            if (!socket.IsClosed && !socket.IsArmed)
            {
                if (!socket.IsReset()) return false;
                socket.Break();
            }
            socket.IsUnderWatch = false;
            return true;
        });
    }
}
