// A backend on a free port of this machine, for the length of a test, with its events at hand.

using System.Collections.Concurrent;
using System.Net;

namespace Galley.Tests;

internal sealed class Running : IAsyncDisposable
{
    private readonly ConcurrentQueue<BackendEvent> _events = new();
    private readonly SemaphoreSlim _happened = new(0);

    private Running(Backend app) => App = app;

    public Backend App { get; }

    public IPEndPoint Address => App.Address!;

    public IEnumerable<BackendEvent> Events => _events;

    public static async Task<Running> StartAsync(Action<Backend> declare, params string[] args)
    {
        var running = new Running(Backend.Create(["--port", "0", "--Galley:Log:Requests=false", "--Galley:Log:Level=off", .. args]));
        running.App.Events.Subscribe(happened =>
        {
            running._events.Enqueue(happened);
            running._happened.Release();
        });
        declare(running.App);
        await running.App.StartAsync();
        return running;
    }

    public RawClient Connect() => new(Address);

    /// <summary>Waits for an event of a kind.</summary>
    public async Task<T> EventAsync<T>() where T : BackendEvent
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (_events.OfType<T>().FirstOrDefault() is { } found) return found;
            await _happened.WaitAsync(late.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _happened.Dispose();
    }
}
