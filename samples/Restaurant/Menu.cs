// The menu: what there is, what it costs, and what the kitchen has run out of. Two people who change one dish at the same time do not overwrite each
// other: who changes one names the version they have seen, and the statement that changes it compares.

using System.ComponentModel.DataAnnotations;
using Galley;

namespace Restaurant;

/// <summary>A dish of the menu.</summary>
/// <param name="Name">As it is printed. <example>Onion soup</example></param>
/// <param name="Price">In cents. <example>850</example></param>
/// <param name="IsSoldOut">Whether the kitchen has run out of it.</param>
/// <param name="Version">Counts its changes. In quotes it is the <c>ETag</c> of the dish, and what <c>If-Match</c> wants. <example>1</example></param>
sealed record Dish(int Id, string Name, int Price, bool IsSoldOut, long Version) : IListed<Dish>
{
    /// <summary>Every dish.</summary>
    public static Sql All { get; } = Sql.Of($"SELECT id, name, price, is_sold_out, version FROM dishes");

    /// <summary>The currency of the price.</summary><example>EUR</example>
    public string Currency { get; } = Money.Currency;

    // A menu has a page of dishes: no order of them needs an index.
    public static void Declare(Listing<Dish> dishes) => dishes.From(All)
        .Unique("id", dish => dish.Id).Unique("name", dish => dish.Name).Sort("price", dish => dish.Price)
        .Range<int>("price").Filter<bool>("is_sold_out", isSoldOut => $"is_sold_out = {isSoldOut}");
}

/// <summary>What can be changed about a dish.</summary>
/// <param name="Name">As it is printed. <example>Onion soup</example></param>
/// <param name="Price">In cents. What was ordered keeps its price. <example>850</example></param>
sealed record DishChange([Length(1, 100), PlainText] string Name, [Range(1, 200_000)] int Price);

/// <summary>The routes of the menu.</summary>
static class Menu
{
    public static void AddTo(Routes app)
    {
        Routes menu = app.Group("/menu");
        menu.Get("/", ReadAsync);
        menu.Get("/{id}", ReadDishAsync);
        menu.Put("/{id}", ChangeAsync).RequireIfMatch();
        menu.Post("/{id}/sold-out", (int id, Database db) => MarkAsync(db, id, isSoldOut: true)).WithSummary("The kitchen has run out of a dish");
        menu.Post("/{id}/available", (int id, Database db) => MarkAsync(db, id, isSoldOut: false)).WithSummary("A dish can be ordered again");
    }

    /// <summary>Reads the menu page by page.</summary>
    public static ValueTask<Page<Dish>> ReadAsync(ListQuery<Dish> dishes, Database db) => dishes.ReadAsync(db);

    /// <summary>Reads a dish.</summary>
    public static async Task<Response<Dish>> ReadDishAsync(int id, Request request, Database db)
    {
        if (await db.QueryFirstOrDefaultAsync<Dish>($"{Dish.All} WHERE id = {id}") is not { } dish) return Response.NotFound($"There is no dish {id}.");
        return request.CheckPreconditions(ETag.Of(dish.Version)) ?? Response.Ok(dish).With(ETag.Of(dish.Version));
    }

    /// <summary>Changes the name and the price of a dish.</summary>
    /// <response code="422">A value breaks a rule, or another dish has the name.</response>
    public static async Task<Response<Dish>> ChangeAsync(int id, DishChange body, Request request, Database db)
    {
        try
        {
            Dish? dish = await db.QueryFirstOrDefaultAsync<Dish>(
                $"""
                UPDATE dishes SET name = {body.Name}, price = {body.Price}, version = version + 1
                WHERE id = {id} AND {request.IfMatch($"version")} RETURNING id, name, price, is_sold_out, version
                """);
            if (dish is null) return await request.LostAsync(db, $"SELECT version FROM dishes WHERE id = {id}");
            return Response.Ok(dish).With(ETag.Of(dish.Version));
        }
        catch (StoreException failure) when (failure.Kind == StoreErrorKind.Unique)
        {
            return new Problem(422, "The dish was not changed.") { Errors = new Dictionary<string, string[]> { ["/name"] = ["is the name of another dish"] } };
        }
    }

    // A change like any other: who saw the dish before it is told.
    private static ValueTask<Dish?> MarkAsync(Database db, int id, bool isSoldOut) => db.QueryFirstOrDefaultAsync<Dish>(
        $"UPDATE dishes SET is_sold_out = {isSoldOut}, version = version + 1 WHERE id = {id} RETURNING id, name, price, is_sold_out, version");
}
