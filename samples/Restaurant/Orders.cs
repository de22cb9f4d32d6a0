// Orders as clients see them: reading, listing, exporting, and moving them along. How one is placed is in PlaceOrder.cs, what may follow what in OrderRules.cs.

using Galley;

namespace Restaurant;

/// <summary>An order.</summary>
/// <param name="Total">In cents. <example>1700</example></param>
/// <param name="Currency">Of every amount in it. <example>EUR</example></param>
/// <param name="Actions">What can be done to it now: <c>POST /orders/{id}/{action}</c>.</param>
sealed record Order(long Id, int Table, OrderState State, OrderAction[] Actions, OrderLine[] Lines, long Total, string Currency,
    DateTimeOffset PlacedAt, DateTimeOffset ChangedAt);

/// <summary>A dish of an order.</summary>
/// <param name="Dish">Its number on the menu.</param>
/// <param name="Name">As it is on the menu. <example>Onion soup</example></param>
/// <param name="Quantity">How many of it. <example>2</example></param>
/// <param name="Price">Of one, in cents, as it was when the order was placed. <example>850</example></param>
/// <param name="Note">A wish to the kitchen. <example>no onions</example></param>
sealed record OrderLine(int Dish, string Name, int Quantity, int Price, string? Note);

/// <summary>The routes of orders.</summary>
static class Orders
{
    public static void AddTo(Routes app)
    {
        Routes orders = app.Group("/orders");
        orders.Post("/", PlaceOrder.RunAsync);
        orders.Get("/", ListAsync);
        orders.Get("/export", Export);
        orders.Get("/{id}", ReadAsync);
        orders.Post("/{id}/{action}", ActAsync);
    }

    /// <summary>Lists orders page by page, the newest first.</summary>
    public static async Task<Page<Order>> ListAsync(ListQuery<OrderRow> orders, Database db) => await OrderRows.ReadAsync(db, orders);

    /// <summary>Exports every order without its lines, the oldest first.</summary>
    /// <remarks>A JSON array, or a line for each with <c>Accept: application/x-ndjson</c>. Rows are sent while they are read, however many there are.</remarks>
    public static IAsyncEnumerable<OrderRow> Export(Database db, CancellationToken cancellation) =>
        db.StreamAsync<OrderRow>($"{OrderRows.All} ORDER BY orders.id", cancellation);

    /// <summary>Reads an order.</summary>
    public static async ValueTask<Order?> ReadAsync(long id, Database db) => await OrderRows.ReadAsync(db, id);

    /// <summary>Moves an order along.</summary>
    /// <response code="409">The action is not possible in the state the order is in; the detail says what is.</response>
    public static async Task<Response<Order>> ActAsync(long id, OrderAction action, Database db, OrderChanges changes, TimeProvider time)
    {
        Response<Order> answer = await db.TransactionAsync<Response<Order>>(async transaction =>
        {
            while (true)
            {
                // One statement decides: of two actions at the same moment, only the first still finds the order in a state from which it is possible.
                int changed = await transaction.ExecuteAsync(
                    $"""
                    UPDATE orders SET state = {OrderRules.To(action)}, changed_at = {time.GetUtcNow()}
                    WHERE id = {id} AND state IN {OrderRules.From(action)}
                    """);
                if (await OrderRows.ReadAsync(transaction, id) is not { } order) return Response.NotFound($"There is no order {id}.");
                if (changed == 0)
                {
                    // On PostgreSQL somebody may move it between the two statements: what is possible by now is done, not refused.
                    if (order.Actions.Contains(action)) continue;
                    return Response.Conflict(OrderRules.Refusal(id, order.State, action));
                }
                await OrderChanges.NoteAsync(transaction, id);
                return order;
            }
        });
        changes.Ring();
        return answer;
    }
}
