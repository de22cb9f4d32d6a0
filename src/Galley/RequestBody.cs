// The body of a request, pulled by the handler: nothing is read from the socket that nobody asked for (back-pressure), and a client that
// waits for 100-continue is told to go on at the first pull.

namespace Galley;

/// <summary>The body of a request. One reader at a time; valid as long as its request.</summary>
public abstract class RequestBody
{
    /// <summary>The declared length in bytes; null when the body is chunked; 0 when there is none.</summary>
    public abstract long? Length { get; }

    /// <summary>The next piece of the body; empty at its end. The memory is valid until the next read or the end of the request.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, sent too slowly, or the deadline has passed.</exception>
    /// <exception cref="ProblemException">The framing is broken or the body is longer than the limit (413).</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync();

    /// <summary>The whole body in one piece. Valid until the end of the request.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, sent too slowly, or the deadline has passed.</exception>
    /// <exception cref="ProblemException">The framing is broken or the body is longer than the limit (413).</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAllAsync();
}
