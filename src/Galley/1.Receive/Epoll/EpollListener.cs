// Binds TCP addresses with plain system calls. Not a System.Net.Sockets.Socket: its handle table and its own epoll thread would come along.

using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Galley.Receiving.Epoll;

/// <summary>Listening TCP sockets, one per address.</summary>
internal sealed unsafe class EpollListener : Listener
{
    private readonly Door[] _doors;
    private readonly Place[] _places;
    private int _closed;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="StartException">An address is taken, not allowed or not this machine's; the message says what to change.</exception>
    public EpollListener(IReadOnlyList<Place> places, int backlog, TimeSpan write)
    {
        // sendfile(2) to a client that has left raises it, and has no flag to say no. .NET ignores it, too, once it handles any signal.
        Libc.Signal(Libc.SignalPipe, 1);
        _doors = new Door[places.Count];
        _places = new Place[places.Count];
        int opened = 0;
        try
        {
            foreach (Place place in places)
            {
                int descriptor = Open(place, backlog, write);
                _doors[opened] = new Door(descriptor, place.IsSecure);
                _places[opened++] = place with { Address = ReadAddress(descriptor, peer: false) ?? place.Address };
            }
        }
        catch
        {
            foreach (Door door in _doors.AsSpan(0, opened)) Libc.Close(door.Descriptor);
            throw;
        }
    }

    /// <summary>A listening descriptor, and whether TLS is spoken behind it.</summary>
    public readonly record struct Door(int Descriptor, bool IsSecure);

    public override IReadOnlyList<Place> Places => _places;

    public override string Name => "epoll";

    public override Transport CreateTransport() => new EpollTransport(_doors);

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        foreach (Door door in _doors) Libc.Close(door.Descriptor);
    }

    /// <summary>The local or the peer's address of a socket; null when the system does not tell.</summary>
    public static IPEndPoint? ReadAddress(int descriptor, bool peer)
    {
        byte* raw = stackalloc byte[32];
        int length = 32;
        int result = peer ? Libc.PeerAddress(descriptor, raw, &length) : Libc.LocalAddress(descriptor, raw, &length);
        if (result < 0) return null;
        int family = *(ushort*)raw;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(raw + 2, 2));
        return family switch
        {
            Libc.InetFamily => new IPEndPoint(new IPAddress(new ReadOnlySpan<byte>(raw + 4, 4)), port),
            Libc.Inet6Family => new IPEndPoint(new IPAddress(new ReadOnlySpan<byte>(raw + 8, 16)), port),
            _ => null,
        };
    }

    private static int Open(Place place, int backlog, TimeSpan write)
    {
        IPEndPoint address = place.Address;
        bool six = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        int descriptor = Libc.Socket(six ? Libc.Inet6Family : Libc.InetFamily, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        if (descriptor < 0) throw Refused(place);
        try
        {
            int one = 1;
            // Without it a restart fails for a minute while old connections sit in TIME_WAIT.
            Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoReuseAddr, &one, sizeof(int));
            int six6Only = address.Address.Equals(IPAddress.IPv6Any) ? 0 : 1;
            if (six) Libc.SetOption(descriptor, Libc.IpProtoIpv6, Libc.Ipv6Only, &six6Only, sizeof(int));
            // Inherited by accepted sockets: responses are sent whole, there is nothing to coalesce.
            Libc.SetOption(descriptor, Libc.IpProtoTcp, Libc.TcpNoDelay, &one, sizeof(int));
            int untaken = SystemBuffer.MostUntakenMilliseconds(write);
            int waiting = SystemBuffer.WaitingBytes;
            Libc.SetOption(descriptor, Libc.IpProtoTcp, Libc.TcpUserTimeout, &untaken, sizeof(int));
            Libc.SetOption(descriptor, Libc.IpProtoTcp, Libc.TcpNotSentLowAt, &waiting, sizeof(int));
            SocketAddress raw = address.Serialize();
            fixed (byte* bytes = raw.Buffer.Span)
            {
                if (Libc.Bind(descriptor, bytes, raw.Size) < 0) throw Refused(place);
            }
            if (Libc.Listen(descriptor, backlog) < 0) throw Refused(place);
            return descriptor;
        }
        catch
        {
            Libc.Close(descriptor);
            throw;
        }
    }

    private static StartException Refused(Place place) => ListenRefusal.Of(place, Marshal.GetLastPInvokeError() switch
    {
        Libc.Eaddrinuse => ListenRefusal.Cause.InUse,
        Libc.Eacces => ListenRefusal.Cause.NotAllowed,
        Libc.Eaddrnotavail => ListenRefusal.Cause.NotOurs,
        _ => ListenRefusal.Cause.Other,
    }, Libc.LastErrorText());
}
