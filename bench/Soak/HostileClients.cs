// Clients that break the rules or wear out patience. They expect to be sent away; what they must not get, they check.

using System.Net;
using System.Text;

namespace Galley.Soak;

/// <summary>A head that never ends.</summary>
internal sealed class Slowloris : HostileClient
{
    public override string Name => "slow head";

    public override int Crowd => 50;

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, TimeSpan.FromSeconds(20));
        await wire.SendAsync("GET /fast HTTP/1.1\r\nHost: soak\r\n");
        for (int i = 0; i < 15; i++)
        {
            await wire.SendAsync($"X-{i}: {random.Next()}\r\n"); // fails when it was sent away
            await Task.Delay(1000);
        }
        throw new WrongAnswer("a head may take 15 seconds");
    }
}

/// <summary>A body that never ends.</summary>
internal sealed class SlowSender : HostileClient
{
    public override string Name => "slow body";

    public override int Crowd => 50;

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, TimeSpan.FromSeconds(20));
        await wire.SendAsync("POST /count HTTP/1.1\r\nHost: soak\r\nContent-Length: 100000\r\n\r\n");
        for (int i = 0; i < 12; i++)
        {
            await wire.SendAsync("x");
            await Task.Delay(1000);
        }
        throw new WrongAnswer("a body of a byte a second may take 12 seconds");
    }
}

/// <summary>Bytes that are no HTTP, or nearly.</summary>
internal sealed class Garbage : HostileClient
{
    public override string Name => "garbage";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        byte[] noise = new byte[random.Next(1, 3000)];
        random.NextBytes(noise);
        if (random.Next(2) == 0) Encoding.ASCII.GetBytes("GET /fast HTTP/1.1\r\n").AsSpan(0, Math.Min(20, noise.Length)).CopyTo(noise);
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        await wire.SendAsync(noise);
        wire.HalfClose();
        string answer = await wire.ReadToEndAsync();
        Expect(!answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 50", StringComparison.Ordinal), "garbage was answered " + answer);
        Expect(!answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal), "garbage made a fault: " + Convert.ToHexString(noise));
    }
}

/// <summary>Messages whose end two servers could see in different places, with a request hidden behind.</summary>
internal sealed class Smuggler : HostileClient
{
    private const string Hidden = "GET /n/smuggled HTTP/1.1\r\nHost: soak\r\n\r\n";

    private static readonly string[] s_messages =
    [
        "POST /echo HTTP/1.1\r\nHost: soak\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nContent-Length: +5\r\n\r\nhello" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n" + Hidden,
        "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n" + Hidden,
        "GET /fast HTTP/1.1\r\nHost: soak\r\nX: a\r\n b\r\n\r\n" + Hidden,
        "GET /fast HTTP/1.1\nHost: soak\n\n" + Hidden,
        "GET /fast HTTP/1.1\r\nHost: soak\r\nHost: other\r\n\r\n" + Hidden,
    ];

    public override string Name => "smuggling";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        string message = s_messages[random.Next(s_messages.Length)];
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        int cut = random.Next(message.Length);
        await wire.SendAsync(message[..cut]);
        await wire.SendAsync(message[cut..]);
        wire.HalfClose();
        string answer = await wire.ReadToEndAsync();
        Expect(!answer.Contains("smuggled", StringComparison.Ordinal), "a hidden request was answered: " + message);
        Expect(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 501 ", StringComparison.Ordinal) ||
            answer.StartsWith("HTTP/1.1 413 ", StringComparison.Ordinal), $"{message} was answered {answer}");
    }
}

/// <summary>Resets in the middle of its body.</summary>
internal sealed class BodyCutter : HostileClient
{
    public override string Name => "reset in a body";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        await wire.SendAsync($"POST /{(random.Next(2) == 0 ? "echo" : "count")} HTTP/1.1\r\nHost: soak\r\nContent-Length: 50000\r\n\r\n");
        await wire.SendAsync(new byte[random.Next(40_000)]);
        if (random.Next(2) == 0) await Task.Delay(random.Next(20));
        wire.Reset();
    }
}

