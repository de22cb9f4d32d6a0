// Placing an order. What was checked must still be true when the order is written, so checking and writing share one transaction; and whatever is
// wrong is said at once, line by line.

using Galley;

namespace Restaurant;

/// <summary>What a client sends to order.</summary>
/// <param name="Table">The number of an open table.</param>
/// <param name="Lines">1 to 100 of them.</param>
sealed record NewOrder(int Table, NewLine[]? Lines);

/// <summary>A dish to order.</summary>
/// <param name="Dish">Its number on the menu.</param>
/// <param name="Quantity">1 to 99.</param>
/// <param name="Note">A wish to the kitchen, at most 200 characters.</param>
readonly record struct NewLine(int Dish, int Quantity, string? Note);

/// <summary>Answers <c>POST /orders</c>.</summary>
static class PlaceOrder
{
    // With the highest price the schema allows, 100 lines of 99 dishes stay below 2^31 cents: no total can overflow.
    private const int MostLines = 100;
    private const int MostOfOne = 99;
    private const int LongestNote = 200;

    public static async Task<Response> RunAsync(NewOrder body, Database db, TimeProvider time)
    {
        NewLine[] lines = body.Lines ?? [];
        Errors errors = CheckForm(lines);
        // Who sends a million lines is not told about each of them.
        if (lines.Length > MostLines) return Refused(errors);
        return await db.TransactionAsync<Response>(async transaction =>
        {
            long? visit = await transaction.QueryFirstOrDefaultAsync<long?>(
                $"SELECT id FROM visits WHERE table_number = {body.Table} AND closed_at IS NULL");
            if (visit is null) errors.NotNow("/table", $"table {body.Table} is not open");
            Dictionary<int, Dish> dishes = await DishesAsync(transaction, lines);
            CheckDishes(lines, dishes, errors);
            if (errors.Any) return Refused(errors);
            long id = await WriteAsync(transaction, visit!.Value, lines, dishes, time.GetUtcNow());
            return Response.Created($"/orders/{id}", (await OrderRows.ReadAsync(transaction, id))!);
        });
    }

    private static Errors CheckForm(NewLine[] lines)
    {
        var errors = new Errors();
        if (lines.Length is 0 or > MostLines) errors.Wrong("/lines", $"must have 1 to {MostLines} lines");
        for (int i = 0; i < Math.Min(lines.Length, MostLines); i++)
        {
            if (lines[i].Quantity is < 1 or > MostOfOne) errors.Wrong($"/lines/{i}/quantity", $"must be 1 to {MostOfOne}");
            if (lines[i].Note is not { } note) continue;
            if (note.Length > LongestNote) errors.Wrong($"/lines/{i}/note", $"must have at most {LongestNote} characters");
            if (note.Any(char.IsControl)) errors.Wrong($"/lines/{i}/note", "must not hold control characters");
        }
        return errors;
    }

    private static async ValueTask<Dictionary<int, Dish>> DishesAsync(Transaction transaction, NewLine[] lines)
    {
        List<Dish> dishes = await transaction.QueryAsync<Dish>(
            $"SELECT id, name, price, is_sold_out FROM dishes WHERE id IN {lines.Select(static line => line.Dish).Distinct()}");
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

    private static Response Refused(Errors errors) => errors.ToProblem("The order was not placed.");
}
