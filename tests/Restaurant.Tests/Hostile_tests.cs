// Clients that send what they should not. Text stays text, and nothing is ever the server's fault.

using System.Text;

namespace Restaurant.Tests;

public abstract class Hostile_tests(Open restaurant)
{
    public static TheoryData<string> Injections => [.. new[]
    {
        "'; DROP TABLE users; --",
        "\"; DELETE FROM orders; --",
        "' OR '1'='1",
        "1); UPDATE dishes SET price = 1; --",
        "@p0 $1 ?1 :name {0}",
        "' || (SELECT group_concat(email) FROM users) || '",
        "<script>alert(1)</script>",
        "\\u0000 \\' %27 %00",
        "名前 \U0001F35C e\u0301",
    }];

    public static TheoryData<string> Bodies => [.. new[]
    {
        "", " ", "null", "true", "0", "\"\"", "[]", "[[]]", "{", "}", "{]", "{}", "{\"", "{\"a\":}", "nul", "\u0000", "{\"table\":1,}", "// x",
        """{"table":null,"lines":null}""",
        """{"table":"one","lines":[]}""",
        """{"table":1.5,"lines":[]}""",
        """{"table":1e400,"lines":[]}""",
        """{"table":99999999999999999999,"lines":[]}""",
        """{"table":{},"lines":{}}""",
        """{"table":1,"lines":[null]}""",
        """{"table":1,"lines":[1,"two",[3]]}""",
        """{"table":1,"lines":[{}]}""",
        """{"table":1,"lines":[{"dish":"soup","quantity":1}]}""",
        """{"table":1,"lines":[{"dish":1,"quantity":"; DROP"}]}""",
        """{"table":1,"lines":[{"dish":1,"quantity":1,"note":7}]}""",
        """{"table":1,"lines":[{"dish":1,"quantity":1,"note":"\ud800"}]}""",
        """{"email":"\ud800@example.com"}""",
        """{"email":"a\udc00@example.com","name":"\udc00"}""",
        """{"email":{},"name":[]}""",
        """{"email":["a@example.com"]}""",
        """{"email":12,"name":true}""",
        """{"email":"a","email":"b"}""",
    }];

    [Theory]
    [MemberData(nameof(Injections))]
    public async Task The_name_of_a_user_stays_data(string text)
    {
        Answer created = await restaurant.PostAsync("/users", new { email = $"{Guid.NewGuid():N}@example.com", name = text });
        Assert.Equal(201, created.Status);
        Assert.Equal(text, (await restaurant.GetAsync($"/users/{created["id"]}"))["name"].GetString());
        await IsUnharmedAsync();
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public async Task The_email_of_a_user_stays_data(string text)
    {
        string email = text.Replace(" ", "", StringComparison.Ordinal).Replace("@", "", StringComparison.Ordinal) + $"{Guid.NewGuid():N}"[..8] + "@example.com";
        Answer created = await restaurant.PostAsync("/users", new { email });
        Assert.Equal(201, created.Status);
        Assert.Equal(email, (await restaurant.GetAsync($"/users/{created["id"]}"))["email"].GetString());
        await IsUnharmedAsync();
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public async Task The_note_of_a_line_stays_data(string text)
    {
        await restaurant.SeatAsync(1);
        Answer placed = await restaurant.PostAsync("/orders", new { table = 1, lines = new[] { new { dish = 1, quantity = 1, note = text } } });
        Assert.Equal(201, placed.Status);
        Assert.Equal(text, (await restaurant.GetAsync($"/orders/{placed["id"]}"))["lines"][0].GetProperty("note").GetString());
        await IsUnharmedAsync();
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public async Task A_path_and_a_query_stay_data(string text)
    {
        string escaped = Uri.EscapeDataString(text);
        string[] paths = ["/users/{0}", "/orders/{0}", "/orders?state={0}", "/orders?table={0}", "/orders?limit={0}",
            "/orders?sort={0}", "/orders?cursor={0}", "/orders?placed_at_min={0}", "/menu?is_sold_out={0}", "/tables?seats_max={0}", "/menu/{0}"];
        foreach (string path in paths) Assert.InRange((await restaurant.GetAsync(path.Replace("{0}", escaped, StringComparison.Ordinal))).Status, 400, 499);
        string[] actions = ["/orders/1/{0}", "/orders/{0}/cook", "/tables/{0}/open", "/tables/{0}/close", "/menu/{0}/sold-out"];
        foreach (string path in actions) Assert.InRange((await restaurant.PostAsync(path.Replace("{0}", escaped, StringComparison.Ordinal))).Status, 400, 499);
        await IsUnharmedAsync();
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_makes_no_sense_is_the_clients_problem(string body)
    {
        await restaurant.SeatAsync(1);
        foreach (string path in new[] { "/orders", "/users" })
        {
            Answer answer = await restaurant.PostTextAsync(path, body);
            Assert.True(answer.Status is 400 or 422, $"{path} answered {answer.Status} to {body}");
            Assert.True(answer.IsProblem);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_of_another_type_is_415(string type) =>
        Assert.Equal(415, (await restaurant.PostTextAsync("/users", """{"email":"a@example.com"}""", type)).Status);

    [Fact]
    public async Task A_deep_body_is_400() =>
        Assert.Equal(400, (await restaurant.PostTextAsync("/orders", new string('[', 100_000))).Status);

    [Fact]
    public async Task A_body_that_is_too_large_is_413() =>
        Assert.Equal(413, (await restaurant.PostTextAsync("/users", new StringBuilder().Append('"').Append('x', 2_000_000).Append('"').ToString())).Status);

    [Theory]
    [InlineData("/")]
    [InlineData("/orders/1/cook/again")]
    [InlineData("/restaurant.db")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/menu/")]
    public async Task What_is_not_there_is_404(string path) => Assert.Equal(404, (await restaurant.GetAsync(path)).Status);

    private async Task IsUnharmedAsync()
    {
        Answer menu = await restaurant.GetAsync("/menu");
        Assert.Equal(850, menu.Items[0].GetProperty("price").GetInt32());
        Assert.All(menu.Items.EnumerateArray(), dish => Assert.False(dish.GetProperty("isSoldOut").GetBoolean()));
    }
}

public sealed class Hostile_tests_on_SQLite(OnSqlite restaurant) : Hostile_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class Hostile_tests_on_PostgreSQL(OnPostgres restaurant) : Hostile_tests(restaurant), IClassFixture<OnPostgres>;
