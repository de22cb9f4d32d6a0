// Every action in every state: the table of OrderRules.cs, written down a second time.

using System.Text.Json;

namespace Restaurant.Tests;

public abstract class Order_life_tests(Open restaurant)
{
    private static readonly Dictionary<string, string[]> s_ways = new()
    {
        ["placed"] = [],
        ["cooking"] = ["cook"],
        ["ready"] = ["cook", "ready"],
        ["served"] = ["cook", "ready", "serve"],
        ["cancelled"] = ["cancel"],
    };

    private static readonly Dictionary<(string State, string Action), string> s_possible = new()
    {
        [("placed", "cook")] = "cooking",
        [("placed", "cancel")] = "cancelled",
        [("cooking", "ready")] = "ready",
        [("cooking", "cancel")] = "cancelled",
        [("ready", "serve")] = "served",
        [("ready", "cancel")] = "cancelled",
    };

    public static TheoryData<string, string> Everything()
    {
        var all = new TheoryData<string, string>();
        foreach (string state in s_ways.Keys)
        {
            foreach (string action in new[] { "cook", "ready", "serve", "cancel" }) all.Add(state, action);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Every_action_in_every_state_follows_the_table(string state, string action)
    {
        long order = await restaurant.OrderAsync(1, (1, 1));
        await restaurant.ActAsync(order, s_ways[state]);
        Answer before = await restaurant.GetAsync($"/orders/{order}");
        Assert.Equal(state, before["state"].GetString());

        Answer answer = await restaurant.PostAsync($"/orders/{order}/{action}");

        Answer after = await restaurant.GetAsync($"/orders/{order}");
        if (s_possible.TryGetValue((state, action), out string? next))
        {
            Assert.Equal(200, answer.Status);
            Assert.Equal(next, after["state"].GetString());
            Assert.True(after["changedAt"].GetDateTimeOffset() >= after["placedAt"].GetDateTimeOffset());
        }
        else
        {
            Assert.Equal(409, answer.Status);
            Assert.Equal(before.Json.GetRawText(), after.Json.GetRawText());
            Assert.Contains($"is {state}", answer.Detail, StringComparison.Ordinal);
        }
        Assert.Equal(s_possible.Keys.Where(step => step.State == after["state"].GetString()).Select(step => step.Action).Order(),
            after["actions"].EnumerateArray().Select(one => one.GetString()!).Order());
    }

    [Fact]
    public async Task A_served_order_cannot_be_cancelled_and_the_answer_says_why()
    {
        long order = await restaurant.OrderAsync(1, (1, 1));
        await restaurant.ActAsync(order, "cook", "ready", "serve");
        Answer refused = await restaurant.PostAsync($"/orders/{order}/cancel");
        Assert.Equal(409, refused.Status);
        Assert.True(refused.IsProblem);
        Assert.Equal($"Order {order} is served: the action cancel is not possible. Nothing is possible any more.", refused.Detail);
    }

    [Fact]
    public async Task A_refusal_says_what_is_possible()
    {
        long order = await restaurant.OrderAsync(1, (1, 1));
        Assert.EndsWith("Possible now: cook, cancel.", (await restaurant.PostAsync($"/orders/{order}/serve")).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eat")]
    [InlineData("3")]
    [InlineData("ready,serve")]
    [InlineData("cancel%20")]
    public async Task An_action_that_does_not_exist_is_400(string action)
    {
        long order = await restaurant.OrderAsync(1, (1, 1));
        Answer answer = await restaurant.PostAsync($"/orders/{order}/{action}");
        Assert.Equal(400, answer.Status);
        Assert.Equal(["action"], answer.Fields);
        Assert.Equal("placed", (await restaurant.GetAsync($"/orders/{order}"))["state"].GetString());
    }

    [Fact]
    public async Task An_order_that_is_not_there_cannot_be_acted_on() =>
        Assert.Equal(404, (await restaurant.PostAsync("/orders/4711/cook")).Status);

    [Fact]
    public async Task Prices_of_an_order_are_numbers_not_texts() =>
        Assert.Equal(JsonValueKind.Number, (await restaurant.GetAsync($"/orders/{await restaurant.OrderAsync(1, (1, 1))}"))["total"].ValueKind);
}

public sealed class Order_life_tests_on_SQLite(OnSqlite restaurant) : Order_life_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class Order_life_tests_on_PostgreSQL(OnPostgres restaurant) : Order_life_tests(restaurant), IClassFixture<OnPostgres>;
