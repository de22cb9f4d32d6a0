// A statement that takes too long is told of, without its values, whatever engine is underneath.

using Galley.Testing;

namespace Galley.Contracts;

public abstract class SlowContract(Dialect dialect) : Contract(dialect)
{
    private static readonly Migrations s_things = Migrations.Of(("0001_things.sql", "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)"));

    [Fact]
    public async Task A_slow_statement_is_told_of_once_a_minute_without_its_values()
    {
        List<BackendEvent> told = [];
        TaskCompletionSource planned = new();
        VirtualTime time = new();
        Events events = new();
        events.Subscribe(happened =>
        {
            lock (told) told.Add(happened);
            if (happened is SlowQuery { Plan: not null, Parameters.Length: > 0 }) planned.TrySetResult();
        });
        await using Database slow = await Dialect.MakeAsync(s_things);
        (slow.Time, slow.Events) = (time, events);
        slow.SlowQuery = new SlowQueryOptions { Threshold = TimeSpan.Zero, Plan = true };
        await slow.StartAsync();
        int line = Line() + 1; // no time passes here: at a threshold of zero everything is slow
        await slow.QueryAsync<string?>($"SELECT name FROM things WHERE id = {1} AND name <> {"secret"} AND id IN {Sql.Array([1, 2, 3])} AND {(Guid?)null} IS NULL");
        await planned.Task.WaitAsync(TimeSpan.FromSeconds(20));
        SlowQuery query;
        lock (told) query = told.OfType<SlowQuery>().First(static one => one.Parameters.Length > 0);
        Assert.Equal("SELECT name FROM things WHERE id = @p0 AND name <> @p1 AND id IN @p2 AND @p3 IS NULL", query.Statement);
        Assert.Equal(($"SlowContract.cs:{line}", "int, string, int[] of 3, Guid?", 0), (query.Site, query.Parameters, query.Rows));
        Assert.Contains("things", query.Plan, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", query.ToString(), StringComparison.Ordinal);
        int before = Count();
        for (int i = 0; i < 3; i++) await slow.ExecuteAsync($"UPDATE things SET name = {"x"} WHERE id = {i}");
        await Eventually.Until(() => Count() == before + 1);
        time.Advance(TimeSpan.FromMinutes(1));
        await slow.ExecuteAsync($"UPDATE things SET name = {"x"} WHERE id = {1}");
        await Eventually.Until(() => Count() == before + 2);

        int Count()
        {
            lock (told) return told.OfType<SlowQuery>().Count(static one => one.Statement.StartsWith("UPDATE", StringComparison.Ordinal));
        }
    }

    private static int Line([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line;
}
