// SQLite passes the contracts, in a file and in memory.

using Galley.Contracts;

namespace Galley.SqliteTests;

public sealed class InFile : Dialect
{
    private readonly Folder _folder = new();

    public override async ValueTask<Database> OpenAsync(Migrations migrations) =>
        await Sqlite.OpenAsync(new SqliteOptions { Path = _folder.Database, Migrations = migrations, Readers = 3 });

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }
}

public sealed class InMemory : Dialect
{
    public override async ValueTask<Database> OpenAsync(Migrations migrations) =>
        await Sqlite.OpenAsync(new SqliteOptions { Path = ":memory:", Migrations = migrations });
}

public sealed class SqliteFileContract() : DatabaseContract(new InFile());

public sealed class SqliteMemoryContract() : DatabaseContract(new InMemory());

public sealed class SqliteTransactions() : TransactionContract(new InFile());

public sealed class SqliteMemoryTransactions() : TransactionContract(new InMemory());

public sealed class SqliteCalls() : CallContract(new InFile());

public sealed class SqliteRows() : RowContract(new InMemory());

public sealed class SqliteValues() : ValueContract(new InFile());

public sealed class SqliteBulk() : BulkContract(new InFile());

public sealed class SqliteMemoryBulk() : BulkContract(new InMemory());
