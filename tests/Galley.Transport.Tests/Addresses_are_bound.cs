// Where a backend listens, and what it says when it cannot: the same on both real transports.

using System.Net;
using System.Net.Sockets;
using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Addresses_are_bound
{
    public static TheoryData<string> Names => ["epoll", "sockets"];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Names))]
    public async Task Port_0_is_any_free_port_and_the_address_tells_which(string transport)
    {
        await using Backend app = Make(transport, "127.0.0.1", 0);
        await app.StartAsync();
        Assert.NotEqual(0, app.Address!.Port);
        Assert.Equal(200, await AskAsync(app.Address));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Names))]
    public async Task A_port_in_use_is_refused_by_name_and_can_be_taken_when_it_is_free_again(string transport)
    {
        await using Backend first = Make(transport, "127.0.0.1", 0);
        await first.StartAsync();
        int port = first.Address!.Port;
        await using Backend second = Make(transport, "127.0.0.1", port);
        StartException refused = await Assert.ThrowsAsync<StartException>(() => second.StartAsync());
        Assert.Contains($"port {port} on 127.0.0.1 is in use", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, await AskAsync(first.Address));
        await first.StopAsync();
        // Its connections are in TIME_WAIT now, on this side.
        await using Backend third = Make(transport, "127.0.0.1", port);
        await third.StartAsync();
        Assert.Equal(200, await AskAsync(third.Address!));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Names))]
    public async Task An_address_of_another_machine_is_refused_by_name(string transport)
    {
        await using Backend app = Make(transport, "192.0.2.1", 0);
        StartException refused = await Assert.ThrowsAsync<StartException>(() => app.StartAsync());
        Assert.Contains("192.0.2.1 is not an address of this machine", refused.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Names))]
    public async Task Every_address_is_IPv4_and_IPv6(string transport)
    {
        if (!Socket.OSSupportsIPv6) return;
        await using Backend app = Make(transport, "*", 0);
        await app.StartAsync();
        Assert.Equal(200, await AskAsync(new IPEndPoint(IPAddress.Loopback, app.Address!.Port)));
        Assert.Equal(200, await AskAsync(new IPEndPoint(IPAddress.IPv6Loopback, app.Address!.Port)));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Names))]
    public async Task The_backend_can_be_stopped_and_started_many_times(string transport)
    {
        for (int i = 0; i < 20; i++)
        {
            await using Backend app = Make(transport, "127.0.0.1", 0);
            await app.StartAsync();
            if (i % 2 == 0) Assert.Equal(200, await AskAsync(app.Address!));
            Assert.Equal(0, await app.StopAsync());
        }
    }

    private static Backend Make(string transport, string host, int port)
    {
        Backend app = Backend.Create();
        app.Options.LogRequests = false;
        app.Options.Transport = transport;
        app.Options.Host = host;
        app.Options.Port = port;
        app.Get("/", static _ => Response.Text("hello"));
        return app;
    }

    // The backend closes first: what it leaves in TIME_WAIT is on its side.
    private static async Task<int> AskAsync(IPEndPoint address)
    {
        using var client = new ClientConnection(await TcpChannel.ConnectAsync(address));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Answer answer = await client.ReadAsync();
        await client.ReadToEndAsync();
        return answer.Status;
    }
}
