// What every test of the contract starts from: a backend on one of the transports, clients that send raw bytes, and the certainty that nothing is left
// of either at the end. The tests themselves are in the files named after what they promise; each class is run once per transport.

using Galley.Testing;
using Galley.Tls;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // descriptors of the process are counted

namespace Galley.Transport.Tests;

/// <summary>A way to carry bytes between a backend and its clients.</summary>
public abstract class Carrier
{
    /// <summary>Whether a client may send before the backend has said anything. Not where a handshake comes first.</summary>
    public virtual bool SpeaksAtOnce => true;

    public abstract void Prepare(Backend app);

    public abstract ValueTask<ClientChannel> ConnectAsync(Backend app, int receiveBytes);
}

public sealed class Epoll : TcpCarrier
{
    protected override string Name => "epoll";
}

public sealed class Sockets : TcpCarrier
{
    protected override string Name => "sockets";
}

public abstract class TcpCarrier : Carrier
{
    protected abstract string Name { get; }

    public override void Prepare(Backend app)
    {
        app.Options.Transport = Name;
        app.Options.Port = 0;
    }

    public override async ValueTask<ClientChannel> ConnectAsync(Backend app, int receiveBytes) => await TcpChannel.ConnectAsync(app.Address!, receiveBytes);
}

public sealed class TlsOverEpoll : TlsOverTcp
{
    protected override string Name => "epoll";
}

public sealed class TlsOverSockets : TlsOverTcp
{
    protected override string Name => "sockets";
}

public abstract class TlsOverTcp : TcpCarrier
{
    public override bool SpeaksAtOnce => false;

    public override void Prepare(Backend app)
    {
        base.Prepare(app);
        app.UseTestTls();
    }

    public override async ValueTask<ClientChannel> ConnectAsync(Backend app, int receiveBytes) =>
        await TlsClient.ConnectAsync(await TcpChannel.ConnectAsync(app.SecureAddress!, receiveBytes));
}

public sealed class TlsInMemory : Carrier
{
    private MemoryNetwork? _network;

    public override bool SpeaksAtOnce => false;

    public override void Prepare(Backend app)
    {
        app.UseTestTls();
        _network = app.UseMemory();
    }

    public override async ValueTask<ClientChannel> ConnectAsync(Backend app, int receiveBytes) => await TlsClient.ConnectAsync(_network!.Connect(secure: true));
}

public sealed class Memory : Carrier
{
    private MemoryNetwork? _network;

    public override void Prepare(Backend app) => _network = app.UseMemory();

    public override ValueTask<ClientChannel> ConnectAsync(Backend app, int receiveBytes) => new(_network!.Connect());
}

/// <summary>The base of the contract's tests.</summary>
public abstract class TransportContract<TCarrier> : IAsyncLifetime where TCarrier : Carrier, new()
{
    /// <summary>No test takes this long unless it hangs.</summary>
    protected const int Patience = 120_000;

    private readonly TCarrier _carrier = new();
    private readonly List<ClientConnection> _clients = [];

    protected Backend App { get; } = Backend.Create();

    protected List<BackendEvent> Happened { get; } = [];

    public ValueTask InitializeAsync()
    {
        App.Options.Loops = 2;
        App.Options.LogRequests = false;
        App.Log.Level = Microsoft.Extensions.Logging.LogLevel.Warning; // refusals are by the hundred here
        App.Options.Timeouts.Drain = TimeSpan.FromSeconds(10);
        App.Events.Subscribe(happened =>
        {
            lock (Happened) Happened.Add(happened);
        });
        _carrier.Prepare(App);
        App.Get("/", static _ => Response.Text("hello"));
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ClientConnection client in _clients) client.Dispose();
        await Until(() => App.Connections == 0);
        await App.DisposeAsync();
        lock (Happened) Assert.DoesNotContain(Happened, static happened => happened is RequestFaulted);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether every connection costs a handshake.</summary>
    protected bool IsTls => !_carrier.SpeaksAtOnce;

    protected async Task<ClientConnection> ConnectAsync(int receiveBytes = 0)
    {
        var client = new ClientConnection(await _carrier.ConnectAsync(App, receiveBytes));
        lock (_clients) _clients.Add(client);
        return client;
    }

    protected bool HasHappened<T>(Func<T, bool> which) where T : BackendEvent
    {
        lock (Happened) return Happened.OfType<T>().Any(which);
    }

    /// <summary>Bytes whose value tells their place: a lost, doubled or moved one shows.</summary>
    protected static byte[] Pattern(int length, int from = 0)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = PatternAt(from + i);
        return bytes;
    }

    protected static byte PatternAt(int at) => (byte)((at * 31) ^ (at >> 8) ^ (at >> 16));
}
