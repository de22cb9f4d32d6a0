// Guests sit down and pay: opening, closing, the bill.

using System.Text.Json;

namespace Restaurant.Tests;

public abstract class Table_tests(Open restaurant)
{
    [Fact]
    public async Task A_table_is_opened_once()
    {
        Answer first = await restaurant.PostAsync("/tables/1/open");
        Assert.Equal(200, first.Status);
        Assert.True(first["isOpen"].GetBoolean());
        Assert.Equal(TimeSpan.Zero, first["openedAt"].GetDateTimeOffset().Offset);
        Answer second = await restaurant.PostAsync("/tables/1/open");
        Assert.Equal(409, second.Status);
        Assert.Contains("open already", second.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_are_listed_with_their_state()
    {
        await restaurant.SeatAsync(2);
        Answer tables = await restaurant.GetAsync("/tables");
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], tables.Items.EnumerateArray().Select(table => table.GetProperty("number").GetInt32()));
        Assert.True(tables.Items[1].GetProperty("isOpen").GetBoolean());
        Assert.False(tables.Items[7].GetProperty("isOpen").GetBoolean());
        Assert.Equal(JsonValueKind.Null, tables.Items[7].GetProperty("openedAt").ValueKind);
    }

    [Fact]
    public async Task Tables_are_asked_for_by_what_guests_need()
    {
        Assert.Equal((int[])[8, 6, 7, 3, 4, 5, 1, 2], await NumbersAsync("/tables?sort=-seats,number"));
        Assert.Equal((int[])[6, 7, 8], await NumbersAsync("/tables?seats_min=6"));
        await restaurant.SeatAsync(7);
        Assert.Contains(7, await NumbersAsync("/tables?is_open=true"));
        Assert.DoesNotContain(7, await NumbersAsync("/tables?is_open=false"));
        // Nobody sits at the others: what is NULL comes last.
        Assert.Equal(await NumbersAsync("/tables?is_open=true&sort=opened_at"), (await NumbersAsync("/tables?sort=opened_at")).Take((await NumbersAsync("/tables?is_open=true")).Length));
    }

    [Fact]
    public async Task The_bill_has_what_was_served_and_not_what_was_cancelled()
    {
        long soup = await restaurant.OrderAsync(3, (1, 2), (9, 1));
        long more = await restaurant.OrderAsync(3, (1, 1), (7, 3));
        long never = await restaurant.OrderAsync(3, (6, 5));
        await restaurant.ActAsync(soup, "cook", "ready", "serve");
        await restaurant.ActAsync(more, "cook", "ready", "serve");
        await restaurant.ActAsync(never, "cancel");

        Answer bill = await restaurant.PostAsync("/tables/3/close");
        Assert.Equal(200, bill.Status);
        Assert.Equal((3 * 850) + 380 + (3 * 790), bill["total"].GetInt64());
        Assert.Equal("EUR", bill["currency"].GetString());
        Assert.Equal(["Onion soup 3", "Crème brûlée 3", "Sparkling water 1"],
            bill["lines"].EnumerateArray().Select(line => $"{line.GetProperty("dish")} {line.GetProperty("quantity")}"));
        Assert.True(bill["closedAt"].GetDateTimeOffset() >= bill["openedAt"].GetDateTimeOffset());
    }

    [Fact]
    public async Task The_next_guests_do_not_pay_for_the_last()
    {
        await restaurant.ActAsync(await restaurant.OrderAsync(4, (4, 1)), "cook", "ready", "serve");
        Assert.Equal(1890, (await restaurant.PostAsync("/tables/4/close"))["total"].GetInt64());
        await restaurant.SeatAsync(4);
        Answer bill = await restaurant.PostAsync("/tables/4/close");
        Assert.Equal(0, bill["total"].GetInt64());
        Assert.Equal(0, bill["lines"].GetArrayLength());
    }

    [Fact]
    public async Task A_table_with_unfinished_orders_stays_open_and_says_which()
    {
        long cooking = await restaurant.OrderAsync(5, (1, 1));
        long placed = await restaurant.OrderAsync(5, (2, 1));
        await restaurant.ActAsync(cooking, "cook");
        Answer refused = await restaurant.PostAsync("/tables/5/close");
        Assert.Equal(409, refused.Status);
        Assert.Contains($"{cooking}, {placed}", refused.Detail, StringComparison.Ordinal);
        await restaurant.ActAsync(cooking, "ready", "serve");
        await restaurant.ActAsync(placed, "cancel");
        Assert.Equal(850, (await restaurant.PostAsync("/tables/5/close"))["total"].GetInt64());
    }

    [Fact]
    public async Task A_closed_table_takes_no_orders_and_is_not_closed_again()
    {
        await restaurant.SeatAsync(6);
        Assert.Equal(200, (await restaurant.PostAsync("/tables/6/close")).Status);
        Assert.Equal(409, (await restaurant.PlaceAsync(6, (1, 1))).Status);
        Assert.Equal(409, (await restaurant.PostAsync("/tables/6/close")).Status);
    }

    [Theory]
    [InlineData("/tables/0/open", 404)]
    [InlineData("/tables/99/open", 404)]
    [InlineData("/tables/99/close", 404)]
    [InlineData("/tables/99999999999999999999/open", 400)]
    [InlineData("/tables/one/close", 400)]
    public async Task A_table_that_is_not_there_is_a_problem(string path, int status)
    {
        Answer answer = await restaurant.PostAsync(path);
        Assert.Equal(status, answer.Status);
        Assert.True(answer.IsProblem);
    }

    private async Task<int[]> NumbersAsync(string path) =>
        [.. (await restaurant.GetAsync(path)).Items.EnumerateArray().Select(static table => table.GetProperty("number").GetInt32())];
}

public sealed class Table_tests_on_SQLite(OnSqlite restaurant) : Table_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class Table_tests_on_PostgreSQL(OnPostgres restaurant) : Table_tests(restaurant), IClassFixture<OnPostgres>;
