// What a streamed response body is written to.

namespace Galley;

/// <summary>Sends a response body piece by piece. One writer at a time; every piece is on its way when its task completes.</summary>
public abstract class BodyWriter
{
    /// <summary>Sends a piece. Completes when the client has taken enough of what came before (back-pressure), so memory stays bounded.</summary>
    /// <exception cref="OperationCanceledException">The client is gone or the deadline has passed.</exception>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> piece);

    /// <summary>The exchange whose response this is; null where a program has made a writer of its own.</summary>
    internal virtual Exchange? Exchange => null;
}
