// Orders as clients see them: reading, listing, and moving them along. How one is placed is in PlaceOrder.cs, what may follow what in OrderRules.cs.

using Galley;

namespace Restaurant;

/// <summary>An order.</summary>
/// <param name="Total">In cents.</param>
/// <param name="Actions">What can be done to it now: <c>POST /orders/{id}/{action}</c>.</param>
sealed record Order(long Id, int Table, OrderState State, OrderAction[] Actions, OrderLine[] Lines, long Total, string Currency,
    DateTimeOffset PlacedAt, DateTimeOffset ChangedAt);

/// <summary>A dish of an order.</summary>
/// <param name="Dish">Its number on the menu.</param>
/// <param name="Price">Of one, in cents, as it was when the order was placed.</param>
/// <param name="Note">A wish to the kitchen.</param>
sealed record OrderLine(int Dish, string Name, int Quantity, int Price, string? Note);

/// <summary>The routes of orders.</summary>
static class Orders
{
    private const int MostListed = 200;

    public static void AddTo(Routes app)
    {
        Routes orders = app.Group("/orders");
        orders.Post("/", PlaceOrder.RunAsync);
        orders.Get("/", ListAsync);
        orders.Get("/{id}", ReadAsync);
        orders.Post("/{id}/{action}", ActAsync);
    }

    /// <summary>The newest orders first.</summary>
    public static async Task<Response> ListAsync(OrderState? state, int? table, Database db, int limit = 50)
    {
        if (limit is < 1 or > MostListed)
            return new Problem(400) { Errors = new Dictionary<string, string[]> { ["limit"] = [$"must be 1 to {MostListed}"] } };
        Sql where = Sql.Of($"WHERE 1 = 1");
        if (state is not null) where = Sql.Of($"{where} AND state = {state}");
        if (table is not null) where = Sql.Of($"{where} AND table_number = {table}");
        return Response.Ok(await OrderRows.ReadAsync(db, Sql.Of($"{where} ORDER BY orders.id DESC LIMIT {limit}")));
    }

    public static async ValueTask<Order?> ReadAsync(long id, Database db) => await OrderRows.ReadAsync(db, id);

    public static async Task<Response> ActAsync(long id, OrderAction action, Database db, TimeProvider time)
    {
        // One statement decides: of two actions at the same moment, only the first still finds the order in a state from which it is possible.
        int changed = await db.ExecuteAsync(
            $"""
            UPDATE orders SET state = {OrderRules.To(action)}, changed_at = {time.GetUtcNow()}
            WHERE id = {id} AND state IN {OrderRules.From(action)}
            """);
        if (await OrderRows.ReadAsync(db, id) is not { } order) return Response.NotFound($"There is no order {id}.");
        return changed == 1 ? Response.Ok(order) : Response.Conflict(OrderRules.Refusal(id, order.State, action));
    }
}
