// Which transport carries the bytes, and on what address.

using System.Net;
using Galley.Receiving;
using Galley.Receiving.Epoll;
using Galley.Receiving.Sockets;

namespace Galley;

/// <summary>Turns the settings Host, Port and Transport into a bound address.</summary>
internal static class Transports
{
    /// <exception cref="StartException">The address cannot be listened on, or the transport does not exist here.</exception>
    public static Listener Listen(BackendOptions options)
    {
        var address = new IPEndPoint(AddressOf(options.Host), options.Port);
        return options.Transport switch
        {
            "epoll" when Libc.IsSupported => new EpollListener(address, options.Backlog, options.Timeouts.Write),
            "epoll" => throw new StartException("the epoll transport exists on Linux for x86-64 and arm64 only", "set --transport (Galley:Transport) to sockets or auto"),
            "sockets" => new SocketListener(address, options.Backlog, options.Timeouts.Write),
            "auto" => Libc.IsSupported ? new EpollListener(address, options.Backlog, options.Timeouts.Write) : new SocketListener(address, options.Backlog, options.Timeouts.Write),
            _ => throw new StartException($"there is no transport '{options.Transport}'", "set --transport (Galley:Transport) to auto, epoll or sockets"),
        };
    }

    public static string NameOf(Listener listener) => listener switch
    {
        EpollListener => "epoll",
        SocketListener => "sockets",
        _ => "memory",
    };

    private static IPAddress AddressOf(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        "*" or "+" => System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
        _ => IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            ? address
            : throw new StartException($"'{host}' is not an address to listen on", "set --host, HOST or Galley:Host to an IP address, localhost or *"),
    };
}
