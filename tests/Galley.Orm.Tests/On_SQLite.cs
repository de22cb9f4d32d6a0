// EF Core and Dapper beside Galley on one file. Microsoft.Data.Sqlite makes connections of its own, so it is not the connection that is lent but the writer's turn.

using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Galley.OrmTests;

public sealed class On_SQLite : IDisposable
{
    private static readonly Migrations s_schema = Migrations.Of(("0001_guests.sql",
        "CREATE TABLE guests (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT; CREATE TABLE visits (guest INTEGER REFERENCES guests (id)) STRICT; " +
        "INSERT INTO guests (name) VALUES ('Ada'), ('Grace')"));

    private readonly string _folder = Directory.CreateTempSubdirectory("galley-orm-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_EF_Core_and_Dapper_write_is_there()
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.BorrowAsync(async (SqliteTurn turn) =>
        {
            await using SqliteConnection connection = await ConnectAsync(turn);
            await connection.ExecuteAsync("INSERT INTO guests (name) VALUES (@name)", new { name = "by Dapper" });
            await using GuestBook book = new(connection);
            book.Guests.Add(new GuestEntity { Name = "by EF Core" });
            await book.SaveChangesAsync();
        });
        Assert.Equal(["Ada", "Grace", "by Dapper", "by EF Core"], await NamesAsync(db));
    }

    [Fact]
    public async Task Reading_needs_no_turn()
    {
        await using SqliteDatabase db = await OpenAsync();
        List<Guest> galley = await db.QueryAsync<Guest>($"SELECT id, name FROM guests ORDER BY id");
        await using SqliteConnection connection = new($"Data Source={Path.Combine(_folder, "guests.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using GuestBook book = new(connection);
        List<Guest> core = await book.Guests.OrderBy(guest => guest.Id).Select(guest => new Guest(guest.Id, guest.Name)).ToListAsync();
        Assert.Equal(galley, core);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EF_Core_and_Dapper_share_a_transaction(bool isKept)
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.BorrowAsync(async (SqliteTurn turn) =>
        {
            await using SqliteConnection connection = await ConnectAsync(turn);
            await using SqliteTransaction transaction = connection.BeginTransaction();
            await connection.ExecuteAsync("INSERT INTO guests (name) VALUES ('by Dapper')", transaction: transaction);
            await using GuestBook book = new(connection);
            await book.Database.UseTransactionAsync(transaction);
            book.Guests.Add(new GuestEntity { Name = "by EF Core" });
            await book.SaveChangesAsync();
            if (isKept) await transaction.CommitAsync();
        });
        Assert.Equal(isKept ? ["Ada", "Grace", "by Dapper", "by EF Core"] : ["Ada", "Grace"], await NamesAsync(db));
    }

    [Fact]
    public async Task Galley_writes_when_the_turn_is_over_and_reads_meanwhile()
    {
        await using SqliteDatabase db = await OpenAsync();
        TaskCompletionSource held = new(), end = new();
        Task borrowing = db.BorrowAsync(async (SqliteTurn turn) =>
        {
            held.SetResult();
            await end.Task;
            await using SqliteConnection connection = await ConnectAsync(turn);
            await connection.ExecuteAsync("INSERT INTO guests (name) VALUES ('first')");
        }).AsTask();
        await held.Task;
        Task writing = db.ExecuteAsync($"INSERT INTO guests (name) VALUES ('second')").AsTask();
        Assert.Equal(["Ada", "Grace"], await NamesAsync(db));
        Assert.False(writing.IsCompleted);
        end.SetResult();
        await Task.WhenAll(borrowing, writing);
        Assert.Equal(["Ada", "Grace", "first", "second"], await NamesAsync(db));
    }

    [Fact]
    public async Task Many_of_both_at_once_never_find_the_file_locked()
    {
        await using SqliteDatabase db = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            if (i % 4 != 0) await db.ExecuteAsync($"INSERT INTO guests (name) VALUES ({"galley " + i})");
            else await db.BorrowAsync(async (SqliteTurn turn) =>
            {
                await using SqliteConnection connection = await ConnectAsync(turn);
                await connection.ExecuteAsync("INSERT INTO guests (name) VALUES (@name)", new { name = "dapper " + i });
            });
        }));
        Assert.Equal(42, (await NamesAsync(db)).Count);
    }

    [Fact]
    public async Task The_pragmas_make_foreign_keys_hold_and_commits_last()
    {
        await using SqliteDatabase db = await OpenAsync();
        await db.BorrowAsync(async (SqliteTurn turn) =>
        {
            await using SqliteConnection connection = await ConnectAsync(turn);
            await Assert.ThrowsAsync<SqliteException>(() => connection.ExecuteAsync("INSERT INTO visits (guest) VALUES (99)"));
            Assert.Equal("wal", await connection.ExecuteScalarAsync<string>("PRAGMA journal_mode"));
            Assert.Equal(2, await connection.ExecuteScalarAsync<int>("PRAGMA synchronous"));
        });
    }

    [Fact]
    public async Task A_database_in_memory_has_no_turns_and_a_turn_takes_no_questions()
    {
        await using SqliteDatabase memory = await Sqlite.OpenAsync("sqlite::memory:");
        Assert.Equal(StoreErrorKind.Misuse,
            (await Assert.ThrowsAsync<StoreException>(async () => await memory.BorrowAsync((SqliteTurn turn) => ValueTask.CompletedTask))).Kind);
        await using SqliteDatabase db = await OpenAsync();
        Assert.Equal(StoreErrorKind.Misuse, (await Assert.ThrowsAsync<StoreException>(async () => await db.BorrowAsync(
            async (SqliteTurn turn) => await db.ExecuteAsync($"DELETE FROM guests")))).Kind);
    }

    private static async Task<SqliteConnection> ConnectAsync(SqliteTurn turn)
    {
        SqliteConnection connection = new($"Data Source={turn.Path};Pooling=False");
        await connection.OpenAsync();
        await connection.ExecuteAsync(turn.Pragmas);
        return connection;
    }

    private static async Task<List<string>> NamesAsync(Database db) => await db.QueryAsync<string>($"SELECT name FROM guests ORDER BY id");

    private async Task<SqliteDatabase> OpenAsync() =>
        await Sqlite.OpenAsync(new SqliteOptions { Path = Path.Combine(_folder, "guests.db"), Migrations = s_schema });
}
