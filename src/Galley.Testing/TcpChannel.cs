// A client's TCP connection, for tests that want the real network under a backend.

using System.Net;
using System.Net.Sockets;

namespace Galley.Testing;

/// <summary>A TCP connection to a backend.</summary>
public sealed class TcpChannel : ClientChannel
{
    private readonly Socket _socket;

    private TcpChannel(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <param name="address">Where, usually <see cref="Backend.Address"/>.</param>
    /// <param name="receiveBytes">The size of the system's receive buffer, to be a slow reader; 0 for the system's choice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The connection was refused.</exception>
    public static async Task<TcpChannel> ConnectAsync(IPEndPoint address, int receiveBytes = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Before connecting: the window is negotiated there.
            if (receiveBytes > 0) socket.ReceiveBufferSize = receiveBytes;
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new TcpChannel(socket);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new IOException(refused.Message, refused);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
        catch (SocketException broken)
        {
            throw new IOException(broken.Message, broken);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _socket.ReceiveAsync(into, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException broken)
        {
            throw new IOException(broken.Message, broken);
        }
    }

    /// <inheritdoc/>
    public override void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <inheritdoc/>
    public override void Reset() => _socket.Close(0);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _socket.Dispose();
    }
}
