// A port for a program that has to be told one. Not from the system's own range: between our look and the program's start, any connection of any test
// that runs beside this one may be given such a port.

using System.Net;
using System.Net.Sockets;

namespace Galley;

/// <summary>Finds ports that nobody listens on.</summary>
internal static class FreePort
{
    // Linux gives those from 32768 on by itself (net.ipv4.ip_local_port_range).
    private const int First = 20_000, End = 32_000;

    public static int Find()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, End);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse) { }
        }
    }
}
