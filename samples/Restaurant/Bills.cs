// What guests pay: everything that was served during their visit, and nothing that was cancelled.

using Galley;

namespace Restaurant;

/// <summary>The bill of one visit.</summary>
/// <param name="Total">In cents.</param>
sealed record Bill(int Table, DateTimeOffset OpenedAt, DateTimeOffset ClosedAt, List<BillLine> Lines, long Total)
{
    /// <summary>The currency of every amount on it.</summary>
    public string Currency { get; } = Money.Currency;
}

/// <summary>A dish on a bill.</summary>
/// <param name="Price">Of one, in cents, as it was when it was ordered.</param>
/// <param name="Total">Of all, in cents.</param>
sealed record BillLine(string Dish, long Quantity, int Price, long Total);

/// <summary>A visit that has ended, as the database holds it.</summary>
sealed record ClosedVisit(int TableNumber, DateTimeOffset OpenedAt, DateTimeOffset ClosedAt);

/// <summary>Reads what was consumed.</summary>
static class Bills
{
    /// <summary>The numbers of the visit's orders that are neither served nor cancelled.</summary>
    public static ValueTask<List<long>> UnfinishedAsync(Queries db, long visit) =>
        db.QueryAsync<long>($"SELECT id FROM orders WHERE visit_id = {visit} AND state NOT IN {OrderRules.Final} ORDER BY id");

    /// <summary>The bill of a visit that has ended.</summary>
    public static async ValueTask<Bill> ReadAsync(Queries db, long visit)
    {
        ClosedVisit closed = await db.QueryFirstAsync<ClosedVisit>($"SELECT table_number, opened_at, closed_at FROM visits WHERE id = {visit}");
        List<BillLine> lines = await db.QueryAsync<BillLine>(
            $"""
            SELECT dishes.name AS dish, sum(quantity) AS quantity, order_lines.price AS price, sum(quantity * order_lines.price) AS total
            FROM orders JOIN order_lines ON order_id = orders.id JOIN dishes ON dishes.id = dish_id
            WHERE visit_id = {visit} AND state = {OrderState.Served}
            GROUP BY dishes.id, order_lines.price ORDER BY dishes.id, order_lines.price
            """);
        return new Bill(closed.TableNumber, closed.OpenedAt, closed.ClosedAt, lines, lines.Sum(static line => line.Total));
    }
}
