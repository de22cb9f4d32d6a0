// A process killed in the middle of a thousand concurrent writes loses none that it acknowledged, has none half, and the next start finds a sound database
// and says what happened. GALLEY_KILLS is how often (default 50).

using System.Diagnostics;
using System.Globalization;

namespace Galley.SqliteTests;

public sealed class CrashTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("GALLEY_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 50;

    [Fact]
    public async Task Kill_9_among_a_thousand_writers_loses_nothing_acknowledged_and_leaves_nothing_half()
    {
        int killed = 0;
        for (int round = 0; round < Kills; round++)
        {
            string path = Path.Combine(_folder.Path, $"crash{round}.db");
            ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Galley.Sqlite.Tests"))
            { RedirectStandardOutput = true, ArgumentList = { "victim", path, "1000" }, Environment = { ["DOTNET_TieredPGO"] = "0" } };
            using Process victim = Process.Start(start)!;
            Assert.Equal("ready", await victim.StandardOutput.ReadLineAsync());
            // Each round a little later, from the first answers to several thousand.
            HashSet<long> acknowledged = [];
            for (int lines = 0, most = 1 + (round * 97 % 3000); lines < most; lines++) acknowledged.Add(Read(await victim.StandardOutput.ReadLineAsync()));
            victim.Kill(); // SIGKILL
            while (await victim.StandardOutput.ReadLineAsync() is { } line) acknowledged.Add(Read(line));
            await victim.WaitForExitAsync();
            killed += victim.ExitCode == 137 ? 1 : 0;

            List<BackendEvent> told = [];
            await using SqliteDatabase db = new(new SqliteOptions { Path = path, Migrations = Victim.Schema }) { Events = new Events() };
            db.Events.Subscribe(told.Add);
            await db.StartAsync();
            Assert.Equal("ok", Assert.IsType<DatabaseRecovered>(Assert.Single(told)).Check);
            Dictionary<long, int> there = (await db.QueryAsync<(long Id, int Parts)>($"SELECT id, count(*) AS parts FROM writes GROUP BY id")).ToDictionary(static row => row.Id, static row => row.Parts);
            Assert.DoesNotContain(acknowledged, id => !there.ContainsKey(id));
            Assert.DoesNotContain(there, static one => one.Value != Victim.Parts(one.Key));
            Assert.Equal("ok", await db.QueryFirstAsync<string>($"PRAGMA integrity_check"));
        }
        Assert.Equal(Kills, killed);
    }

    private async Task<string> LeaveLogAsync()
    {
        // What a killed process leaves: the file and its log, copied while they are in use.
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database, Migrations = Victim.Schema });
        await db.ExecuteAsync($"INSERT INTO writes (id, part, filling) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {2000}) SELECT x, 0, hex(randomblob(50)) FROM n");
        await db.ExecuteAsync($"PRAGMA wal_checkpoint(PASSIVE)");
        await db.ExecuteAsync($"INSERT INTO writes (id, part, filling) VALUES (0, 0, 'last')");
        string left = Path.Combine(_folder.Path, "left.db");
        File.Copy(_folder.Database, left);
        File.Copy(_folder.Database + "-wal", left + "-wal");
        return left;
    }

    private static async Task<DatabaseRecovered?> StartAsync(string path, TimeSpan? check = null)
    {
        List<BackendEvent> told = [];
        await using SqliteDatabase db = new(new SqliteOptions { Path = path, Migrations = Victim.Schema, CrashCheck = check ?? TimeSpan.FromSeconds(30) })
        { Events = new Events(), Time = new Impatience() };
        db.Events.Subscribe(told.Add);
        await db.StartAsync();
        Assert.Equal("last", await db.QueryFirstAsync<string>($"SELECT filling FROM writes WHERE id = 0"));
        return (DatabaseRecovered?)told.SingleOrDefault();
    }

    [Fact]
    public async Task A_start_after_a_crash_checks_the_file_and_says_so_and_one_after_a_good_end_does_not()
    {
        string left = await LeaveLogAsync();
        DatabaseRecovered? recovered = await StartAsync(left);
        Assert.Equal(("sqlite:" + left, "ok"), (recovered?.Database, recovered?.Check));
        Assert.True(recovered!.Log > 4096);
        Assert.Null(await StartAsync(left));
        Assert.False(File.Exists(left + "-check"));
    }

    [Fact]
    public async Task The_check_has_a_limit_and_can_be_switched_off()
    {
        string left = await LeaveLogAsync();
        byte[] log = await File.ReadAllBytesAsync(left + "-wal");
        Assert.Equal("off", (await StartAsync(left, TimeSpan.Zero))?.Check);
        await File.WriteAllBytesAsync(left + "-wal", log);
        Assert.Equal("unfinished", (await StartAsync(left, Impatience.Limit))?.Check);
    }

    // A clock on which this limit is over at once.
    private sealed class Impatience : TimeProvider
    {
        public static readonly TimeSpan Limit = TimeSpan.FromHours(7);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Limit) callback(state);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    [Fact]
    public async Task A_file_that_the_crash_damaged_is_refused_until_it_is_replaced()
    {
        string left = await LeaveLogAsync();
        byte[] sound = await File.ReadAllBytesAsync(left);
        byte[] damaged = [.. sound];
        Array.Fill(damaged, (byte)0xA5, 4096 * 20, 4096); // a page in the middle: what is asked at start does not meet it
        await File.WriteAllBytesAsync(left, damaged);
        for (int attempt = 0; attempt < 2; attempt++) // the second time there is no log left that would tell
        {
            StartException refused = await Assert.ThrowsAsync<StartException>(() => StartAsync(left));
            Assert.Contains("is damaged", refused.Message, StringComparison.Ordinal);
            Assert.Contains("backup", refused.Message, StringComparison.Ordinal);
        }
        await File.WriteAllBytesAsync(left, sound);
        File.Delete(left + "-wal");
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = left });
        Assert.False(File.Exists(left + "-check"));
    }

    [Fact]
    public async Task A_second_process_beside_a_running_one_is_no_crash()
    {
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database, Migrations = Victim.Schema });
        await db.ExecuteAsync($"INSERT INTO writes (id, part, filling) VALUES (0, 0, 'last')");
        // In one process the two would share the file's locks; so the other one is a process.
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Galley.Sqlite.Tests"))
        { RedirectStandardOutput = true, RedirectStandardInput = true, ArgumentList = { "victim", _folder.Database, "1", "rounds=0", "wait" } };
        using Process other = Process.Start(start)!;
        Assert.Equal("ready", await other.StandardOutput.ReadLineAsync());
        Assert.False(File.Exists(_folder.Database + "-check"));
        await db.ExecuteAsync($"INSERT INTO writes (id, part, filling) VALUES (1, 0, 'beside')");
        await other.StandardInput.WriteLineAsync();
        await other.WaitForExitAsync();
        Assert.Equal(0, other.ExitCode);
    }

    private static long Read(string? line) => long.TryParse(line, CultureInfo.InvariantCulture, out long id) ? id : throw new InvalidOperationException($"The victim said '{line}'.");
}
