// What an order is, when it is taken, and everything that is wrong with one.

using System.Text.Json;

namespace Restaurant.Tests;

public abstract class Order_tests(Open restaurant)
{
    [Fact]
    public async Task An_order_has_its_lines_its_total_and_its_place()
    {
        await restaurant.SeatAsync(1);
        Answer placed = await restaurant.PostAsync("/orders", new
        {
            table = 1,
            lines = new object[] { new { dish = 1, quantity = 2, note = "no onions" }, new { dish = 10, quantity = 99 } },
        });
        Assert.Equal(201, placed.Status);
        Assert.Equal($"/orders/{placed["id"]}", placed.Location?.OriginalString);
        Assert.Equal((2 * 850) + (99 * 620), placed["total"].GetInt64());
        Assert.Equal("EUR", placed["currency"].GetString());
        Assert.Equal("placed", placed["state"].GetString());
        Assert.Equal("no onions", placed["lines"][0].GetProperty("note").GetString());
        Assert.Equal("House red, a glass", placed["lines"][1].GetProperty("name").GetString());

        Answer read = await restaurant.GetAsync($"/orders/{placed["id"]}");
        Assert.Equal(200, read.Status);
        Assert.Equal(placed.Json.GetRawText(), read.Json.GetRawText());
    }

    [Fact]
    public async Task The_same_dish_may_stand_on_several_lines()
    {
        await restaurant.SeatAsync(1);
        Answer placed = await restaurant.PlaceAsync(1, [.. Enumerable.Repeat((6, 99), 100)]);
        Assert.Equal(201, placed.Status);
        Assert.Equal(100, placed["lines"].GetArrayLength());
        Assert.Equal(100L * 99 * 2240, placed["total"].GetInt64());
    }

    [Fact]
    public async Task An_order_needs_an_open_table()
    {
        Answer closed = await restaurant.PlaceAsync(8, (1, 1));
        Assert.Equal(409, closed.Status);
        Assert.Equal(["table 8 is not open"], closed.Errors("/table"));
        Assert.Equal(409, (await restaurant.PlaceAsync(4711, (1, 1))).Status);
    }

    [Fact]
    public async Task A_dish_that_is_sold_out_cannot_be_ordered()
    {
        await restaurant.SeatAsync(1);
        await restaurant.PostAsync("/menu/3/sold-out");
        Answer refused = await restaurant.PlaceAsync(1, (1, 1), (3, 1));
        Assert.Equal(409, refused.Status);
        Assert.Equal(["/lines/1/dish"], refused.Fields);
        Assert.Contains("sold out", refused.Errors("/lines/1/dish")[0], StringComparison.Ordinal);
        await restaurant.PostAsync("/menu/3/available");
        Assert.Equal(201, (await restaurant.PlaceAsync(1, (1, 1), (3, 1))).Status);
    }

    [Fact]
    public async Task Everything_wrong_with_an_order_is_said_at_once()
    {
        Answer refused = await restaurant.PostAsync("/orders", new
        {
            table = 7,
            lines = new object[]
            {
                new { dish = 1, quantity = 0 },
                new { dish = 77, quantity = 100 },
                new { dish = 5, quantity = 1, note = new string('x', 201) },
                new { dish = 2, quantity = 1, note = "a\u0000b" },
                new { dish = -1, quantity = int.MinValue },
            },
        });
        Assert.Equal(422, refused.Status);
        Assert.True(refused.IsProblem);
        Assert.Equal(["/lines/0/quantity", "/lines/1/quantity", "/lines/2/note", "/lines/3/note", "/lines/4/quantity"], refused.Fields);
        Assert.Equal(["must be 1 to 99"], refused.Errors("/lines/4/quantity"));
    }

    [Fact]
    public async Task Everything_that_only_the_restaurant_knows_is_said_at_once()
    {
        await restaurant.PostAsync("/menu/5/sold-out");
        Answer refused = await restaurant.PlaceAsync(7, (1, 1), (77, 1), (5, 1), (-1, 1));
        Assert.Equal(422, refused.Status);
        Assert.Equal(["/lines/1/dish", "/lines/2/dish", "/lines/3/dish", "/table"], refused.Fields);
        await restaurant.PostAsync("/menu/5/available");
    }

    [Fact]
    public async Task What_cannot_be_read_and_what_is_not_allowed_are_one_answer()
    {
        Answer refused = await restaurant.PostTextAsync("/orders", """{"lines":[{"dish":"soup","quantity":0},{"quantity":100,"note":"\u0007"}]}""");
        Assert.Equal(400, refused.Status);
        Assert.Equal(["/lines/0/dish", "/lines/0/quantity", "/lines/1/dish", "/lines/1/note", "/lines/1/quantity", "/table"], refused.Fields);
    }

