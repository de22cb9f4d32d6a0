// Tables: guests sit down (open), order, and pay (close). That a table is opened once at a time is a unique index of the schema; that it is closed
// only when nothing is in the kitchen any more is a transaction.

using Galley;

namespace Restaurant;

/// <summary>A table of the restaurant.</summary>
/// <param name="OpenedAt">Since when guests sit there; null while they do not.</param>
sealed record Table(int Number, int Seats, DateTimeOffset? OpenedAt) : IListed<Table>
{
    /// <summary>Every table, and since when it is open.</summary>
    public static Sql All { get; } = Sql.Of(
        $"SELECT number, seats, opened_at FROM tables LEFT JOIN visits ON table_number = number AND closed_at IS NULL");

    /// <summary>Whether it can be ordered from.</summary>
    public bool IsOpen => OpenedAt is not null;

    // They stand in one room: no order of them needs an index.
    public static void Declare(Listing<Table> tables) => tables.From(All)
        .Unique("number", table => table.Number).Sort("seats", table => table.Seats).SortNullable("opened_at", table => table.OpenedAt)
        .Range<int>("seats").Filter<bool>("is_open", isOpen => isOpen ? Sql.Of($"opened_at IS NOT NULL") : Sql.Of($"opened_at IS NULL"));
}

/// <summary>The routes of tables.</summary>
static class Tables
{
    public static void AddTo(Routes app)
    {
        Routes tables = app.Group("/tables");
        tables.Get("/", ListAsync);
        tables.Post("/{number}/open", OpenAsync);
        tables.Post("/{number}/close", CloseAsync);
    }

    /// <summary>Lists the tables page by page, by their numbers.</summary>
    public static ValueTask<Page<Table>> ListAsync(ListQuery<Table> tables, Database db) => tables.ReadAsync(db);

    /// <summary>Seats guests at a table.</summary>
    public static async Task<Response<Table>> OpenAsync(int number, Database db, TimeProvider time)
    {
        try
        {
            await db.ExecuteAsync($"INSERT INTO visits (table_number, opened_at) VALUES ({number}, {time.GetUtcNow()})");
        }
        catch (StoreException failure) when (failure.Kind == StoreErrorKind.ForeignKey)
        {
            return Response.NotFound($"There is no table {number}.");
        }
        catch (StoreException failure) when (failure.Kind == StoreErrorKind.Unique)
        {
            return Response.Conflict($"Table {number} is open already.");
        }
        return await db.QueryFirstAsync<Table>($"{Table.All} WHERE number = {number}");
    }

    /// <summary>Closes a table and makes its bill.</summary>
    /// <response code="409">The table is not open, or has orders to serve or cancel first.</response>
    public static ValueTask<Response<Bill>> CloseAsync(int number, Database db, TimeProvider time) => db.TransactionAsync<Response<Bill>>(async transaction =>
    {
        if (await transaction.QueryFirstOrDefaultAsync<Table>($"{Table.All} WHERE number = {number}") is null)
            return Response.NotFound($"There is no table {number}.");
        // Who orders at the same moment is first, or finds the table closed.
        long? open = await transaction.QueryFirstOrDefaultAsync<long?>(
            $"SELECT id FROM visits WHERE table_number = {number} AND closed_at IS NULL {Rows.Of(db).ToChange}");
        if (open is not { } visit) return Response.Conflict($"Table {number} is not open.");
        if (await Bills.UnfinishedAsync(transaction, visit) is { Count: > 0 } orders)
            return Response.Conflict($"Table {number} has orders to serve or cancel first: {string.Join(", ", orders)}.");
        DateTimeOffset now = time.GetUtcNow();
        await transaction.ExecuteAsync($"UPDATE visits SET closed_at = {now} WHERE id = {visit}");
        return await Bills.ReadAsync(transaction, visit);
    });
}
