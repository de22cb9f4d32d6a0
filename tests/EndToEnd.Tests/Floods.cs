// Clients that send as fast as they can, or take as little as they can, each in one way that is cheap for them: memory is bounded, they are gone when
// their time is over, and honest clients are served on. What slowhttptest does not do.

using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Galley.EndToEnd;

public sealed class Floods(ITestOutputHelper output)
{
    private const int Attackers = 4;

    // Unthrottled attackers and the server share two processors with the honest clients, and with whatever else the machine does: who is starved
    // waits for seconds. On a quiet machine it is below 50.
    private const double MostP99Milliseconds = 1000;

    // A flood is gone when its bytes are; what the runtime keeps of it (stacks, pools, garbage that nobody had to collect) is below this.
    private const long MostGrowthBytes = 96 << 20;

    private const string ChunkedHead = "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(1.5);
    private static readonly byte[] s_oneByteChunks = Ascii(ChunkedHead + Repeat("1\r\nx\r\n", 100_000) + "0\r\n\r\n");
    private static readonly byte[] s_extendedChunks = Ascii(ChunkedHead + Repeat($"1;e={new string('e', 4000)}\r\nx\r\n", 100) + "0\r\n\r\n");
    private static readonly byte[] s_trailers = Ascii(ChunkedHead + "0\r\n" + Repeat("T: t\r\n", 10_000));
    private static readonly byte[] s_fields = Ascii("GET /fast HTTP/1.1\r\nHost: a\r\n" + Repeat("A: b\r\n", 10_000));
    private static readonly byte[] s_noise = Ascii("nonsense\r\n\r\n" + new string('x', 64 * 1024));
    private static readonly byte[] s_pipeline = Ascii(Repeat(Client.RequestOf("/fast"), 1000));

    [Theory]
    [InlineData("epoll", "chunks of one byte")]
    [InlineData("epoll", "chunks with extensions")]
    [InlineData("epoll", "trailers")]
    [InlineData("epoll", "fields")]
    [InlineData("epoll", "more after a refusal")]
    [InlineData("epoll", "a head byte by byte")]
    [InlineData("epoll", "pipelines that are read")]
    [InlineData("epoll", "resets")]
    [InlineData("sockets", "chunks of one byte")]
    [InlineData("sockets", "more after a refusal")]
    [InlineData("sockets", "resets")]
    public async Task Who_sends_without_end_slows_nobody_down(string transport, string kind)
    {
        // A collector that is kept from running lets garbage lie; what the server really holds, it holds each time.
        long growth = await FloodAsync(transport, kind);
        for (int more = 0; more < 2 && growth > MostGrowthBytes; more++) growth = Math.Min(growth, await FloodAsync(transport, kind));
        Assert.InRange(growth, long.MinValue, MostGrowthBytes);
    }

    // How much memory the server took at most.
    private async Task<long> FloodAsync(string transport, string kind)
    {
        await using Served served = await Served.StartAsync("--transport", transport);
        await using var honest = new Honest(served.Address);
        using Client observer = served.Connect();
        long before = served.Child.ResidentBytes();
        long memory = before;
        long sent = 0;
        int clients = 0;
        var watch = Stopwatch.StartNew();
        Task flood = Crowd.RunAsync(Attackers, _ =>
        {
            while (watch.Elapsed < s_long)
            {
                try
                {
                    using Client client = served.Connect();
                    Interlocked.Increment(ref clients);
                    Interlocked.Add(ref sent, Flood(client, kind, watch));
                }
                catch (Exception refused) when (refused is SocketException or EndOfStreamException)
                {
                    // It was sent away, and comes back.
                }
            }
        });
        while (!flood.IsCompleted)
        {
            await Task.WhenAny(flood, Task.Delay(50));
            memory = Math.Max(memory, served.Child.ResidentBytes());
        }
        await flood;
        (int answers, double p99, double longest) = await honest.EndAsync();
        output.WriteLine($"{transport}, {kind}: {clients} connections, {sent >> 20} MB sent; memory + {(memory - before) >> 20} MB; " +
            $"honest: {answers} answers, p99 {p99:0.0} ms, longest {longest:0.0} ms");
        Assert.NotEqual(0, sent);
        Assert.InRange(p99, 0, MostP99Milliseconds + honest.Excuse);
        await GoneAsync(observer, seconds: 10);
        Assert.False(served.HasRaised("RequestFaulted"));
        await served.StopAsync();
        return memory - before;
    }

