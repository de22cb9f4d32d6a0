// The listening sockets of the portable transport. Connections stay in the system's backlog until a loop takes them, as with epoll: an asynchronous
// accept would hold one in .NET's hands at the moment of a drain, where nobody would find it. So a thread of its own looks for readiness, which is the
// one thing Socket offers only blocking.

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Galley.Receiving.Epoll;

namespace Galley.Receiving.Sockets;

/// <summary>Binds, listens, and tells one loop at a time that somebody waits.</summary>
internal sealed class SocketListener : Listener
{
    private readonly Door[] _doors;
    private readonly Place[] _places;
    private readonly Socket _alarm;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly List<SocketTransport> _listening = [];
    private int _next;
    private uint _nextDoor;
    private bool _isReported;
    private bool _isClosed;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="StartException">An address is taken, not allowed or not this machine's; the message says what to change.</exception>
    public SocketListener(IReadOnlyList<Place> places, int backlog, TimeSpan write)
    {
        _doors = new Door[places.Count];
        _places = new Place[places.Count];
        int opened = 0;
        try
        {
            foreach (Place place in places)
            {
                Socket socket = Open(place, backlog, write);
                _doors[opened] = new Door(socket, place.IsSecure);
                _places[opened++] = place with { Address = (IPEndPoint)socket.LocalEndPoint! };
            }
        }
        catch
        {
            foreach (Door door in _doors.AsSpan(0, opened)) door.Socket.Dispose();
            throw;
        }
        PrepareForExhaustion();
        _alarm = MakeAlarm(places[0].Address.AddressFamily);
        _thread = new Thread(Look) { IsBackground = true, Name = "Galley listener" };
        _thread.UnsafeStart();
    }

    public override IReadOnlyList<Place> Places => _places;

    public override string Name => "sockets";

    public override Transport CreateTransport() => new SocketTransport(this);

    /// <summary>Takes who is first in a backlog; the doors take turns. From any loop.</summary>
    public Accepting Accept(out Socket? socket, out bool isSecure)
    {
        for (int tried = 1; ; tried++)
        {
            Door door = _doors[Interlocked.Increment(ref _nextDoor) % (uint)_doors.Length];
            isSecure = door.IsSecure;
            Accepting result = AcceptAt(door.Socket, out socket);
            if (result != Accepting.Empty || tried == _doors.Length) return result;
        }
    }

    /// <summary>Adds or removes a loop that wants to be told.</summary>
    public void Listen(SocketTransport transport, bool on)
    {
        lock (_gate)
        {
            _listening.Remove(transport);
            if (on) _listening.Add(transport);
            _isReported = false; // it may have been told, and will not come
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The loop that was told has taken what it wanted.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _isReported = false;
            Monitor.Pulse(_gate);
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
        _alarm.SendTo([0], _alarm.LocalEndPoint!);
        _thread.Join();
        foreach (Door door in _doors) door.Socket.Dispose();
        _alarm.Dispose();
    }

    private static Socket Open(Place place, int backlog, TimeSpan write)
    {
        IPEndPoint address = place.Address;
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = address.Address.Equals(IPAddress.IPv6Any);
            // On Windows another program could otherwise bind the same port on top of this one. Unix refuses that by itself.
            if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true;
            if (OperatingSystem.IsLinux()) Bound(socket, write);
            socket.Bind(address);
            socket.Listen(backlog);
            return socket;
        }
        catch (SocketException refused)
        {
            socket?.Dispose();
            throw ListenRefusal.Of(place, CauseOf(refused.SocketErrorCode), refused.Message);
        }
    }

    private static Accepting AcceptAt(Socket listener, out Socket? socket)
    {
        socket = null;
        while (true)
        {
            try
            {
                // Looking first saves the exception that an empty backlog would cost.
                if (!listener.Poll(0, SelectMode.SelectRead)) return Accepting.Empty;
                socket = listener.Accept();
                socket.NoDelay = true;
                return Accepting.Accepted;
            }
            catch (SocketException error) when (socket is not null ||
                error.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted)
            {
                socket?.Dispose(); // it is gone already
                socket = null;
            }
            catch (SocketException error)
            {
                return error.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable ? Accepting.Exhausted : Accepting.Empty;
            }
            catch (ObjectDisposedException)
            {
                return Accepting.Empty;
            }
        }
    }

    // One report at a time: it is made again when the loop comes back to wait and the backlog is still not empty.
    private void Look()
    {
        var readable = new List<Socket>(_doors.Length + 1);
        while (MayLook())
        {
            readable.Clear();
            foreach (Door door in _doors) readable.Add(door.Socket);
            readable.Add(_alarm);
            Socket.Select(readable, null, null, -1);
            lock (_gate)
            {
                if (_isClosed) return;
                if (_listening.Count == 0) continue;
                _isReported = true;
                _next = (_next + 1) % _listening.Count;
                _listening[_next].ReportListener();
            }
        }
    }

    private bool MayLook()
    {
        lock (_gate)
        {
            while (!_isClosed && (_isReported || _listening.Count == 0)) Monitor.Wait(_gate);
            return !_isClosed;
        }
    }

    // Inherited by accepted sockets, as with epoll.
    private static void Bound(Socket socket, TimeSpan write)
    {
        int untaken = SystemBuffer.MostUntakenMilliseconds(write);
        int waiting = SystemBuffer.WaitingBytes;
        socket.SetRawSocketOption(Libc.IpProtoTcp, Libc.TcpUserTimeout, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in untaken)));
        socket.SetRawSocketOption(Libc.IpProtoTcp, Libc.TcpNotSentLowAt, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in waiting)));
    }

    // Closing a socket does not end a Select on it everywhere: a datagram to itself does.
    private static Socket MakeAlarm(AddressFamily family)
    {
        var alarm = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        alarm.Bind(new IPEndPoint(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 0));
        return alarm;
    }

    // The first exception of a process loads code from files. Out of descriptors no file can be opened, and the runtime would end the process ("Out of
    // memory.") over an accept that only has to be repeated later.
    private static void PrepareForExhaustion()
    {
        try
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
        catch (SocketException error)
        {
            _ = error.Message;
        }
    }

    private static ListenRefusal.Cause CauseOf(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => ListenRefusal.Cause.InUse,
        SocketError.AccessDenied => ListenRefusal.Cause.NotAllowed,
        SocketError.AddressNotAvailable => ListenRefusal.Cause.NotOurs,
        _ => ListenRefusal.Cause.Other,
    };

    private readonly record struct Door(Socket Socket, bool IsSecure);
}
