// PLACEHOLDER: the transport engineer writes it.
using System.Net;

namespace Galley.Receiving.Sockets;

internal sealed class SocketListener(IPEndPoint address, int backlog) : Listener
{
    public override IPEndPoint Address => address;
    public override Transport CreateTransport() => throw new PlatformNotSupportedException(backlog.ToString(System.Globalization.CultureInfo.InvariantCulture));
    public override void Dispose() { }
}
