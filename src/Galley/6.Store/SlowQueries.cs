// Which statements take too long, told with what is needed to find them and with none of their values: the text, the line, the route, the types. Once per
// statement and minute, because what is slow is slow a thousand times a second.

using System.Collections.Concurrent;
using System.ComponentModel;

namespace Galley;

/// <summary>When a statement counts as slow, and what is told of it.</summary>
public sealed class SlowQueryOptions
{
    /// <summary>How long a statement may take, its rows included, before it is told of: <see cref="SlowQuery"/>. Default 500 ms; null for never.</summary>
    public TimeSpan? Threshold { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether the database is asked for its plan as well, afterwards and on another connection, with unknown values. The statement is not run
    /// again. Default false.</summary>
    public bool Plan { get; set; }
}

/// <summary>Measures the statements of one database. Used by engines.</summary>
/// <remarks>Thread-safe.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SlowQueries
{
    private const int MostKnown = 1000;

    private static readonly TimeSpan s_betweenTellings = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Sql, long> _told = new(Sql.ByText);
    private readonly Database _database;
    private readonly Func<Sql, ValueTask<string?>> _plan;
    private readonly long _most;

    /// <summary>Measures for a database that is starting.</summary>
    /// <param name="database">Whose statements.</param>
    /// <param name="plan">Asks for the plan of a statement; null when there is none.</param>
    public SlowQueries(Database database, Func<Sql, ValueTask<string?>> plan)
    {
        ArgumentNullException.ThrowIfNull(database);
        (_database, _plan) = (database, plan);
        _most = database.SlowQuery.Threshold is { } most ? (long)(most.TotalSeconds * database.Time.TimestampFrequency) : long.MaxValue;
    }

    /// <summary>Now, for <see cref="End"/>.</summary>
    public long Begin() => _database.Time.GetTimestamp();

    /// <summary>Tells of a statement that ended, or failed, if it took too long.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="caller">Who asked; null outside a request.</param>
    /// <param name="began">What <see cref="Begin"/> gave.</param>
    /// <param name="rows">How many rows it gave or changed.</param>
    public void End(Sql sql, ICaller? caller, long began, int rows)
    {
        long now = _database.Time.GetTimestamp();
        if (now - began >= _most) Tell(sql, caller, now, _database.Time.GetElapsedTime(began, now), rows);
    }

    private void Tell(Sql sql, ICaller? caller, long now, TimeSpan duration, int rows)
    {
        // The question for a plan is not what anybody looks for.
        if (_database.Events is not { } events || sql.Segments[0].StartsWith("EXPLAIN ", StringComparison.OrdinalIgnoreCase)) return;
        if (_told.TryGetValue(sql, out long before) && _database.Time.GetElapsedTime(before, now) < s_betweenTellings) return;
        // Texts that a program makes up as it goes must not fill the memory.
        if (_told.Count >= MostKnown) _told.Clear();
        Sql text = sql.WithoutValues();
        _told[text] = now;
        SlowQuery slow = new(sql.ToString(), sql.Site, caller?.Route ?? "", caller?.RequestId ?? "", duration, rows, Types(sql));
        if (_database.SlowQuery.Plan) _ = TellWithPlanAsync(events, slow, WithoutValues(sql));
        else events.Raise(slow);
    }

    private async Task TellWithPlanAsync(Events events, SlowQuery slow, Sql sql)
    {
        string? plan = null;
        try
        {
            plan = await _plan(sql).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            plan = $"not to be had: {failure.Message}";
        }
        events.Raise(slow with { Plan = plan });
    }

    private static string Types(Sql sql)
    {
        string[] types = new string[sql.Values.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = sql.Values[i] switch
            {
                null => "null",
                SqlNull nothing => Storing.Unfit.Spoken(nothing.Type) + "?",
                SqlArray { Values: { } values } => $"{Storing.Unfit.Spoken(values.GetType())} of {values.Length}",
                { } value => Storing.Unfit.Spoken(value.GetType()),
            };
        }
        return string.Join(", ", types);
    }

    // The types stay, for an engine that has them; the values go.
    private static Sql WithoutValues(Sql sql)
    {
        object?[] nulls = new object?[sql.Values.Length];
        for (int i = 0; i < nulls.Length; i++) nulls[i] = SqlNull.OfValue(sql.Values[i]);
        return sql.With(nulls);
    }
}
