// What can be read and marked on the menu.

namespace Restaurant.Tests;

public abstract class Menu_tests(Open restaurant)
{
    [Fact]
    public async Task The_menu_is_seeded_with_names_and_prices_in_cents()
    {
        Answer menu = await restaurant.GetAsync("/menu");
        Assert.Equal(200, menu.Status);
        Assert.Equal(10, menu.Json.GetArrayLength());
        Assert.Equal("Onion soup", menu.Json[0].GetProperty("name").GetString());
        Assert.Equal(850, menu.Json[0].GetProperty("price").GetInt32());
        Assert.Equal("EUR", menu.Json[0].GetProperty("currency").GetString());
        Assert.Equal("Crème brûlée", menu.Json[6].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_dish_sells_out_and_comes_back()
    {
        Assert.True((await restaurant.PostAsync("/menu/2/sold-out"))["isSoldOut"].GetBoolean());
        Assert.True((await restaurant.GetAsync("/menu")).Json[1].GetProperty("isSoldOut").GetBoolean());
        Assert.True((await restaurant.PostAsync("/menu/2/sold-out"))["isSoldOut"].GetBoolean());
        Assert.False((await restaurant.PostAsync("/menu/2/available"))["isSoldOut"].GetBoolean());
        Assert.False((await restaurant.GetAsync("/menu")).Json[1].GetProperty("isSoldOut").GetBoolean());
    }

    [Theory]
    [InlineData("/menu/0/sold-out", 404)]
    [InlineData("/menu/-1/available", 404)]
    [InlineData("/menu/2147483647/available", 404)]
    [InlineData("/menu/2147483648/available", 400)]
    [InlineData("/menu/soup/sold-out", 400)]
    [InlineData("/menu/1/gone", 404)]
    public async Task What_is_not_on_the_menu_is_a_problem(string path, int status)
    {
        Answer answer = await restaurant.PostAsync(path);
        Assert.Equal(status, answer.Status);
        Assert.True(answer.IsProblem);
    }

    [Fact]
    public async Task A_method_that_does_not_exist_is_405() => Assert.Equal(405, (await restaurant.PostAsync("/menu")).Status);
}

public sealed class Menu_tests_on_SQLite(OnSqlite restaurant) : Menu_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class Menu_tests_on_PostgreSQL(OnPostgres restaurant) : Menu_tests(restaurant), IClassFixture<OnPostgres>;
