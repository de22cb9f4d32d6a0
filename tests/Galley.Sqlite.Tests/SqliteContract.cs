// SQLite passes the contract, in a file and in memory.

namespace Galley.SqliteTests;

public sealed class SqliteFileContract : DatabaseContract, IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<Database> OpenAsync(Migrations migrations) =>
        await Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database, Migrations = migrations, Readers = 3 });
}

public sealed class SqliteMemoryContract : DatabaseContract
{
    protected override async ValueTask<Database> OpenAsync(Migrations migrations) =>
        await Sqlite.OpenAsync(new SqliteOptions { Path = ":memory:", Migrations = migrations });
}
