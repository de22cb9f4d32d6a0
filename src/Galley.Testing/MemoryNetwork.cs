// A network inside the test's process: no ports, no timing, and it can be told to split bytes in the most awkward ways.

using Galley.Receiving.Memory;

namespace Galley.Testing;

/// <summary>Carries the bytes of one backend in memory.</summary>
/// <example><code>
/// await using var app = Backend.Create();
/// app.Get("/hello", _ => Response.Text("hi"));
/// MemoryNetwork network = app.UseMemory();
/// await app.StartAsync();
/// using var client = new TestClient(network);
/// Answer answer = await client.GetAsync("/hello");
/// </code></example>
public sealed class MemoryNetwork
{
    private readonly MemoryListener _listener;

    internal MemoryNetwork(MemoryListener listener) => _listener = listener;

    /// <summary>The most bytes that the backend gets from one receive. 1 shows whether it minds where a message is split. Unlimited by default.</summary>
    public int MaxReceiveBytes
    {
        get => _listener.MaxReceiveBytes;
        set => _listener.MaxReceiveBytes = value;
    }

    /// <summary>The most bytes that one send of the backend takes. Unlimited by default.</summary>
    public int MaxSendBytes
    {
        get => _listener.MaxSendBytes;
        set => _listener.MaxSendBytes = value;
    }

    /// <summary>Connects a client.</summary>
    /// <param name="secure">Whether it comes to speak TLS; the backend must, too (<c>UseTls</c>). The channel carries what TLS makes of its bytes.</param>
    /// <exception cref="IOException">The backend listens no more.</exception>
    public ClientChannel Connect(bool secure = false) => new MemoryChannel(_listener.Connect(secure));

    /// <summary>Completes when the backend's loops have nothing left to do: all that was sent is read and handled, and answers that need no waiting are
    /// sent. Handlers that wait for something do not count. Move a <see cref="VirtualTime"/> only after it.</summary>
    public Task WhenQuietAsync() => _listener.WhenQuietAsync();
}

/// <summary>Puts a backend on a network of its own.</summary>
public static class MemoryBackend
{
    /// <summary>Makes <paramref name="backend"/> listen in memory instead of on a port. Before it is started.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="pipeBytes">How many unread bytes a connection holds in each direction before the sender must wait.</param>
    public static MemoryNetwork UseMemory(this Backend backend, int pipeBytes = 64 * 1024)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentOutOfRangeException.ThrowIfLessThan(pipeBytes, 1);
        var listener = new MemoryListener { PipeBytes = pipeBytes };
        backend.Listener = listener;
        return new MemoryNetwork(listener);
    }
}
