// A backup is the database of one moment, taken while it is in use; restoring it is putting the file in place. docs/6-store.md says the same.

namespace Galley.SqliteTests;

public sealed class BackupTests : IDisposable
{
    private readonly Folder _folder = new();

    private string Copy => Path.Combine(_folder.Path, "copy.db");

    public void Dispose() => _folder.Dispose();

    private ValueTask<SqliteDatabase> OpenAsync(string? path = null) => Sqlite.OpenAsync(new SqliteOptions
    {
        Path = path ?? _folder.Database,
        Migrations = Migrations.Of(("0001_t.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, filling BLOB)")),
    });

    private static ValueTask<int> FillAsync(Database db, int rows) => db.ExecuteAsync(
        $"INSERT INTO t (pair, filling) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {rows}) SELECT 0, randomblob(2000) FROM n");

    [Fact]
    public async Task A_backup_is_the_database_of_one_moment_and_no_writer_waits_for_it()
    {
        await using SqliteDatabase db = await OpenAsync();
        await FillAsync(db, 3000); // 6 MB: several steps
        await db.BatchAsync([$"INSERT INTO t (id, pair) VALUES (100001, 1)", $"INSERT INTO t (id, pair) VALUES (200001, 1)"]);
        // Writes in the middle: each step of the copy waits for a pair that is committed while it goes on.
        Steps steps = new(() => db.BatchAsync([$"INSERT INTO t (pair) VALUES (1)", $"INSERT INTO t (pair) VALUES (1)"]).AsTask().GetAwaiter().GetResult());
        await db.BackupAsync(Copy, steps);
        Assert.True(steps.Told.Count >= 5);
        Assert.Equal(steps.Told.OrderBy(static one => one.Pages), steps.Told);
        Assert.Equal(steps.Told[^1].Total, steps.Told[^1].Pages);
        Assert.Equal(2 + (2 * steps.Told.Count), await db.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE pair = 1"));
        await using SqliteDatabase copy = await OpenAsync(Copy);
        Assert.Equal("ok", await copy.QueryFirstAsync<string>($"PRAGMA integrity_check"));
        Assert.Equal(3002, await copy.QueryFirstAsync<int>($"SELECT count(*) FROM t"));
        Assert.Equal(2, await copy.QueryFirstAsync<int>($"SELECT count(*) FROM t WHERE pair = 1"));
    }

    [Fact]
    public async Task What_is_only_in_the_log_is_in_the_backup()
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.ExecuteAsync($"INSERT INTO t (pair) VALUES (7)");
        Assert.True(new FileInfo(_folder.Database + "-wal").Length > 0);
        await new SqliteDatabase(new SqliteOptions { Path = _folder.Database }).BackupAsync(Copy); // as another process would: it is not open here
        await using SqliteDatabase copy = await OpenAsync(Copy);
        Assert.Equal(7, await copy.QueryFirstAsync<int>($"SELECT pair FROM t"));
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_what_cannot_be_written_says_so()
    {
        await using SqliteDatabase db = await OpenAsync();
        _folder.Write("copy.db", "precious");
        StoreException taken = await Assert.ThrowsAsync<StoreException>(async () => await db.BackupAsync(Copy));
        Assert.Equal(StoreErrorKind.Misuse, taken.Kind);
        Assert.Contains("choose another name", taken.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Copy));
        StoreException nowhere = await Assert.ThrowsAsync<StoreException>(async () => await db.BackupAsync(Path.Combine(_folder.Path, "no", "copy.db")));
        Assert.Equal(StoreErrorKind.Unavailable, nowhere.Kind);
        await Assert.ThrowsAsync<StartException>(async () => await new SqliteDatabase(new SqliteOptions { Path = Path.Combine(_folder.Path, "none.db") }).BackupAsync(Copy + "2"));
        Assert.False(File.Exists(Copy + "2"));
    }

    [Fact]
    public async Task A_backup_that_is_cancelled_leaves_nothing_behind()
    {
        await using SqliteDatabase db = await OpenAsync();
        await FillAsync(db, 3000);
        using CancellationTokenSource source = new();
        Steps steps = new(source.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await db.BackupAsync(Copy, steps, source.Token));
        Assert.Single(steps.Told);
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => file.Contains("copy", StringComparison.Ordinal));
        await db.BackupAsync(Copy);
    }

    [Fact]
    public async Task One_in_memory_becomes_a_file_that_only_its_owner_reads()
    {
        await using SqliteDatabase db = await OpenAsync(":memory:");
        await db.ExecuteAsync($"INSERT INTO t (pair) VALUES (7)");
        await db.BackupAsync(Copy);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Copy));
        await using SqliteDatabase copy = await OpenAsync(Copy);
        Assert.Equal(7, await copy.QueryFirstAsync<int>($"SELECT pair FROM t"));
    }

    // What docs/6-store.md says: stop, move the three files away, copy the backup to the name, start.
    [Fact]
    public async Task A_restore_is_the_backup_in_the_place_of_the_file_and_its_log()
    {
        await using (SqliteDatabase db = await OpenAsync())
        {
            await db.ExecuteAsync($"INSERT INTO t (pair) VALUES (1)");
            await db.BackupAsync(Copy);
            await db.ExecuteAsync($"DELETE FROM t");
        }
        foreach (string file in Directory.GetFiles(_folder.Path, "test.db*")) File.Move(file, file + ".broken");
        File.Copy(Copy, _folder.Database);
        await using SqliteDatabase restored = await OpenAsync();
        Assert.Equal(1, await restored.QueryFirstAsync<int>($"SELECT pair FROM t"));
    }

    // Not Progress<T>, which tells later and elsewhere.
    private sealed class Steps(Action then) : IProgress<BackupProgress>
    {
        public List<BackupProgress> Told { get; } = [];

        public void Report(BackupProgress value)
        {
            Told.Add(value);
            then();
        }
    }
}
