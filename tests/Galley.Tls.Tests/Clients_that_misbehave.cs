// What is no handshake, half of one, or one that never ends: a clear word where there is somebody to hear it, and never more than a bounded price.

using System.Diagnostics;
using System.Text;
using Galley.Testing;

namespace Galley.Tls;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)] // one test measures the heap of the process
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class Clients_that_misbehave : Secured
{
    // A record of type handshake that declares 300 bytes and brings some of them.
    private static readonly byte[] s_half = [22, 3, 1, 1, 44, 1, 0, 1, 40, 3, 3, 1, 2, 3];

    [Fact(Timeout = Patience)]
    public async Task Http_in_clear_text_is_told_that_this_port_speaks_https()
    {
        await ServeAsync();
        using var client = new ClientConnection(await TcpChannel.ConnectAsync(App.SecureAddress!));
        Answer answer = await AskAsync(client);
        Assert.Equal((400, true), (answer.Status, answer.Closes));
        Assert.Contains("HTTPS", answer.Text, StringComparison.Ordinal);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Contains(Happened, static happened => happened is HandshakeFailed { Reason: "plain_http", Client: not null });
    }

    [Theory(Timeout = Patience)]
    [InlineData(new byte[] { 0, 1, 2, 3 })]
    [InlineData(new byte[] { 0x80, 0x2e, 1, 0, 2 })] // SSL 2
    [InlineData(new byte[] { 22, 2, 0, 0, 5 })]
    [InlineData(new byte[] { 22, 3, 1, 0xff, 0xff })] // longer than a record is
    [InlineData(new byte[] { 23, 3, 3, 0, 1, 0 })] // data before any handshake
    [InlineData(new byte[] { 22, 3, 1, 0, 4, 9, 9, 9, 9 })] // a record, and nonsense in it
    public async Task What_is_no_handshake_is_closed_and_told(byte[] bytes)
    {
        await ServeAsync();
        using TcpChannel client = await TcpChannel.ConnectAsync(App.SecureAddress!);
        await client.SendAsync(bytes);
        await DrainAsync(client);
        await Until(() => Happened.Any(static happened => happened is HandshakeFailed));
        await Until(() => App.Connections == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_handshake_that_never_ends_is_closed_after_the_time_for_a_head()
    {
        App.Options.Timeouts.Head = TimeSpan.FromMilliseconds(300);
        await ServeAsync();
        long began = Stopwatch.GetTimestamp(); // the server's clock begins when it accepts, which may be before we are told
        using TcpChannel client = await TcpChannel.ConnectAsync(App.SecureAddress!);
        foreach (byte one in s_half) await client.SendAsync(new[] { one }); // that bytes come makes no difference
        await DrainAsync(client);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 250, 10_000);
        Assert.Contains(Happened, static happened => happened is TimedOut { Setting: "Galley:Timeouts:Head" });
    }

    [Fact(Timeout = Patience)]
    public async Task A_handshake_of_too_many_bytes_is_closed()
    {
        await ServeAsync(static tls => tls.HandshakeBytes = 10_000);
        using TcpChannel client = await TcpChannel.ConnectAsync(App.SecureAddress!);
        // One ClientHello of 100,000 bytes in records of 1,000, as fragments of it (RFC 8446 section 5.1).
        byte[] record = new byte[1005];
        new byte[] { 22, 3, 1, 3, 232, 1, 1, 134, 160, 3, 3 }.CopyTo(record, 0);
        for (int i = 0; i < 20; i++)
        {
            try
            {
                await client.SendAsync(record);
            }
            catch (IOException)
            {
                break; // closed
            }
            record.AsSpan(5).Clear();
        }
        await Until(() => Happened.Any(static happened => happened is LimitReached { Setting: "Galley:Tls:HandshakeBytes" } or HandshakeFailed));
        await Until(() => App.Connections == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_flood_of_half_handshakes_costs_little_and_stops_nobody()
    {
        App.Options.Timeouts.Head = TimeSpan.FromSeconds(2);
        await ServeAsync();
        using (ClientConnection first = await ConnectAsync()) Assert.Equal(200, (await AskAsync(first)).Status);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var flood = new List<TcpChannel>();
        for (int i = 0; i < 400; i++)
        {
            flood.Add(await TcpChannel.ConnectAsync(App.SecureAddress!));
            await flood[i].SendAsync(s_half);
        }
        using (ClientConnection honest = await ConnectAsync()) Assert.Equal(200, (await AskAsync(honest)).Status);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 400 * 8 * 1024);
        await Until(() => App.Connections == 0);
        foreach (TcpChannel client in flood) client.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task A_session_whose_bytes_were_changed_on_the_way_is_broken()
    {
        await ServeAsync();
        using TcpChannel wire = await TcpChannel.ConnectAsync(App.SecureAddress!);
        using TlsClient client = await TlsClient.ConnectAsync(wire, options => Trust(options, null));
        Assert.Equal(200, (await AskAsync(new ClientConnection(client))).Status);
        byte[] forged = new byte[100];
        new byte[] { 23, 3, 3, 0, 95 }.CopyTo(forged, 0);
        await wire.SendAsync(forged);
        await Until(() => Happened.Any(static happened => happened is HandshakeFailed { Reason: "broken_record" }));
        await Until(() => App.Connections == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_leaves_in_the_middle_of_a_handshake_is_forgotten()
    {
        await ServeAsync();
        for (int i = 0; i < 20; i++)
        {
            using TcpChannel client = await TcpChannel.ConnectAsync(App.SecureAddress!);
            await client.SendAsync(s_half.AsMemory(0, i % s_half.Length));
            if (i % 2 == 0) client.Reset();
        }
        await Until(() => App.Connections == 0);
        using ClientConnection honest = await ConnectAsync();
        Assert.Equal(200, (await AskAsync(honest)).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_limit_of_connections_holds_for_both_addresses_together()
    {
        App.Options.Limits.Connections = 1;
        await ServeAsync();
        using ClientConnection first = await ConnectAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync());
        using (var plain = new ClientConnection(await TcpChannel.ConnectAsync(App.Address!))) Assert.Equal(503, (await plain.ReadAsync()).Status);
        Assert.Equal(200, (await AskAsync(first)).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_does_not_read_is_cut_after_the_time_for_a_write()
    {
        App.Options.Timeouts.Write = TimeSpan.FromMilliseconds(300);
        byte[] large = new byte[20_000_000];
        App.Get("/large", _ => Response.Bytes(large));
        await ServeAsync();
        using TcpChannel wire = await TcpChannel.ConnectAsync(App.SecureAddress!, receiveBytes: 4096);
        using TlsClient client = await TlsClient.ConnectAsync(wire, options => Trust(options, null));
        await client.SendAsync(Encoding.ASCII.GetBytes("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"));
        await Until(() => Happened.Any(static happened => happened is TimedOut { Setting: "Galley:Timeouts:Write" }));
        await Until(() => App.Connections == 0);
    }

    // Whatever comes, until the end, in order or not.
    private static async Task DrainAsync(TcpChannel client)
    {
        byte[] buffer = new byte[1000];
        try
        {
            while (await client.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }
}
