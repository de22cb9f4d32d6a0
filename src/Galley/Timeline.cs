// Where the time of a request went: one stamp per stage boundary, always taken, never allocated.

namespace Galley;

/// <summary>The eight stages of the loop, in order.</summary>
public enum Stage
{
    /// <summary>Bytes become a request head.</summary>
    Receive,

    /// <summary>Method and path become an endpoint.</summary>
    Route,

    /// <summary>Middleware around the handler.</summary>
    Middleware,

    /// <summary>Untrusted text becomes typed arguments.</summary>
    Validate,

    /// <summary>The program's own logic.</summary>
    Execute,

    /// <summary>Database, cache and other services.</summary>
    Store,

    /// <summary>A value becomes bytes.</summary>
    Serialize,

    /// <summary>Bytes go to the wire.</summary>
    Respond,
}
