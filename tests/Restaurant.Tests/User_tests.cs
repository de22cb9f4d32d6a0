// Users, and their e-mail that nobody else may have.

namespace Restaurant.Tests;

public abstract class User_tests(Open restaurant)
{
    [Fact]
    public async Task A_user_is_created_and_read()
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        Answer created = await restaurant.PostAsync("/users", new { email = "ada@example.com", name = "Ada Lovelace" });
        Assert.Equal(201, created.Status);
        Assert.Equal($"/users/{created["id"].GetGuid()}", created.Location?.OriginalString);
        Assert.InRange(created["createdAt"].GetDateTimeOffset(), before, TimeProvider.System.GetUtcNow());

        Answer read = await restaurant.GetAsync($"/users/{created["id"]}");
        Assert.Equal(200, read.Status);
        Assert.Equal(created.Json.GetRawText(), read.Json.GetRawText());
        Assert.Equal(200, (await restaurant.GetAsync($"/users/{created["id"].GetGuid().ToString().ToUpperInvariant()}")).Status);
    }

    [Fact]
    public async Task A_name_may_be_left_out() =>
        Assert.Equal(201, (await restaurant.PostAsync("/users", new { email = "nameless@example.com" })).Status);

    [Theory]
    [InlineData("grace@example.com")]
    [InlineData("GRACE@example.COM")]
    public async Task An_email_belongs_to_one_user_whatever_its_letter_case(string again)
    {
        await restaurant.PostAsync("/users", new { email = "Grace@Example.com" });
        Answer refused = await restaurant.PostAsync("/users", new { email = again, name = "Another" });
        Assert.Equal(422, refused.Status);
        Assert.True(refused.IsProblem);
        Assert.Equal(["belongs to another user"], refused.Errors("/email"));
    }

    [Fact]
    public async Task Everything_wrong_with_a_user_is_said_at_once()
    {
        Answer refused = await restaurant.PostAsync("/users", new { email = "nobody", name = "\u0007" + new string('x', 100) });
        Assert.Equal(422, refused.Status);
        Assert.Equal(["/email", "/name"], refused.Fields);
        Assert.Equal(2, refused.Errors("/name").Length);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"email":null}""")]
    [InlineData("""{"email":7,"name":"Ada"}""")]
    public async Task A_user_has_an_email(string body)
    {
        Answer refused = await restaurant.PostTextAsync("/users", body);
        Assert.Equal(400, refused.Status);
        Assert.Equal(["/email"], refused.Fields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.com")]
    [InlineData("ada@")]
    [InlineData("ada@example")]
    [InlineData("ada@.com")]
    [InlineData("ada@example.")]
    [InlineData("ada@home@example.com")]
    [InlineData("a da@example.com")]
    [InlineData("ada@example.com\n")]
    [InlineData("ada\u0000@example.com")]
    public async Task What_is_no_email_is_422(string email)
    {
        Answer refused = await restaurant.PostAsync("/users", new { email });
        Assert.Equal(422, refused.Status);
        Assert.Equal(["/email"], refused.Fields);
    }

    [Theory]
    [InlineData("/users/00000000-0000-0000-0000-000000000000", 404)]
    [InlineData("/users/1", 400)]
    [InlineData("/users/' OR '1'='1", 400)]
    public async Task A_user_that_is_not_there_is_a_problem(string path, int status)
    {
        Answer answer = await restaurant.GetAsync(path);
        Assert.Equal(status, answer.Status);
        Assert.True(answer.IsProblem);
    }
}

public sealed class User_tests_on_SQLite(OnSqlite restaurant) : User_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class User_tests_on_PostgreSQL(OnPostgres restaurant) : User_tests(restaurant), IClassFixture<OnPostgres>;
