// A backend for the length of a test, on each of the transports, with a clock that stands still where a test wants one; and a client that reads a
// stream as it comes, because here it matters what has arrived and what has not.

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Galley.Testing;

namespace Galley.Live.Tests;

/// <summary>A running backend and its events.</summary>
internal sealed class Live : IAsyncDisposable
{
    public const int Patience = 120_000;

    private readonly ConcurrentQueue<BackendEvent> _happened = new();
    private readonly SemaphoreSlim _news = new(0);

    private Live(Backend app, MemoryNetwork? network)
    {
        App = app;
        Network = network;
    }

    public Backend App { get; }

    /// <summary>The network in memory; null over TCP.</summary>
    public MemoryNetwork? Network { get; }

    public VirtualTime Time => (VirtualTime)App.Time;

    public IEnumerable<BackendEvent> Happened => _happened;

    /// <summary>Over memory with a clock that stands still, unless <paramref name="transport"/> says otherwise.</summary>
    public static async Task<Live> StartAsync(Action<Backend> declare, string transport = "memory", bool isVirtual = false)
    {
        Backend app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", "--Galley:Loops=2"]);
        app.Options.Timeouts.Drain = TimeSpan.FromSeconds(10);
        MemoryNetwork? network = transport == "memory" ? app.UseMemory() : null;
        if (network is null) app.Options.Transport = transport;
        if (isVirtual) app.Time = new VirtualTime();
        var live = new Live(app, network);
        app.Events.Subscribe(happened =>
        {
            live._happened.Enqueue(happened);
            live._news.Release();
        });
        declare(app);
        await app.StartAsync();
        return live;
    }

    public async Task<LiveClient> ConnectAsync(int receiveBytes = 0) =>
        new(Network?.Connect() ?? await TcpChannel.ConnectAsync(App.Address!, receiveBytes));

    /// <summary>Waits for an event of a kind.</summary>
    public async Task<T> EventAsync<T>() where T : BackendEvent
    {
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_happened.OfType<T>().FirstOrDefault() is { } found) return found;
            await _news.WaitAsync(late.Token);
        }
    }

    /// <summary>Moves the clock, once everything that was sent is dealt with.</summary>
    public async Task PassAsync(double seconds)
    {
        await Network!.WhenQuietAsync();
        Time.Advance(TimeSpan.FromSeconds(seconds));
        await Network.WhenQuietAsync();
    }

    /// <summary>Stops while the clock moves on.</summary>
    public async Task<int> StopAsync()
    {
        Task<int> stopping = App.StopAsync();
        while (!stopping.IsCompleted)
        {
            // Not before the loops have done what the last step brought, or a busy machine lets a clock run away from them.
            if (Network is not null) await Task.WhenAny(stopping, Network.WhenQuietAsync());
            if (App.Time is VirtualTime time) time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
        return await stopping;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await App.DisposeAsync();
        _news.Dispose();
    }
}

/// <summary>A client that reads a chunked body as it comes.</summary>
internal sealed class LiveClient(ClientChannel channel) : IDisposable
{
    private readonly byte[] _received = new byte[16 * 1024];
    private byte[] _raw = [];
    private int _seen;

    public ClientChannel Channel => channel;

    /// <summary>Everything of the body so far.</summary>
    public string Body { get; private set; } = "";

    /// <summary>Whether the last chunk came.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The head of the answer.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Asks, and reads the head.</summary>
    public async Task<string> GetAsync(string target, string fields = "")
    {
        await channel.SendAsync(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: test\r\n{fields}\r\n"));
        while (true)
        {
            int end = _raw.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                Head = Encoding.Latin1.GetString(_raw, 0, end + 2);
                _raw = _raw[(end + 4)..];
                Unchunk();
                return Head;
            }
            Assert.True(await FillAsync(), "The backend closed before its head was complete.");
        }
    }

    /// <summary>Reads on until <paramref name="text"/> has come after what was read before; what came up to its end.</summary>
    public async Task<string> ReadPastAsync(string text)
    {
        while (true)
        {
            int at = Body.IndexOf(text, _seen, StringComparison.Ordinal);
            if (at >= 0)
            {
                string read = Body[_seen..(at + text.Length)];
                _seen = at + text.Length;
                return read;
            }
            Assert.False(HasEnded, $"The body ended before '{text}': {Body}");
            Assert.True(await FillAsync(), $"The backend closed before '{text}': {Body}");
            Unchunk();
        }
    }

    /// <summary>Reads until the backend closes; what came after what was read before.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync()) Unchunk();
        string read = Body[_seen..];
        _seen = Body.Length;
        return read;
    }

    public void Dispose() => channel.Dispose();

    private async Task<bool> FillAsync()
    {
        int count = await channel.ReceiveAsync(_received);
        _raw = [.. _raw, .. _received.AsSpan(0, count)];
        return count > 0;
    }

    private void Unchunk()
    {
        while (!HasEnded)
        {
            int line = _raw.AsSpan().IndexOf("\r\n"u8);
            if (line < 0) return;
            int size = int.Parse(Encoding.ASCII.GetString(_raw, 0, line), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (_raw.Length < line + 2 + size + 2) return;
            Assert.Equal("\r\n", Encoding.ASCII.GetString(_raw, line + 2 + size, 2));
            Body += Encoding.UTF8.GetString(_raw, line + 2, size);
            _raw = _raw[(line + 2 + size + 2)..];
            HasEnded = size == 0;
        }
    }
}
