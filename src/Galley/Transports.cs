// Which transport carries the bytes, and on what addresses.

using System.Net;
using Galley.Receiving;
using Galley.Receiving.Epoll;
using Galley.Receiving.Sockets;

namespace Galley;

/// <summary>Turns the settings Host, Port, Tls:Port and Transport into bound addresses.</summary>
internal static class Transports
{
    /// <exception cref="StartException">An address cannot be listened on, or the transport does not exist here.</exception>
    public static Listener Listen(BackendOptions options, Encryption? encryption)
    {
        IPAddress host = AddressOf(options.Host);
        var places = new List<Place>(2);
        if (encryption is not { Port: not null, IsOnly: true }) places.Add(new Place(new IPEndPoint(host, options.Port), IsSecure: false));
        if (encryption?.Port is { } port) places.Add(new Place(new IPEndPoint(host, port), IsSecure: true));
        return options.Transport switch
        {
            "epoll" when Libc.IsSupported => new EpollListener(places, options.Backlog, options.Timeouts.Write),
            "epoll" => throw new StartException("the epoll transport exists on Linux for x86-64 and arm64 only", "set --transport (Galley:Transport) to sockets or auto"),
            "sockets" => new SocketListener(places, options.Backlog, options.Timeouts.Write),
            "auto" => Libc.IsSupported ? new EpollListener(places, options.Backlog, options.Timeouts.Write) : new SocketListener(places, options.Backlog, options.Timeouts.Write),
            _ => throw new StartException($"there is no transport '{options.Transport}'", "set --transport (Galley:Transport) to auto, epoll or sockets"),
        };
    }

    private static IPAddress AddressOf(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        "*" or "+" => System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
        _ => IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            ? address
            : throw new StartException($"'{host}' is not an address to listen on", "set --host, HOST or Galley:Host to an IP address, localhost or *"),
    };
}
