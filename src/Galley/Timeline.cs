// Where the time of a request went: one stamp at each stage boundary, always taken, never allocated. A stamp is a read of the monotonic clock
// (24 ns measured), so a stage that takes less than a stamp has none - a small head
// that was received with the one before it, a literal route, text as UTF-8 - and shows in the one after it.

using System.Runtime.CompilerServices;

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

/// <summary>Exclusive time per stage of one request, in ticks of the clock it was stamped with: the stages add up to the whole.</summary>
/// <remarks>A mutable value inside its exchange. Not thread-safe: a request is in one place at a time.</remarks>
public struct Timeline
{
    private StageTicks _spent;
    private long _last;

    /// <summary>When the request began: when its first byte was looked for.</summary>
    public long Started { get; private set; }

    /// <summary>From the beginning to the last stamp.</summary>
    public readonly long Total => _last - Started;

    /// <summary>What a stage took by itself, without the stages inside it.</summary>
    public readonly long this[Stage stage] => _spent[(int)stage];

    internal readonly long Last => _last;

    internal void Begin(long now)
    {
        _spent = default;
        Started = _last = now;
    }

    /// <summary>Ends a stretch of <paramref name="stage"/> that began at the last stamp.</summary>
    internal void Stamp(Stage stage, long now)
    {
        _spent[(int)stage] += now - _last;
        _last = now;
    }

    [InlineArray(8)]
    private struct StageTicks
    {
        private long _first;
    }
}
