// The phases of a connection, seen from the server. ConnectionState has the table.

namespace Galley.Wire.Http1;

/// <summary>Where a connection is in its life. The table is at the head of <see cref="ConnectionState"/>.</summary>
public enum ConnectionPhase : byte
{
    /// <summary>Between requests, nothing of the next one arrived.</summary>
    Idle,
    /// <summary>A head is arriving.</summary>
    Head,
    /// <summary>A request is being handled; its body may still arrive.</summary>
    Handling,
    /// <summary>The final response has begun.</summary>
    Responding,
    /// <summary>The response is sent, and the rest of the request body is read and thrown away to reach the next request.</summary>
    Draining,
    /// <summary>Whatever is being written is the last; no more input is parsed.</summary>
    MustClose,
    /// <summary>The connection speaks another protocol now.</summary>
    Upgraded,
    /// <summary>Over.</summary>
    Closed,
}
