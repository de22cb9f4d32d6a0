// The menu: what there is, what it costs, and what the kitchen has run out of.

using Galley;

namespace Restaurant;

/// <summary>A dish of the menu.</summary>
/// <param name="Name">As it is printed. <example>Onion soup</example></param>
/// <param name="Price">In cents. <example>850</example></param>
/// <param name="IsSoldOut">Whether the kitchen has run out of it.</param>
sealed record Dish(int Id, string Name, int Price, bool IsSoldOut)
{
    /// <summary>The currency of the price.</summary><example>EUR</example>
    public string Currency { get; } = Money.Currency;
}

/// <summary>The routes of the menu.</summary>
static class Menu
{
    public static void AddTo(Routes app)
    {
        Routes menu = app.Group("/menu");
        menu.Get("/", ReadAsync);
        menu.Post("/{id}/sold-out", (int id, Database db) => MarkAsync(db, id, isSoldOut: true)).WithSummary("The kitchen has run out of a dish");
        menu.Post("/{id}/available", (int id, Database db) => MarkAsync(db, id, isSoldOut: false)).WithSummary("A dish can be ordered again");
    }

    /// <summary>Reads the menu.</summary>
    public static ValueTask<List<Dish>> ReadAsync(Database db) =>
        db.QueryAsync<Dish>($"SELECT id, name, price, is_sold_out FROM dishes ORDER BY id");

    private static ValueTask<Dish?> MarkAsync(Database db, int id, bool isSoldOut) =>
        db.QueryFirstOrDefaultAsync<Dish>($"UPDATE dishes SET is_sold_out = {isSoldOut} WHERE id = {id} RETURNING id, name, price, is_sold_out");
}