    [Theory]
    [InlineData("epoll", "silence")]
    [InlineData("epoll", "pipelines")]
    [InlineData("epoll", "one answer at a time")]
    [InlineData("epoll", "begun heads")]
    [InlineData("sockets", "silence")]
    [InlineData("sockets", "pipelines")]
    public async Task Who_takes_without_end_is_sent_away_and_slows_nobody_down(string transport, string kind)
    {
        const int Clients = 2000;
        await using Served served = await Served.StartAsync("--transport", transport, "--Galley:Timeouts:Head=2", "--Galley:Timeouts:Write=2", "--Galley:Timeouts:Idle=2");
        await using var honest = new Honest(served.Address);
        using Client observer = served.Connect();
        Honest.ConnectionsOf(observer);
        long before = served.Child.ResidentBytes();
        var clients = new List<Client>(Clients);
        try
        {
            byte[] first = kind switch
            {
                "silence" => [],
                "begun heads" => Ascii("GET /fast HTTP/1.1\r\nHo"),
                "pipelines" => Ascii(Repeat(Client.RequestOf("/stream?pieces=10&bytes=10000"), 20)), // 2 MB of answer
                _ => Ascii(Client.RequestOf("/stream?pieces=5&bytes=10000")), // as much as its system takes, and then silence
            };
            var coming = Stopwatch.StartNew();
            await Crowd.RunAsync(Attackers, _ =>
            {
                for (int i = 0; i < Clients / Attackers; i++)
                {
                    var client = new Client(served.Address, receiveBytes: 4096);
                    lock (clients) clients.Add(client);
                    client.Send(first);
                }
            });
            bool areTogether = coming.Elapsed.TotalSeconds < 2; // on a slow machine the first have gone before the last come
            long memory = served.Child.ResidentBytes();
            var watch = Stopwatch.StartNew();
            int most = 0;
            int connections;
            do
            {
                await Task.Delay(50);
                memory = Math.Max(memory, served.Child.ResidentBytes());
                connections = Honest.ConnectionsOf(observer);
                most = Math.Max(most, connections);
            }
            while (connections > 2 && watch.Elapsed.TotalSeconds < 15);
            (int answers, double p99, double longest) = await honest.EndAsync();
            output.WriteLine($"{transport}, {kind}: {most} connections, gone after {watch.Elapsed.TotalSeconds:0.0} s; " +
                $"memory + {(memory - before) / 1024.0 / Clients:0.0} KB each; honest: {answers} answers, p99 {p99:0.0} ms, longest {longest:0.0} ms");
            Assert.InRange(connections, 0, 2);
            Assert.InRange(most, areTogether ? Clients / 2 : 1, Clients + 20); // the honest ones come and go
            Assert.InRange(p99, 0, MostP99Milliseconds + honest.Excuse);
            // A silent one is a few objects; a begun head has its 16 KB and a turn; who does not read has up to 64 KB of answer besides.
            Assert.InRange((memory - before) / Clients, long.MinValue, kind switch { "silence" => 8 << 10, "pipelines" => 160 << 10, _ => 48 << 10 });
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
        Assert.False(served.HasRaised("RequestFaulted"));
        await served.StopAsync();
    }

    // Sends until the server has enough or the time is over; how many bytes that were.
    private static long Flood(Client client, string kind, Stopwatch watch)
    {
        long sent = 0;
        switch (kind)
        {
            case "chunks of one byte": return Whole(client, s_oneByteChunks, 200);
            case "chunks with extensions": return Whole(client, s_extendedChunks, 400);
            case "trailers": return Whole(client, s_trailers, 431);
            case "fields": return Whole(client, s_fields, 431);
            case "more after a refusal":
                while (watch.Elapsed < s_long)
                {
                    client.Send(s_noise); // fails when the server has had enough
                    sent += s_noise.Length;
                }
                return sent;
            case "a head byte by byte":
                string head = "GET /fast HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 30_000);
                for (int i = 0; i < head.Length && watch.Elapsed < s_long; i++, sent++) client.Send(head.AsSpan(i, 1).ToString());
                return sent;
            case "pipelines that are read":
                client.Send(s_pipeline);
                for (int i = 0; i < 1000; i++) client.Read();
                return s_pipeline.Length;
            default:
                client.Send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc");
                client.Reset();
                return 3;
        }
    }

    private static long Whole(Client client, byte[] request, int status)
    {
        client.Send(request);
        Assert.Equal(status, client.Read().Status);
        return request.Length;
    }

    private static async Task GoneAsync(Client observer, int seconds)
    {
        var watch = Stopwatch.StartNew();
        while (Honest.ConnectionsOf(observer) > 0)
        {
            Assert.True(watch.Elapsed.TotalSeconds < seconds, "The connections of the flood are still there.");
            await Task.Delay(20);
        }
    }

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
