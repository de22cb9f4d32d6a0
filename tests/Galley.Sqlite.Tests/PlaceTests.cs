// A file that is taken away while it is open: SQLite goes on with what nobody will find again, so /readyz has to say so.

namespace Galley.SqliteTests;

public sealed class PlaceTests : IDisposable
{
    private readonly Folder _folder = new();

    private string Aside => Path.Combine(_folder.Path, "aside.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_is_where_it_was_is_well_however_many_connections_come_and_go()
    {
        await using SqliteDatabase db = await OpenAsync(_folder.Database);
        for (int i = 0; i < 3; i++)
        {
            await db.PingAsync();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => db.QueryAsync<int>($"SELECT x FROM t").AsTask()));
        }
    }

    [Fact]
    public async Task One_that_was_deleted_is_told()
    {
        await using SqliteDatabase db = await OpenAsync(_folder.Database);
        File.Delete(_folder.Database);
        await RefusesAsync(db);
    }

    [Fact]
    public async Task One_that_was_moved_is_told_until_it_is_back()
    {
        await using SqliteDatabase db = await OpenAsync(_folder.Database);
        File.Move(_folder.Database, Aside);
        await RefusesAsync(db);
        File.Move(Aside, _folder.Database);
        await db.PingAsync();
    }

    [Fact]
    public async Task One_that_was_replaced_is_told()
    {
        await (await OpenAsync(Aside)).DisposeAsync();
        await using SqliteDatabase db = await OpenAsync(_folder.Database);
        File.Move(Aside, _folder.Database, overwrite: true);
        await RefusesAsync(db);
    }

    [Fact]
    public async Task Behind_links_it_is_well()
    {
        // A link to the file, and one to its folder, where the system calls the file otherwise than we do.
        await (await OpenAsync(_folder.Database)).DisposeAsync();
        File.CreateSymbolicLink(Aside, _folder.Database);
        using Folder beside = new();
        string folder = Path.Combine(beside.Path, "linked");
        Directory.CreateSymbolicLink(folder, _folder.Path);
        foreach (string path in (string[])[Aside, Path.Combine(folder, "test.db"), Path.GetRelativePath(Environment.CurrentDirectory, _folder.Database)])
        {
            await using SqliteDatabase db = await OpenAsync(path);
            await db.PingAsync();
        }
        Directory.Delete(folder);
    }

    private static ValueTask<SqliteDatabase> OpenAsync(string path) => Sqlite.OpenAsync(new SqliteOptions
    {
        Path = path,
        Migrations = Migrations.Of(("0001_t.sql", "CREATE TABLE t (x INTEGER)")),
    });

    private static async Task RefusesAsync(SqliteDatabase db)
    {
        StoreException gone = await Assert.ThrowsAsync<StoreException>(async () => await db.PingAsync());
        Assert.Equal(StoreErrorKind.Unavailable, gone.Kind);
        Assert.Contains("deleted, moved or replaced while it is open", gone.Message, StringComparison.Ordinal);
    }
}
