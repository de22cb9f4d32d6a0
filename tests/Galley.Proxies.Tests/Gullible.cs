// A backend that has never heard of chunks: what follows a head is the next request, after whatever looks like none. It is here to be found out.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Galley.Proxies.Tests;

/// <summary>A server that reads requests where there are none.</summary>
internal sealed partial class Gullible : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SemaphoreSlim _sawOne = new(0);

    public Gullible()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public ConcurrentQueue<Seen> Requests { get; } = [];

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Waits for one more request.</summary>
    public async Task SeeAsync() => Assert.True(await _sawOne.WaitAsync(TimeSpan.FromSeconds(20)));

    public void Dispose()
    {
        _listener.Dispose();
        _sawOne.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            byte[] buffer = new byte[64 * 1024];
            string unread = "";
            int received;
            while ((received = await stream.ReadAsync(buffer)) > 0)
            {
                unread += Encoding.Latin1.GetString(buffer, 0, received);
                while (Head().Match(unread) is { Success: true } head)
                {
                    unread = unread[(head.Index + head.Length)..];
                    string id = Id().Match(head.Value) is { Success: true } found ? found.Groups[1].Value : "none";
                    Requests.Enqueue(new Seen(id, head.Groups[1].Value, head.Groups[2].Value, "", ""));
                    _sawOne.Release();
                    await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{Backstage.IdField}: {id}\r\nContent-Length: 0\r\n\r\n"));
                }
            }
        }
    }

    [GeneratedRegex("([A-Z]+) (/[^ ]*) HTTP/1.1\r\n.*?\r\n\r\n", RegexOptions.Singleline)]
    private static partial Regex Head();

    [GeneratedRegex(Front.IdField + ": ([^\r]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Id();
}
