// A network that fails when it is told to: between a client and a server, byte by byte. It can hold everything back, cut connections, end them on one
// side, and cut one at the moment a certain message goes by.

using System.Net;
using System.Net.Sockets;

namespace Galley.Outages;

internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _server;
    private readonly List<(Socket Client, Socket Server)> _pairs = [];
    private TaskCompletionSource _flow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (byte[] Message, bool Arrives)? _trap;

    public FaultProxy(int serverPort)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _flow.SetResult();
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>From now on nothing goes through in either direction; new connections are taken and hear nothing.</summary>
    public void Stall() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held back goes on.</summary>
    public void Resume() => _flow.TrySetResult();

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        foreach ((Socket client, Socket server) in Pairs())
        {
            Reset(client);
            Reset(server);
        }
    }

    /// <summary>Ends the server's side of every connection, as a server that closes; the client may still write.</summary>
    public void HalfClose()
    {
        foreach ((Socket client, _) in Pairs()) client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Cuts the connection on which the client next says <paramref name="message"/>: before the server gets it, or when the server has answered.</summary>
    public void CutAt(ReadOnlySpan<byte> message, bool arrives) => _trap = (message.ToArray(), arrives);

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Resume();
        Cut();
        return default;
    }

    private (Socket Client, Socket Server)[] Pairs()
    {
        lock (_pairs) return [.. _pairs];
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return;
        }
        socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException) { }
    }

    private async Task ServeAsync(Socket client)
    {
        Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.NoDelay = server.NoDelay = true;
        (Socket, Socket) pair = (client, server);
        lock (_pairs) _pairs.Add(pair);
        TaskCompletionSource trapped = new();
        try
        {
            await _flow.Task;
            await server.ConnectAsync(_server);
            await Task.WhenAll(PumpAsync(client, server, isAsking: true, trapped), PumpAsync(server, client, isAsking: false, trapped));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException) { }
        lock (_pairs) _pairs.Remove(pair);
        Reset(client);
        Reset(server);
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAsking, TaskCompletionSource trapped)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
            {
                await _flow.Task;
                if (isAsking && _trap is { } trap && buffer.AsSpan(0, count).IndexOf(trap.Message) >= 0)
                {
                    _trap = null;
                    if (!trap.Arrives) throw new SocketException((int)SocketError.ConnectionReset);
                    trapped.SetResult();
                }
                else if (!isAsking && trapped.Task.IsCompleted) throw new SocketException((int)SocketError.ConnectionReset);
                await to.SendAsync(buffer.AsMemory(0, count));
            }
            await _flow.Task;
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            Reset(from);
            Reset(to);
        }
    }
}
