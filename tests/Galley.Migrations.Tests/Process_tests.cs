// Real processes: many that start at once, and some that are killed in the middle. What they leave, the next one finishes.

using System.Diagnostics;

namespace Galley.MigrationsTests;

public sealed class Process_tests
{
    public static TheoryData<string> Engines => ["sqlite", "postgres"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Ten_processes_that_start_at_once_apply_each_migration_exactly_once(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_log.sql", "CREATE TABLE log (step integer NOT NULL)");
        for (int i = 2; i <= 8; i++) bench.Write($"{i:0000}_t.sql", (i % 3 == 0 ? "-- galley: no-transaction\n" : "") + $"CREATE TABLE t{i} (x integer); INSERT INTO log VALUES ({i})");
        Process[] all = [.. Enumerable.Range(0, 10).Select(_ => bench.Start("migrate"))];
        int applied = 0;
        foreach (Process one in all)
        {
            string said = await one.StandardOutput.ReadToEndAsync() + await one.StandardError.ReadToEndAsync();
            await one.WaitForExitAsync();
            Assert.True(one.ExitCode == 0, said);
            applied += said.Split('\n').Count(static line => line.StartsWith("applied ", StringComparison.Ordinal));
            one.Dispose();
        }
        Assert.Equal(8, applied);
        Assert.Equal(["2", "3", "4", "5", "6", "7", "8"], await bench.AskAsync("SELECT step FROM log ORDER BY step"));
        Assert.Contains("applied", await bench.DoneAsync("migrate", "status"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Kill_9_at_any_point_leaves_what_the_next_start_completes(string engine)
    {
        using Bench undisturbed = await Bench.CreateAsync(engine);
        await PrepareAsync(undisturbed);
        // How long all of it takes on this machine, now: the kills are spread over that, not over what a clock elsewhere once said.
        long since = Stopwatch.GetTimestamp();
        await undisturbed.DoneAsync("migrate");
        TimeSpan whole = Stopwatch.GetElapsedTime(since);
        // It took long because the machine was busy just then, and was done before it was killed? Then it is judged, and killed sooner.
        int killed = 0;
        for (int attempt = 0; attempt < 8 && killed <= 2; attempt++, whole /= 3) killed = await KillAndCompleteAsync(engine, whole);
        Assert.True(killed > 2, $"only {killed} were killed");
    }

    // How many it killed.
    private static async Task<int> KillAndCompleteAsync(string engine, TimeSpan whole)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        await PrepareAsync(bench);
        int killed = 0, last = 0;
        for (int round = 0; last < 4 && round < 100; round++)
        {
            using Process victim = bench.Start("migrate");
            // Spread over everything it does, from before it has connected; a little later each time, so that it gets somewhere.
            await Task.WhenAny(victim.WaitForExitAsync(), Task.Delay(whole * (round + 1) / 20));
            if (!victim.HasExited) killed++;
            victim.Kill();
            string said = await victim.StandardError.ReadToEndAsync();
            await victim.WaitForExitAsync();
            Assert.True(victim.ExitCode is 0 or 137, said);
            last = int.Parse((await bench.AskAsync("SELECT max(version) FROM galley_migrations"))[0]!, null);
        }
        await bench.DoneAsync("migrate");
        Assert.Equal(Enumerable.Range(0, 30).Concat(Enumerable.Range(100, 30)).Select(static i => (string?)$"{i}"), await bench.AskAsync("SELECT step FROM log ORDER BY step"));
        Assert.Equal(["1"], await bench.AskAsync("SELECT DISTINCT seen FROM t"));
        if (bench.IsPostgres) Assert.Equal(["true"], await bench.AskAsync("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 't_v'::regclass"));
        Assert.Equal(0, (await bench.RunAsync("migrate", "status")).Code);
        Assert.Empty(Directory.GetFiles(bench.Folder, "*.migrating"));
        return killed;
    }

    private static async Task PrepareAsync(Bench bench)
    {
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer PRIMARY KEY, v integer, seen integer NOT NULL DEFAULT 0); CREATE TABLE log (step integer NOT NULL)");
        await bench.DoneAsync("migrate");
        string rows = bench.IsPostgres ? "SELECT n, n FROM generate_series(1, 3000) n" : "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 3000) SELECT n, n FROM s";
        await bench.DoAsync("INSERT INTO t (id, v) " + rows);
        // Whole, statement by statement, and in batches; each statement leaves a trace that would be there twice if it ran twice.
        bench.Write("0002_whole.sql", string.Concat(Enumerable.Range(0, 30).Select(i => $"INSERT INTO log VALUES ({i});\n")));
        bench.Write("0003_single.sql", "-- galley: no-transaction\n" + (bench.IsPostgres ? "CREATE INDEX CONCURRENTLY t_v ON t (v);\n" : "VACUUM;\n") +
            string.Concat(Enumerable.Range(100, 30).Select(i => $"INSERT INTO log VALUES ({i});\n")));
        bench.Write("0004_fill.sql", "-- galley: phase: backfill\n-- galley: range: t.id 100\n-- galley: pause: 10ms\nUPDATE t SET seen = seen + 1 WHERE id BETWEEN :from AND :to");
    }

    [Fact]
    public async Task A_concurrent_index_that_was_cut_off_is_dropped_and_built_again()
    {
        using Bench bench = await Bench.CreateAsync("postgres");
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer, v integer); INSERT INTO t VALUES (1, 1)");
        await bench.DoneAsync("migrate");
        bench.Write("0002_index.sql", "-- galley: no-transaction\nCREATE INDEX CONCURRENTLY t_v ON t (v);\nINSERT INTO t VALUES (2, 2)");
        await using Database db = await bench.OpenAsync(MigrationMode.Off);
        await db.TransactionAsync(async tx =>
        {
            // A writer that is not done: the build waits for it, and is killed there.
            await tx.ExecuteAsync($"INSERT INTO t VALUES (3, 3)");
            using Process victim = bench.Start("migrate");
            while ((await bench.AskAsync("SELECT 1 FROM pg_class WHERE relname = 't_v'")).Count == 0)
            {
                Assert.False(victim.HasExited, "It ended before it built the index.");
                await Task.Delay(20);
            }
            victim.Kill();
            await victim.WaitForExitAsync();
        });
        Assert.Contains("pending  0002_index.sql  begun", (await bench.RunAsync("migrate", "status")).Said, StringComparison.Ordinal);
        await bench.DoneAsync("migrate");
        Assert.Equal(["true"], await bench.AskAsync("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 't_v'::regclass"));
        Assert.Equal(["1", "2", "3"], await bench.AskAsync("SELECT id FROM t ORDER BY id"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Who_waits_for_too_long_is_told_who_migrates(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        await using Storing.SchemaSession holder = await (bench.IsPostgres ? Postgres.Engine : Sqlite.Engine).OpenSchema!(bench.Address, CancellationToken.None);
        Assert.Null(await holder.TryLockAsync(CancellationToken.None));
        (int code, string said) = await bench.RunAsync("migrate", "--wait", "0");
        Assert.Equal(1, code);
        Assert.Contains("since 20", said, StringComparison.Ordinal);
        Assert.Contains(bench.IsPostgres ? "of the server (galley at 127.0.0.1)" : $"process {Environment.ProcessId} (", said, StringComparison.Ordinal);
        await holder.UnlockAsync();
        await bench.DoneAsync("migrate");
    }
}
