// A pool at one moment, and the words that explain it: "all 20 in use: 19 by GET /report at Reports.cs:31, oldest 38 s".

using System.Globalization;

namespace Galley;

/// <summary>Who holds a session.</summary>
/// <param name="Route">The route; empty outside a request.</param>
/// <param name="RequestId">The request; empty outside one.</param>
/// <param name="Site">Where in the program it was taken, as in <c>Reports.cs:31</c>.</param>
/// <param name="Held">For how long.</param>
public readonly record struct LeaseHolder(string Route, string RequestId, string Site, TimeSpan Held);

/// <summary>A pool at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Max">The most sessions there are.</param>
/// <param name="Idle">Sessions that nobody uses.</param>
/// <param name="Making">Sessions that are being made.</param>
/// <param name="Waiting">Callers that wait.</param>
/// <param name="Holders">Who holds the others, the oldest first.</param>
public sealed record PoolState(string Name, int Max, int Idle, int Making, int Waiting, IReadOnlyList<LeaseHolder> Holders)
{
    private const int Told = 3;

    /// <summary>The role that new sessions log in as; null where an engine has none.</summary>
    public string? User { get; init; }

    /// <summary>Whether the next attempt to make a session waits, because the last one failed.</summary>
    public bool IsPausing { get; init; }

    /// <summary>Whether every session is lent.</summary>
    public bool IsExhausted => Holders.Count >= Max;

    /// <summary>Who holds sessions, in words, those who hold most first.</summary>
    public string InWords()
    {
        if (Holders.Count == 0) return "nobody";
        List<IGrouping<string, LeaseHolder>> groups = Groups();
        string words = string.Join(", ", groups.Take(Told).Select(static group => $"{group.Count()} by {group.Key}"));
        int rest = groups.Skip(Told).Sum(static group => group.Count());
        string oldest = Holders[0].Held.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        return $"{words}{(rest > 0 ? $", {rest} by others" : "")}, oldest {oldest} s";
    }

    /// <summary>What somebody is told who waited in vain.</summary>
    public StoreException Exhausted(TimeSpan waited) => new(StoreErrorKind.Exhausted, string.Create(CultureInfo.InvariantCulture,
        $"Waited {waited.TotalSeconds:0.###} s for a connection of pool '{Name}'; all {Max} are in use: {InWords()}"))
    { SafeToRetry = true };

    internal PoolExhausted Event()
    {
        IGrouping<string, LeaseHolder> most = Groups()[0];
        return new PoolExhausted(Name, Max, Waiting, most.First().Route, most.First().Site, most.Count(), Holders[0].Held, InWords());
    }

    private List<IGrouping<string, LeaseHolder>> Groups() =>
        [.. Holders.GroupBy(static one => Spoken(one)).OrderByDescending(static group => group.Count())];

    private static string Spoken(LeaseHolder one) => (one.Route, one.Site) switch
    {
        ("", "") => "the program",
        ("", _) => one.Site,
        (_, "") => one.Route,
        _ => $"{one.Route} at {one.Site}",
    };
}
