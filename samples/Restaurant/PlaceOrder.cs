// Placing an order. What can be said of it alone is said by rules on its records, before this code runs. What only the database knows must still be true
// when the order is written, so asking and writing share one transaction; and whatever is wrong is said at once, line by line.

using System.ComponentModel.DataAnnotations;
using Galley;

namespace Restaurant;

/// <summary>What a client sends to order.</summary>
/// <param name="Table">The number of an open table.</param>
/// <param name="Lines">The dishes.</param>
sealed record NewOrder(int Table, [Length(1, NewOrder.MostLines)] NewLine[] Lines)
{
    // With the highest price the schema allows, 100 lines of 99 dishes stay below 2^31 cents: no total can overflow.
    public const int MostLines = 100;
}

/// <summary>A dish to order.</summary>
/// <param name="Dish">Its number on the menu.</param>
/// <param name="Quantity">How many of it. <example>2</example></param>
/// <param name="Note">A wish to the kitchen. <example>no onions</example></param>
readonly record struct NewLine(int Dish, [Range(1, 99)] int Quantity, [StringLength(200), PlainText] string? Note);

/// <summary>Answers <c>POST /orders</c>.</summary>
static class PlaceOrder
{
    /// <summary>Places an order.</summary>
    /// <response code="409">The table is not open, or a dish is sold out.</response>
    /// <response code="422">Something about the order can never be right, for example a dish that is not on the menu.</response>
    public static async Task<Response> RunAsync(NewOrder body, Database db, OrderChanges changes, TimeProvider time)
    {
        Rows rows = Rows.Of(db);
        Response answer = await db.TransactionAsync<Response>(async transaction =>
        {
            var errors = new Errors();
            long? visit = await transaction.QueryFirstOrDefaultAsync<long?>(
                $"SELECT id FROM visits WHERE table_number = {body.Table} AND closed_at IS NULL {rows.ToRead}"); // its bill waits for this order
            if (visit is null) errors.NotNow("/table", $"table {body.Table} is not open");
            Dictionary<int, Dish> dishes = await DishesAsync(transaction, body.Lines, rows);
            CheckDishes(body.Lines, dishes, errors);
            if (errors.Any) return errors.ToProblem("The order was not placed.");
            long id = await WriteAsync(transaction, visit!.Value, body.Lines, dishes, time.GetUtcNow());
            await OrderChanges.NoteAsync(transaction, id);
            return Response.Created($"/orders/{id}", (await OrderRows.ReadAsync(transaction, id))!);
        });
        changes.Ring();
        return answer;
    }

    private static async ValueTask<Dictionary<int, Dish>> DishesAsync(Transaction transaction, NewLine[] lines, Rows rows)
    {
        List<Dish> dishes = await transaction.QueryAsync<Dish>(
            $"{Dish.All} WHERE id IN {lines.Select(static line => line.Dish).Distinct()} {rows.ToRead}");
        return dishes.ToDictionary(static dish => dish.Id);
    }

    private static void CheckDishes(NewLine[] lines, Dictionary<int, Dish> dishes, Errors errors)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (!dishes.TryGetValue(lines[i].Dish, out Dish? dish)) errors.Wrong($"/lines/{i}/dish", $"{lines[i].Dish} is not on the menu");
            else if (dish.IsSoldOut) errors.NotNow($"/lines/{i}/dish", $"{dish.Name} is sold out");
        }
    }

    private static async ValueTask<long> WriteAsync(
        Transaction transaction, long visit, NewLine[] lines, Dictionary<int, Dish> dishes, DateTimeOffset now)
    {
        long total = lines.Sum(line => (long)line.Quantity * dishes[line.Dish].Price);
        long id = await transaction.QueryFirstAsync<long>(
            $"""
            INSERT INTO orders (visit_id, state, total, placed_at, changed_at)
            VALUES ({visit}, {OrderState.Placed}, {total}, {now}, {now}) RETURNING id
            """);
        for (int i = 0; i < lines.Length; i++)
        {
            NewLine line = lines[i];
            await transaction.ExecuteAsync(
                $"""
                INSERT INTO order_lines (order_id, line, dish_id, quantity, price, note)
                VALUES ({id}, {i + 1}, {line.Dish}, {line.Quantity}, {dishes[line.Dish].Price}, {line.Note})
                """);
        }
        return id;
    }
}
