// Orders as the database holds them, two tables, become orders as clients see them, one document: two queries, however many orders there are.

using Galley;

namespace Restaurant;

/// <summary>An order without its lines. Clients list orders by what is declared here; each order they may ask for has an index (migrations/0008).</summary>
/// <param name="Total">In cents.</param>
sealed record OrderRow(long Id, int TableNumber, OrderState State, long Total, DateTimeOffset PlacedAt, DateTimeOffset ChangedAt) : IListed<OrderRow>
{
    public static void Declare(Listing<OrderRow> orders) => orders.From(OrderRows.All)
        .Unique("id", row => row.Id).Sort("placed_at", row => row.PlacedAt).Sort("total", row => row.Total)
        .Filter<OrderState>("state").Filter<int>("table", $"table_number").Range<long>("total").Range<DateTimeOffset>("placed_at")
        .InOrder("-id");
}

/// <summary>A line, and whose it is.</summary>
sealed record OrderLineRow(long OrderId, int DishId, string Name, int Quantity, int Price, string? Note);

/// <summary>Reads orders with their lines.</summary>
static class OrderRows
{
    /// <summary>Every order, without its lines.</summary>
    public static Sql All { get; } = Sql.Of(
        $"""
        SELECT orders.id, table_number, state, total, placed_at, changed_at
        FROM orders JOIN visits ON visits.id = visit_id
        """);

    /// <summary>One order; null when there is none.</summary>
    public static async ValueTask<Order?> ReadAsync(Queries db, long id) => (await ReadAsync(db, Sql.Of($"WHERE orders.id = {id}"))).FirstOrDefault();

    /// <summary>The orders that a condition names, in its order.</summary>
    public static async ValueTask<Order[]> ReadAsync(Queries db, Sql where) => await WithLinesAsync(db, await db.QueryAsync<OrderRow>($"{All} {where}"));

    /// <summary>The page of orders that a client asks for.</summary>
    public static async ValueTask<Page<Order>> ReadAsync(Queries db, ListQuery<OrderRow> asked)
    {
        Page<OrderRow> page = await asked.ReadAsync(db);
        return page.With(await WithLinesAsync(db, page.Items));
    }

    // What was ordered never changes, so that it does not matter when it is read.
    private static async ValueTask<Order[]> WithLinesAsync(Queries db, IReadOnlyList<OrderRow> orders)
    {
        List<OrderLineRow> lines = await db.QueryAsync<OrderLineRow>(
            $"""
            SELECT order_id, dish_id, name, quantity, order_lines.price AS price, note
            FROM order_lines JOIN dishes ON dishes.id = dish_id
            WHERE order_id IN {orders.Select(static order => order.Id)} ORDER BY order_id, line
            """);
        ILookup<long, OrderLineRow> linesOf = lines.ToLookup(static line => line.OrderId);
        return [.. orders.Select(order => ToOrder(order, linesOf[order.Id]))];
    }

    private static Order ToOrder(OrderRow order, IEnumerable<OrderLineRow> lines) => new(
        order.Id, order.TableNumber, order.State, OrderRules.Possible(order.State),
        [.. lines.Select(static line => new OrderLine(line.DishId, line.Name, line.Quantity, line.Price, line.Note))],
        order.Total, Money.Currency, order.PlacedAt, order.ChangedAt);
}