/// <summary>Resets in the middle of an answer, or before it.</summary>
internal sealed class AnswerCutter : HostileClient
{
    private static readonly string[] s_paths = ["/stream?pieces=50&bytes=65536", "/slow?ms=200", "/block?ms=10", "/fast"];

    public override string Name => "reset in an answer";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        string path = s_paths[random.Next(s_paths.Length)];
        await wire.SendAsync($"GET {path} HTTP/1.1\r\nHost: soak\r\n\r\n");
        if (path.StartsWith("/stream", StringComparison.Ordinal)) await wire.SipAsync(random.Next(1, 10_000));
        else await Task.Delay(random.Next(20));
        wire.Reset();
    }
}

/// <summary>Says that it is done before it has said anything whole.</summary>
internal sealed class HalfCloser : HostileClient
{
    private const string Whole = "POST /echo HTTP/1.1\r\nHost: soak\r\nContent-Length: 20\r\n\r\n0123456789";

    public override string Name => "half-close in a request";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        await wire.SendAsync(Whole[..random.Next(Whole.Length + 1)]);
        wire.HalfClose();
        string answer = await wire.ReadToEndAsync();
        Expect(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), "half a request was answered " + answer);
    }
}

/// <summary>Heads, targets and trailers beyond every limit.</summary>
internal sealed class Oversizer : HostileClient
{
    private static readonly (string Begin, string More, int Status)[] s_kinds =
    [
        ("GET /fast HTTP/1.1\r\nHost: soak\r\nX: ", "xxxxxxxx", 431),
        ("GET /fast HTTP/1.1\r\nHost: soak\r\n", "A: b\r\n", 431),
        ("GET /", "xxxxxxxx", 414),
        ("POST /count HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "T: t\r\n", 431),
    ];

    public override string Name => "too large";

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        (string begin, string more, int status) = s_kinds[random.Next(s_kinds.Length)];
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        await wire.SendAsync(begin);
        await wire.SendAsync(string.Concat(Enumerable.Repeat(more, 50_000 / more.Length)));
        Answer answer = await wire.ReadAsync();
        Expect(answer.Status == status, $"{begin} without end was answered {answer.Status} and not {status}");
    }
}

/// <summary>Asks for much and reads nothing, or a byte a second.</summary>
internal sealed class NeverReader : HostileClient
{
    public override string Name => "never reads";

    public override int Crowd => 30;

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, TimeSpan.FromSeconds(60), receiveBytes: 4096);
        await wire.SendAsync(string.Concat(Enumerable.Repeat("GET /stream?pieces=100&bytes=20000 HTTP/1.1\r\nHost: soak\r\n\r\n", 10)));
        bool sips = random.Next(2) == 0;
        for (int i = 0; i < 40; i++)
        {
            if (sips) await wire.SipAsync(1);
            // Writing is how it learns that it was sent away; the end of a line is allowed before a request.
            await wire.SendAsync("\r\n");
            await Task.Delay(1000);
        }
        throw new WrongAnswer("who takes a byte a second may stay for 40");
    }
}

/// <summary>Comes and goes, with a word or without.</summary>
internal sealed class Vanisher : HostileClient
{
    private const string Request = "GET /fast HTTP/1.1\r\nHost: soak\r\n\r\n";

    public override string Name => "comes and goes";

    public override TimeSpan Rest => TimeSpan.FromMilliseconds(30);

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, Load.Patience);
        if (random.Next(2) == 0) await wire.SendAsync(Request[..random.Next(Request.Length + 1)]);
        if (random.Next(2) == 0) wire.Reset();
    }
}

/// <summary>Comes and says nothing.</summary>
internal sealed class Silent : HostileClient
{
    public override string Name => "says nothing";

    public override int Crowd => 100;

    public override async Task RoundAsync(IPEndPoint server, Random random, Action<double> timed)
    {
        using Wire wire = await Wire.ConnectAsync(server, TimeSpan.FromSeconds(20));
        Expect((await wire.ReadToEndAsync()).Length == 0, "silence was answered");
    }
}
