// What happens when several requests want the same thing at the same moment: the rules hold, and exactly one wins.

namespace Restaurant.Tests;

public abstract class At_once_tests(Open restaurant)
{
    private const int Many = 40;

    [Fact]
    public async Task Of_many_users_with_one_email_exactly_one_is_created()
    {
        int[] statuses = await AllAsync(i => restaurant.PostAsync("/users", new { email = i % 2 == 0 ? "one@example.com" : "ONE@example.com" }));
        Assert.Equal(1, statuses.Count(status => status == 201));
        Assert.Equal(Many - 1, statuses.Count(status => status == 422));
    }

    [Fact]
    public async Task Of_many_who_open_a_table_exactly_one_does()
    {
        int[] statuses = await AllAsync(_ => restaurant.PostAsync("/tables/8/open"));
        Assert.Equal(1, statuses.Count(status => status == 200));
        Assert.Equal(Many - 1, statuses.Count(status => status == 409));
    }

    [Fact]
    public async Task Of_serving_and_cancelling_one_order_exactly_one_happens()
    {
        for (int round = 0; round < 10; round++)
        {
            long order = await restaurant.OrderAsync(1, (1, 1));
            await restaurant.ActAsync(order, "cook", "ready");
            string[] actions = ["serve", "cancel"];
            Answer[] answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => restaurant.PostAsync($"/orders/{order}/{actions[i % 2]}")));
            Answer won = Assert.Single(answers, answer => answer.Status == 200);
            Assert.Equal(Many - 1, answers.Count(answer => answer.Status == 409));
            Assert.Equal(won["state"].GetString(), (await restaurant.GetAsync($"/orders/{order}"))["state"].GetString());
        }
    }

    [Fact]
    public async Task Orders_placed_at_once_all_have_their_own_number_and_lines()
    {
        await restaurant.SeatAsync(2);
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => restaurant.PlaceAsync(2, (1, i + 1), (2, 1))));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Equal(Many, answers.Select(answer => answer["id"].GetInt64()).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, Many).Select(i => ((i + 1) * 850L) + 1150), answers.Select(answer => answer["total"].GetInt64()));
    }

    [Fact]
    public async Task A_table_is_never_closed_over_an_order_that_was_taken()
    {
        for (int round = 0; round < 10; round++)
        {
            await restaurant.SeatAsync(3);
            Task<Answer> placing = restaurant.PlaceAsync(3, (1, 1));
            Task<Answer> closing = restaurant.PostAsync("/tables/3/close");
            (Answer placed, Answer closed) = (await placing, await closing);
            Assert.True((placed.Status, closed.Status) is (201, 409) or (409, 200), $"{placed.Status} and {closed.Status}");
            if (placed.Status == 201) await restaurant.ActAsync(placed["id"].GetInt64(), "cancel");
        }
    }

    [Fact]
    public async Task Once_a_dish_is_known_to_be_sold_out_nobody_gets_it()
    {
        await restaurant.SeatAsync(4);
        Task<int[]> early = AllAsync(_ => restaurant.PlaceAsync(4, (8, 1)));
        Assert.Equal(200, (await restaurant.PostAsync("/menu/8/sold-out")).Status);
        Assert.All(await AllAsync(_ => restaurant.PlaceAsync(4, (8, 1))), status => Assert.Equal(409, status));
        // Those that were under way may have been in time.
        Assert.All(await early, status => Assert.True(status is 201 or 409, $"answered {status}"));
    }

    [Fact]
    public async Task Of_many_who_change_the_dish_they_have_seen_exactly_one_does()
    {
        string? tag = (await restaurant.GetAsync("/menu/10")).Tag;
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => restaurant.PutAsync("/menu/10", new { name = "House red, a glass", price = 600 + i }, tag)));
        Answer won = Assert.Single(answers, static answer => answer.Status == 200);
        Assert.Equal(Many - 1, answers.Count(answer => answer.Status == 412 && answer.Tag == won.Tag));
        Assert.Equal(won["price"].GetInt32(), (await restaurant.GetAsync("/menu/10"))["price"].GetInt32());
    }

    private static async Task<int[]> AllAsync(Func<int, Task<Answer>> ask) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, Many).Select(ask))).Select(answer => answer.Status)];
}

public sealed class At_once_tests_on_SQLite(OnSqlite restaurant) : At_once_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class At_once_tests_on_PostgreSQL(OnPostgres restaurant) : At_once_tests(restaurant), IClassFixture<OnPostgres>;
