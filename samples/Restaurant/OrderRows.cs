// Orders as the database holds them, two tables, become orders as clients see them, one document: two queries, however many orders there are.

using Galley;

namespace Restaurant;

/// <summary>An order without its lines.</summary>
/// <param name="Total">In cents.</param>
sealed record OrderRow(long Id, int TableNumber, OrderState State, long Total, DateTimeOffset PlacedAt, DateTimeOffset ChangedAt);

/// <summary>A line, and whose it is.</summary>
sealed record OrderLineRow(long OrderId, int DishId, string Name, int Quantity, int Price, string? Note);

/// <summary>Reads orders with their lines.</summary>
static class OrderRows
{
    /// <summary>One order; null when there is none.</summary>
    public static async ValueTask<Order?> ReadAsync(Queries db, long id) => (await ReadAsync(db, Sql.Of($"WHERE orders.id = {id}"))).FirstOrDefault();

    /// <summary>The orders that a condition names, in its order.</summary>
    public static async ValueTask<Order[]> ReadAsync(Queries db, Sql where)
    {
        List<OrderRow> orders = await db.QueryAsync<OrderRow>(
            $"""
            SELECT orders.id, table_number, state, total, placed_at, changed_at
            FROM orders JOIN visits ON visits.id = visit_id {where}
            """);
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
