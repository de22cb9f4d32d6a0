// Clients that pipeline, trickle, half-close and vanish: nothing is lost, nothing is leaked.

using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Galley.EndToEnd;

public sealed class Clients_that_misbehave(ITestOutputHelper output)
{
    // A runtime keeps what it once used (thread stacks, pools, code): this much more after 1,000 broken clients is not a leak of them, who would
    // leave at least a 16 KB buffer and a connection each (more than 16 MB).
    private const long MostGrowthBytes = 8 << 20;

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task A_hundred_thousand_pipelined_requests_are_answered_in_order(string transport)
    {
        const int Requests = 100_000;
        await using Served served = await Served.StartAsync("--transport", transport);
        using Client client = served.Connect();
        Task sending = Task.Factory.StartNew(() =>
        {
            var text = new StringBuilder();
            for (int i = 0; i < Requests; i++)
            {
                text.Append(Client.RequestOf($"/n/{i}"));
                if (text.Length < 64 * 1024 && i < Requests - 1) continue;
                client.Send(text.ToString());
                text.Clear();
            }
        }, TaskCreationOptions.LongRunning);
        for (int i = 0; i < Requests; i++) Assert.Equal($"{i}", client.Read().Body);
        await sending;
        await served.StopAsync();
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task A_client_that_sends_byte_by_byte_is_understood(string transport)
    {
        await using Served served = await Served.StartAsync("--transport", transport);
        using Client client = served.Connect();
        byte[] requests = Encoding.ASCII.GetBytes(
            Client.RequestOf("/fast") +
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" +
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n" +
            "POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz" + // 405, its body skipped
            Client.RequestOf("/n/last"));
        foreach (byte one in requests) client.Send([one]);
        Assert.Equal("fast", client.Read().Body);
        Assert.Equal("hello", client.Read().Body);
        Assert.Equal("abcde", client.Read().Body);
        Assert.Equal(405, client.Read().Status);
        Assert.Equal("last", client.Read().Body);
        await served.StopAsync();
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task Every_client_that_half_closes_gets_its_answer(string transport)
    {
        await using Served served = await Served.StartAsync("--transport", transport);
        int answered = 0;
        await Crowd.RunAsync(20, number =>
        {
            for (int i = 0; i < 10; i++)
            {
                using Client client = served.Connect();
                client.Send((i % 5) switch
                {
                    0 => Client.RequestOf("/fast"),
                    1 => Client.RequestOf("/slow?ms=30"),
                    2 => Client.RequestOf("/block?ms=20"),
                    3 => "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + new string('x', 20_000),
                    _ => Client.RequestOf("/n/1") + Client.RequestOf("/n/2"),
                });
                client.HalfClose();
                string all = client.ReadToEnd();
                string body = (i % 5) switch { 0 => "fast", 1 => "slow", 2 => "block", 3 => new string('x', 20_000), _ => "2" };
                Assert.EndsWith("\r\n\r\n" + body, all, StringComparison.Ordinal);
                Assert.StartsWith("HTTP/1.1 200 OK\r\n", all, StringComparison.Ordinal);
                Interlocked.Increment(ref answered);
            }
        });
        Assert.Equal(200, answered);
        await served.StopAsync();
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task A_thousand_clients_that_vanish_in_the_middle_leave_nothing_behind(string transport)
    {
        await using Served served = await Served.StartAsync("--transport", transport);
        await VanishAsync(served, 1000, seed: 1); // warms up: code, pools, thread stacks
        (int descriptors, long memory) = await SettledAsync(served);
        await VanishAsync(served, 1000, seed: 2);
        (int descriptorsAfter, long memoryAfter) = await SettledAsync(served);
        output.WriteLine($"{transport}: descriptors {descriptors} -> {descriptorsAfter}, memory {memory >> 10} KB -> {memoryAfter >> 10} KB");
        Assert.Equal(descriptors, descriptorsAfter);
        Assert.InRange(memoryAfter - memory, long.MinValue, MostGrowthBytes);
        Assert.False(served.HasRaised("RequestFaulted"));
        await served.StopAsync();
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task More_clients_than_descriptors_are_served_as_descriptors_come_free(string transport)
    {
        // 250 descriptors, of which the runtime has some hundred: most of 200 clients wait in the backlog until others have left.
        await using Served served = await Served.StartLimitedAsync("ulimit -n 250", "--transport", transport, "--Galley:Loops=2");
        List<Client> clients = [];
        for (int i = 0; i < 200; i++)
        {
            Client client = served.Connect();
            client.Send(Client.RequestOf($"/n/{i}"));
            clients.Add(client);
        }
        await served.EventAsync("LimitReached");
        long began = Environment.TickCount64;
        TimeSpan before = served.Child.ProcessorTime();
        for (int i = 0; i < clients.Count; i++)
        {
            Assert.Equal($"{i}", clients[i].Read().Body);
            clients[i].Dispose();
        }
        // Out of descriptors is waited for, not spun on.
        double busy = (served.Child.ProcessorTime() - before).TotalMilliseconds / Math.Max(1, Environment.TickCount64 - began);
        output.WriteLine($"{transport}: {busy:0.00} processors busy while out of descriptors");
        served.AnswersStill();
        await served.StopAsync();
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task Out_of_descriptors_the_first_request_of_each_kind_is_answered_all_the_same(string transport)
    {
        // The runtime opens files to load the code of a first 404, a first fault, a first stream: connections must have left some descriptors for that.
        await using Served served = await Served.StartLimitedAsync("ulimit -n 250", "--transport", transport, "--Galley:Loops=2");
        var clients = Enumerable.Range(0, 200).Select(_ => served.Connect()).ToList();
        await served.EventAsync("LimitReached");
        string[] paths = ["/nope", "/fault", "/fault/later", "/slow?ms=10", "/block?ms=50", "/typed", "/state?collect=1"];
        int[] statuses = [.. paths.Select((path, i) => clients[i].Get(path).Status)];
        Assert.Equal([404, 500, 500, 200, 200, 200, 200], statuses);
        clients.ForEach(static client => client.Dispose());
        served.AnswersStill();
        await served.StopAsync();
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task A_flood_of_new_connections_cannot_put_off_the_end(string transport)
    {
        await using Served served = await Served.StartAsync("--transport", transport, "--Galley:Loops=1");
        Task flood = Crowd.RunAsync(8, _ =>
        {
            while (true)
            {
                try
                {
                    using Client client = served.Connect();
                    client.Send("GET /fast HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                    client.Read();
                }
                catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
                {
                    return;
                }
                catch (Exception late) when (late is SocketException or EndOfStreamException)
                {
                    // It came while the address closed.
                }
            }
        });
        for (int i = 0; i < 200; i++) served.AnswersStill();
        served.Child.Signal(Child.Terminate);
        Assert.Equal(0, await served.Child.ExitAsync(seconds: 10));
        await flood;
        Assert.Contains("event BackendStopped { Cut = 0 }", served.Child.Lines);
    }

    // Ten at a time, each broken off at another point: in the head, in the body, while the handler works or blocks, while the answer streams.
    private static Task VanishAsync(Served served, int clients, int seed) => Crowd.RunAsync(10, number =>
    {
        var random = new Random((seed * 100) + number);
        for (int i = 0; i < clients / 10; i++)
        {
            using Client client = served.Connect();
            switch (i % 6)
            {
                case 0: client.Send(Client.RequestOf("/fast")[..random.Next(1, 30)]); break;
                case 1: client.Send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n" + new string('x', random.Next(40_000))); break;
                case 2: client.Send("POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe"); break;
                case 3: client.Send(Client.RequestOf("/slow?ms=200")); break;
                case 4: client.Send(Client.RequestOf($"/block?ms={random.Next(15)}")); break;
                default:
                    client.Send(Client.RequestOf("/stream?pieces=200&bytes=65536"));
                    client.AwaitBytes();
                    break;
            }
            if (random.Next(2) == 0) client.Reset();
        }
    });

    // Asks for the state until only the asking connection is open; then counts what the process holds.
    private static async Task<(int Descriptors, long Memory)> SettledAsync(Served served)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using Client client = served.Connect();
        while (true)
        {
            using var state = JsonDocument.Parse(client.Get("/state?collect=1").Body);
            if (state.RootElement.GetProperty("connections").GetInt32() == 1) break;
            await Task.Delay(20, late.Token);
        }
        return (served.Child.CountDescriptors(), served.Child.ResidentBytes());
    }
}
