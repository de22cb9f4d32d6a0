// What can be read and marked on the menu.

namespace Restaurant.Tests;

public abstract class Menu_tests(Open restaurant)
{
    [Fact]
    public async Task The_menu_is_seeded_with_names_and_prices_in_cents()
    {
        Answer menu = await restaurant.GetAsync("/menu");
        Assert.Equal(200, menu.Status);
        Assert.Equal(10, menu.Items.GetArrayLength());
        Assert.Equal("Onion soup", menu.Items[0].GetProperty("name").GetString());
        Assert.Equal(850, menu.Items[0].GetProperty("price").GetInt32());
        Assert.Equal("EUR", menu.Items[0].GetProperty("currency").GetString());
        Assert.Equal("Crème brûlée", menu.Items[6].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_dish_sells_out_and_comes_back()
    {
        Assert.True((await restaurant.PostAsync("/menu/2/sold-out"))["isSoldOut"].GetBoolean());
        Assert.True((await restaurant.GetAsync("/menu")).Items[1].GetProperty("isSoldOut").GetBoolean());
        Assert.True((await restaurant.PostAsync("/menu/2/sold-out"))["isSoldOut"].GetBoolean());
        Assert.False((await restaurant.PostAsync("/menu/2/available"))["isSoldOut"].GetBoolean());
        Assert.False((await restaurant.GetAsync("/menu")).Items[1].GetProperty("isSoldOut").GetBoolean());
    }

    [Fact]
    public async Task The_menu_is_asked_for_by_price_and_by_what_there_is()
    {
        Assert.Equal((int[])[9, 10, 8], await IdsAsync("/menu?sort=price&limit=3"));
        Assert.Equal((int[])[4, 6], await IdsAsync("/menu?price_min=1700&sort=price"));
        Assert.Equal(8, (await IdsAsync("/menu?sort=name"))[0]);
        await restaurant.PostAsync("/menu/5/sold-out");
        Assert.Equal((int[])[5], await IdsAsync("/menu?is_sold_out=true"));
        await restaurant.PostAsync("/menu/5/available");
        Assert.DoesNotContain(5, await IdsAsync("/menu?is_sold_out=true"));
    }

    [Fact]
    public async Task A_dish_is_changed_by_who_has_seen_it_as_it_is()
    {
        Answer read = await restaurant.GetAsync("/menu/8");
        Assert.Equal($"\"{read["version"]}\"", read.Tag);
        object dearer = new { name = "Apple crumble, warm", price = 790 };
        Assert.Equal(428, (await restaurant.PutAsync("/menu/8", dearer, null)).Status);
        Answer changed = await restaurant.PutAsync("/menu/8", dearer, read.Tag);
        Assert.Equal((200, 790), (changed.Status, changed["price"].GetInt32()));
        Assert.NotEqual(read.Tag, changed.Tag);

        Answer late = await restaurant.PutAsync("/menu/8", new { name = "Apple crumble", price = 800 }, read.Tag);
        Assert.Equal((412, changed.Tag), (late.Status, late.Tag));
        Assert.True(late.IsProblem);
        Assert.Equal("Apple crumble, warm", (await restaurant.GetAsync("/menu/8"))["name"].GetString());
        // That it has run out is a change, too.
        await restaurant.PostAsync("/menu/8/sold-out");
        Assert.Equal(412, (await restaurant.PutAsync("/menu/8", dearer, changed.Tag)).Status);
        await restaurant.PostAsync("/menu/8/available");
        Assert.Equal(200, (await restaurant.PutAsync("/menu/8", new { name = "Apple crumble", price = 720 }, "*")).Status);
    }

    [Fact]
    public async Task A_change_of_a_dish_keeps_the_rules()
    {
        Assert.Equal(404, (await restaurant.PutAsync("/menu/4711", new { name = "Nothing", price = 1 }, "\"1\"")).Status);
        Answer refused = await restaurant.PutAsync("/menu/7", new { name = "\u0007", price = 200_001 }, "*");
        Assert.Equal(422, refused.Status);
        Assert.Equal(["/name", "/price"], refused.Fields);
        Answer taken = await restaurant.PutAsync("/menu/7", new { name = "Onion soup", price = 790 }, "*");
        Assert.Equal(422, taken.Status);
        Assert.Equal(["is the name of another dish"], taken.Errors("/name"));
        Assert.Equal("Crème brûlée", (await restaurant.GetAsync("/menu/7"))["name"].GetString());
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

    private async Task<int[]> IdsAsync(string path) =>
        [.. (await restaurant.GetAsync(path)).Items.EnumerateArray().Select(static dish => dish.GetProperty("id").GetInt32())];
}

public sealed class Menu_tests_on_SQLite(OnSqlite restaurant) : Menu_tests(restaurant), IClassFixture<OnSqlite>;

public sealed class Menu_tests_on_PostgreSQL(OnPostgres restaurant) : Menu_tests(restaurant), IClassFixture<OnPostgres>;
