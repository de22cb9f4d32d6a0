// The address of an in-process backend. Besides carrying bytes it can say when every loop has nothing left to do, which is what a test waits for before
// it moves its clock.

using System.Net;

namespace Galley.Receiving.Memory;

/// <summary>Connects clients of this process to its loops.</summary>
internal sealed class MemoryListener : Listener
{
    private readonly Queue<MemoryLink> _waiting = new();
    private readonly List<MemoryTransport> _transports = [];
    private TaskCompletionSource? _quiet;
    private int _next;
    private bool _isClosed;

    /// <summary>The one lock of everything in memory.</summary>
    public object Gate { get; } = new();

    /// <summary>How many unread bytes a connection holds in each direction. Default 64 KB.</summary>
    public int PipeBytes { get; init; } = 64 * 1024;

    /// <summary>The most that one receive of the server yields; to force every split.</summary>
    public int MaxReceiveBytes { get; set; } = int.MaxValue;

    /// <summary>The most that one send of the server takes.</summary>
    public int MaxSendBytes { get; set; } = int.MaxValue;

    public override IReadOnlyList<Place> Places { get; } = [new(new IPEndPoint(IPAddress.Loopback, 0), IsSecure: false)];

    public override string Name => "memory";

    /// <summary>Whether somebody waits to be accepted. Under the lock.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    public override Transport CreateTransport()
    {
        var transport = new MemoryTransport(this);
        lock (Gate) _transports.Add(transport);
        return transport;
    }

    /// <summary>Connects a client: it may send at once, accepted or not.</summary>
    /// <param name="secure">Whether TLS will be spoken.</param>
    /// <exception cref="IOException">The backend listens no more.</exception>
    public MemoryEnd Connect(bool secure = false)
    {
        lock (Gate)
        {
            if (_isClosed) throw new IOException("The connection was refused: the backend listens no more.");
            var link = new MemoryLink(this) { IsSecure = secure };
            _waiting.Enqueue(link);
            Tell();
            return new MemoryEnd(link);
        }
    }

    /// <summary>Completes when every loop waits and nothing has happened that would end a wait. Handlers on other threads are not loops.</summary>
    public Task WhenQuietAsync()
    {
        lock (Gate)
        {
            if (IsQuiet) return Task.CompletedTask;
            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    /// <summary>Takes who waits longest; null when nobody does.</summary>
    public MemoryLink? Take()
    {
        lock (Gate) return _waiting.TryDequeue(out MemoryLink? link) ? link : null;
    }

    /// <summary>Rouses one loop that listens if somebody waits; each in turn. Under the lock.</summary>
    public void Tell()
    {
        if (!HasWaiting) return;
        for (int i = 0; i < _transports.Count; i++)
        {
            _next = (_next + 1) % _transports.Count;
            if (!_transports[_next].IsListening) continue;
            _transports[_next].Rouse();
            return;
        }
    }

    /// <summary>A loop has nothing to do. Under the lock.</summary>
    public void FellAsleep()
    {
        if (_quiet is null || !IsQuiet) return;
        _quiet.SetResult();
        _quiet = null;
    }

    public override void Dispose()
    {
        lock (Gate)
        {
            _isClosed = true;
            while (_waiting.TryDequeue(out MemoryLink? link)) link.Reset();
        }
    }

    private bool IsQuiet => _transports.TrueForAll(static transport => transport.IsAsleep);
}