    [Fact]
    public async Task A_refused_order_leaves_nothing_behind()
    {
        await restaurant.SeatAsync(2);
        Assert.Equal(422, (await restaurant.PlaceAsync(2, (1, 1), (77, 1))).Status);
        Assert.Equal(0, (await restaurant.GetAsync("/orders?table=2")).Items.GetArrayLength());
        Assert.Equal(200, (await restaurant.PostAsync("/tables/2/close")).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    [InlineData(20_000)]
    public async Task An_order_has_1_to_100_lines(int count)
    {
        await restaurant.SeatAsync(1);
        Answer refused = await restaurant.PlaceAsync(1, [.. Enumerable.Repeat((77, 0), count)]);
        Assert.Equal(422, refused.Status);
        Assert.Contains("1 to 100", refused.Errors("/lines")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_are_listed_newest_first_by_state_and_table()
    {
        long first = await restaurant.OrderAsync(3, (1, 1));
        long second = await restaurant.OrderAsync(3, (2, 1), (4, 2));
        long third = await restaurant.OrderAsync(4, (1, 1));
        await restaurant.ActAsync(first, "cook");

        Assert.Equal(new long[] { second, first }, await IdsAsync("/orders?table=3"));
        Assert.Equal(new long[] { first }, await IdsAsync("/orders?table=3&state=cooking"));
        Assert.Equal(new long[] { second }, await IdsAsync("/orders?state=Placed&table=3&limit=1"));
        Assert.Equal(new long[] { third }, await IdsAsync("/orders?limit=1&table="));
        Assert.Equal(new long[] { second, first }, await IdsAsync("/orders?state=cooking&state=placed&table=3"));
        Assert.Equal(new long[] { first, second }, await IdsAsync("/orders?table=3&sort=total"));
        Assert.Equal(new long[] { second }, await IdsAsync("/orders?table=3&total_min=851"));
        string placed = Uri.EscapeDataString((await restaurant.GetAsync($"/orders/{second}"))["placedAt"].GetString()!);
        Assert.Equal(new long[] { second }, await IdsAsync($"/orders?table=3&sort=-placed_at&placed_at_min={placed}"));
        Assert.Equal(Array.Empty<long>(), await IdsAsync("/orders?table=4711"));
        Answer listed = await restaurant.GetAsync("/orders?table=3");
        Assert.Equal([2, 4], listed.Items[0].GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("dish").GetInt32()));
    }

    [Fact]
    public async Task Pages_of_orders_lead_to_each_other_while_guests_order()
    {
        long[] first = [await restaurant.OrderAsync(6, (1, 1)), await restaurant.OrderAsync(6, (1, 2)), await restaurant.OrderAsync(6, (1, 3))];
        Answer page = await restaurant.GetAsync("/orders?table=6&limit=2");
        Assert.Equal([first[2], first[1]], Ids(page));
        Assert.Contains($"<?table=6&limit=2&cursor={page.Next}>; rel=\"next\"", page.Link, StringComparison.Ordinal);
        await restaurant.OrderAsync(6, (2, 1)); // in front of what was read
        Answer second = await restaurant.GetAsync($"/orders?table=6&limit=2&cursor={page.Next}");
        Assert.Equal([first[0]], Ids(second));
        Assert.Null(second.Next);
        Answer another = await restaurant.GetAsync($"/orders?table=5&limit=2&cursor={page.Next}");
        Assert.Equal(400, another.Status);
        Assert.Equal(["cursor"], another.Fields);
    }

    [Fact]
    public async Task Every_order_is_exported_as_an_array_or_a_line_each()
    {
        long first = await restaurant.OrderAsync(5, (1, 1));
        long second = await restaurant.OrderAsync(5, (2, 2));
        long[] exported = Ids((await restaurant.GetAsync("/orders/export")).Json);
        Assert.Equal([.. exported.Order()], exported);
        Assert.Contains(first, exported);
        Assert.Contains(second, exported);
        string[] lines = (await restaurant.GetTextAsync("/orders/export", "application/x-ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("{\"id\":", line, StringComparison.Ordinal));
        Assert.True(lines.Length >= exported.Length);
    }

    [Theory]
    [InlineData("/orders?limit=0", 422, "limit")]
    [InlineData("/orders?limit=201", 422, "limit")]
    [InlineData("/orders?limit=many", 400, "limit")]
    [InlineData("/orders?state=eaten", 400, "state")]
    [InlineData("/orders?state=1&limit=0", 400, "limit", "state")]
    [InlineData("/orders?table=1%20OR%201=1", 400, "table")]
    [InlineData("/orders?sort=note", 400, "sort")]
    [InlineData("/orders?tabel=1", 400, "tabel")]
    [InlineData("/orders?placed_at_min=yesterday", 400, "placed_at_min")]
    public async Task A_list_is_asked_for_with_values_that_make_sense(string path, int status, params string[] fields)
    {
        Answer answer = await restaurant.GetAsync(path);
        Assert.Equal(status, answer.Status);
        Assert.Equal(fields, answer.Fields);
    }

    [Fact]
    public async Task A_refusal_speaks_the_words_of_the_answers() => Assert.Equal(
        ["must be one of placed, cooking, ready, served, cancelled"], (await restaurant.GetAsync("/orders?state=eaten")).Errors("state"));

    [Theory]
    [InlineData("/orders/0", 404)]
    [InlineData("/orders/-1", 404)]
    [InlineData("/orders/9223372036854775807", 404)]
    [InlineData("/orders/9223372036854775808", 400)]
    [InlineData("/orders/one", 400)]
    public async Task An_order_that_is_not_there_is_a_problem(string path, int status)
    {
        Answer answer = await restaurant.GetAsync(path);
        Assert.Equal(status, answer.Status);
        Assert.True(answer.IsProblem);
    }

    private async Task<long[]> IdsAsync(string path) => Ids(await restaurant.GetAsync(path));

    private static long[] Ids(Answer page) => Ids(page.Items);

    private static long[] Ids(JsonElement orders) => [.. orders.EnumerateArray().Select(static order => order.GetProperty("id").GetInt64())];
}

public sealed class Order_tests_on_SQLite(OnSqlite restaurant) : Order_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class Order_tests_on_PostgreSQL(OnPostgres restaurant) : Order_tests(restaurant), IClassFixture<OnPostgres>;
