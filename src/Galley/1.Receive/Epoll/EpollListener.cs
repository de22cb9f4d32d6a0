// Binds a TCP address with plain system calls. Not a System.Net.Sockets.Socket: its handle table and its own epoll thread would come along.

using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Galley.Receiving.Epoll;

/// <summary>A listening TCP socket.</summary>
internal sealed unsafe class EpollListener : Listener
{
    private readonly int _descriptor;
    private int _closed;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="StartException">The address is taken, not allowed or not this machine's; the message says what to change.</exception>
    public EpollListener(IPEndPoint address, int backlog, TimeSpan write)
    {
        bool six = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        _descriptor = Libc.Socket(six ? Libc.Inet6Family : Libc.InetFamily, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        if (_descriptor < 0) throw Refused(address);
        try
        {
            int one = 1;
            // Without it a restart fails for a minute while old connections sit in TIME_WAIT.
            Libc.SetOption(_descriptor, Libc.SolSocket, Libc.SoReuseAddr, &one, sizeof(int));
            int six6Only = address.Address.Equals(IPAddress.IPv6Any) ? 0 : 1;
            if (six) Libc.SetOption(_descriptor, Libc.IpProtoIpv6, Libc.Ipv6Only, &six6Only, sizeof(int));
            // Inherited by accepted sockets: responses are sent whole, there is nothing to coalesce.
            Libc.SetOption(_descriptor, Libc.IpProtoTcp, Libc.TcpNoDelay, &one, sizeof(int));
            int untaken = SystemBuffer.MostUntakenMilliseconds(write);
            int waiting = SystemBuffer.WaitingBytes;
            Libc.SetOption(_descriptor, Libc.IpProtoTcp, Libc.TcpUserTimeout, &untaken, sizeof(int));
            Libc.SetOption(_descriptor, Libc.IpProtoTcp, Libc.TcpNotSentLowAt, &waiting, sizeof(int));
            SocketAddress raw = address.Serialize();
            fixed (byte* bytes = raw.Buffer.Span)
            {
                if (Libc.Bind(_descriptor, bytes, raw.Size) < 0) throw Refused(address);
            }
            if (Libc.Listen(_descriptor, backlog) < 0) throw Refused(address);
            Address = ReadAddress(_descriptor, peer: false) ?? address;
        }
        catch
        {
            Libc.Close(_descriptor);
            throw;
        }
    }

    public override IPEndPoint Address { get; }

    public override Transport CreateTransport() => new EpollTransport(_descriptor);

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) Libc.Close(_descriptor);
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

    private static StartException Refused(IPEndPoint address) => ListenRefusal.Of(address, Marshal.GetLastPInvokeError() switch
    {
        Libc.Eaddrinuse => ListenRefusal.Cause.InUse,
        Libc.Eacces => ListenRefusal.Cause.NotAllowed,
        Libc.Eaddrnotavail => ListenRefusal.Cause.NotOurs,
        _ => ListenRefusal.Cause.Other,
    }, Libc.LastErrorText());
}
