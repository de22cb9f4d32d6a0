// Clients that keep the rules: each checks every byte of what it gets.

using System.Diagnostics;
using System.Net;

namespace Galley.Soak;

/// <summary>Keeps its connection for a few dozen requests.</summary>
internal sealed class Reader : HonestClient
{
    public override string Name => "keep-alive GET";

    public override int Crowd => 4;

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        for (int i = random.Next(10, 50); i > 0; i--)
        {
            int number = random.Next();
            long began = Stopwatch.GetTimestamp();
            Answer answer = await wire.GetAsync($"/n/{number}");
            timed(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Expect(answer.Status == 200 && answer.Text == $"{number}", $"GET /n/{number} was answered {answer.Status} {answer.Text}");
            await Task.Delay(random.Next(40));
        }
    }
}

/// <summary>Comes with a body of any size, declared or chunked, whole or in pieces.</summary>
internal sealed class Writer : HonestClient
{
    public override string Name => "POST";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        byte[] body = new byte[random.Next(1, 60_000)];
        random.NextBytes(body);
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        bool isChunked = random.Next(2) == 0;
        long began = Stopwatch.GetTimestamp();
        await wire.SendAsync("POST /echo HTTP/1.1\r\nHost: soak\r\n" + (isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n"));
        for (int at = 0; at < body.Length;)
        {
            int count = Math.Min(random.Next(1, 20_000), body.Length - at);
            if (isChunked) await wire.SendAsync($"{count:x}\r\n");
            await wire.SendAsync(body.AsMemory(at, count));
            if (isChunked) await wire.SendAsync("\r\n");
            at += count;
        }
        if (isChunked) await wire.SendAsync("0\r\n\r\n");
        Answer answer = await wire.ReadAsync();
        timed(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        Expect(answer.Status == 200 && answer.Body.AsSpan().SequenceEqual(body), $"POST /echo of {body.Length} bytes was answered {answer.Status} with {answer.Body.Length}");
    }
}

/// <summary>Takes a stream as fast as it comes.</summary>
internal sealed class StreamTaker : HonestClient
{
    public override string Name => "stream";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        (int pieces, int bytes) = (random.Next(1, 40), random.Next(1, 40_000));
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        Answer answer = await wire.GetAsync($"/stream?pieces={pieces}&bytes={bytes}");
        Expect(answer.Status == 200 && answer.Body.Length == pieces * bytes, $"a stream of {pieces} x {bytes} was {answer.Status} with {answer.Body.Length}");
    }
}

/// <summary>Takes a stream slowly but steadily, far above Timeouts:BytesPerSecond.</summary>
internal sealed class SlowTaker : HonestClient
{
    public override string Name => "slow but steady reader";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, TimeSpan.FromMinutes(2));
        await wire.SendAsync("GET /stream?pieces=64&bytes=65536 HTTP/1.0\r\n\r\n"); // 4 MB, whose end is the connection's
        for (int i = 0; i < 150; i++)
        {
            Expect(await wire.SipAsync(8_000), "the stream of a slow reader was cut");
            await Task.Delay(100);
        }
    }
}

/// <summary>Sends a megabyte, less a little.</summary>
internal sealed class Uploader : HonestClient
{
    public override string Name => "upload";

    public override TimeSpan Rest => TimeSpan.FromMilliseconds(300);

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        int length = random.Next(500_000, 1_000_000);
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        await wire.SendAsync($"POST /count HTTP/1.1\r\nHost: soak\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n");
        await wire.SendAsync(new byte[length]);
        Answer answer = await wire.ReadAsync();
        Expect(answer.Status == 200 && answer.Text == $"{length}", $"an upload of {length} was answered {answer.Status} {answer.Text}");
    }
}

/// <summary>Sends its requests at once, says that it is done, and wants every answer in order.</summary>
internal sealed class Pipeliner : HonestClient
{
    public override string Name => "pipeline, half-closed";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        int count = random.Next(1, 200);
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        await wire.SendAsync(string.Concat(Enumerable.Range(0, count).Select(static i => $"GET /n/{i} HTTP/1.1\r\nHost: soak\r\n\r\n")));
        wire.HalfClose();
        for (int i = 0; i < count; i++)
        {
            Answer answer = await wire.ReadAsync();
            Expect(answer.Status == 200 && answer.Text == $"{i}", $"answer {i} of {count} was {answer.Status} {answer.Text}");
        }
    }
}

/// <summary>Asks handlers that wait or block, and leaves its connection idle for longer than it may once in a while.</summary>
internal sealed class Waiter : HonestClient
{
    public override string Name => "slow and blocking handlers";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        Answer slow = await wire.GetAsync($"/slow?ms={random.Next(50)}");
        Expect(slow.Status == 200 && slow.Text == "slow", $"GET /slow was answered {slow.Status}");
        Answer block = await wire.GetAsync($"/block?ms={random.Next(20)}");
        Expect(block.Status == 200 && block.Text == "block", $"GET /block was answered {block.Status}");
    }
}
