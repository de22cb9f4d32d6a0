// One in-process connection: two pipes, and what TCP would do to them. Where TCP may lose bytes it does: a reset destroys what was not read yet, so that
// code which closes too early fails here every time instead of once a month.

namespace Galley.Receiving.Memory;

/// <summary>What both ends of a connection share. All members but the constructor's are used under the listener's lock.</summary>
internal sealed class MemoryLink(MemoryListener listener)
{
    public MemoryListener Listener => listener;

    /// <summary>From the client to the server.</summary>
    public MemoryPipe Up { get; } = new(listener.PipeBytes);

    /// <summary>From the server to the client.</summary>
    public MemoryPipe Down { get; } = new(listener.PipeBytes);

    /// <summary>The transport of the loop that watches the server's end; null before one does.</summary>
    public MemoryTransport? Watcher { get; set; }

    public ulong Token { get; set; }

    /// <summary>Whether the client came to speak TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>What changed and was not taken by the watcher yet.</summary>
    public Readiness Changed { get; set; }

    public bool IsServerClosed { get; set; }

    public bool IsClientClosed { get; set; }

    public bool IsReset { get; private set; }

    /// <summary>Completed when something changes for the client; replaced then.</summary>
    public TaskCompletionSource ClientChange { get; private set; } = NewChange();

    public void TellServer(Readiness what)
    {
        if (IsServerClosed) return;
        bool isQueued = Changed != Readiness.None;
        Changed |= what;
        if (!isQueued) Watcher?.Enqueue(this);
    }

    public void TellClient()
    {
        TaskCompletionSource change = ClientChange;
        ClientChange = NewChange();
        change.SetResult();
    }

    /// <summary>Both directions end at once and what was on its way is lost.</summary>
    public void Reset()
    {
        if (IsReset) return;
        IsReset = true;
        Up.Clear();
        Down.Clear();
        TellServer(Readiness.Broken);
        TellClient();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
