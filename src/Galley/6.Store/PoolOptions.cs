// The numbers of a pool, their units and defaults.

namespace Galley;

/// <summary>How large a pool is and how long it waits.</summary>
public sealed record PoolOptions
{
    /// <summary>Its name in messages, events and timelines. Default: <c>main</c>.</summary>
    public string Name { get; init; } = "main";

    /// <summary>The most sessions there are, 1 to 10,000. Default 20.</summary>
    public int Max { get; init; } = 20;

    /// <summary>Sessions that are kept ready, 0 to <see cref="Max"/>. Default 0.</summary>
    public int Min { get; init; }

    /// <summary>The most sessions that are made at the same time, 1 to 10,000; while none can be made it is one. Default 4.</summary>
    public int MadeAtOnce { get; init; } = 4;

    /// <summary>The most callers that wait; who comes beyond is refused at once. Default 1,000.</summary>
    public int Waiters { get; init; } = 1_000;

    /// <summary>How long a caller waits for a session. Default 5 seconds.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a session beyond <see cref="Min"/> is kept unused. Default 5 minutes.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How old a session gets before another takes its place; each a little less, so that they do not go together. Default 30 minutes.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A session that was unused for longer is checked before it is lent. Default 30 seconds.</summary>
    public TimeSpan CheckAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long such a check may take. Default 1 second.</summary>
    public TimeSpan CheckWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A session that is held for longer is told of: <see cref="LeaseOverdue"/>. Default 1 minute, twice the deadline of a request.</summary>
    public TimeSpan Overdue { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Refuses what is out of range. Called by pools and by the options that contain these.</summary>
    /// <exception cref="StartException">An option is out of range.</exception>
    public void Check()
    {
        if (Max is < 1 or > 10_000) throw Wrong("Max", Max.ToString(System.Globalization.CultureInfo.InvariantCulture), "1 to 10000");
        if (Min < 0 || Min > Max) throw Wrong("Min", Min.ToString(System.Globalization.CultureInfo.InvariantCulture), $"0 to {Max}");
        if (MadeAtOnce is < 1 or > 10_000) throw Wrong("MadeAtOnce", MadeAtOnce.ToString(System.Globalization.CultureInfo.InvariantCulture), "1 to 10000");
        if (Waiters < 0) throw Wrong("Waiters", Waiters.ToString(System.Globalization.CultureInfo.InvariantCulture), "0 or more");
        foreach ((string name, TimeSpan time) in (ReadOnlySpan<(string, TimeSpan)>)[("Wait", Wait), ("Idle", Idle), ("Lifetime", Lifetime),
            ("CheckAfter", CheckAfter), ("CheckWithin", CheckWithin), ("Overdue", Overdue)])
        {
            if (time <= TimeSpan.Zero || time.TotalMilliseconds > int.MaxValue) throw Wrong(name, time.ToString(), "more than zero to 24 days");
        }
    }

    private static StartException Wrong(string option, string value, string bounds) =>
        new($"PoolOptions.{option} is {value}", $"choose {bounds}");
}
