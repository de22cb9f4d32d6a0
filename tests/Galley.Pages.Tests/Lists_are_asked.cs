// What clients may ask: names that are declared, values of their type, pages of a size; and what they are told, all of it at once. How pages are linked.

using System.Text.Json;
using Galley.Testing;

namespace Galley.PagesTests;

public sealed record Nowhere(int Id) : IListed<Nowhere>
{
    public static void Declare(Listing<Nowhere> list) => list.From($"SELECT id FROM nowhere").Sort("id", row => row.Id);
}

public sealed record Weighed(int Id, float Weight) : IListed<Weighed>
{
    public static void Declare(Listing<Weighed> list) => list.From($"SELECT id, weight FROM weighed").Unique("id", row => row.Id).Sort("weight", row => row.Weight);
}

public abstract class Lists_are_asked(Engine engine) : IAsyncDisposable
{
    [Fact]
    public async Task Filters_are_typed_and_several_values_mean_any_of_them()
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        await shop.FillAsync(12);
        Assert.Equal((int[])[2, 4, 6, 8, 10, 12], (await shop.PageAsync("/things?sort=id&limit=50&kind=plain")).Ids);
        Assert.Equal(12, (await shop.PageAsync("/things?sort=id&limit=50&kind=Plain&kind=fancy")).Ids.Length);
        Assert.Equal((int[])[2, 3, 6, 7, 10, 11], (await shop.PageAsync("/things?sort=id&limit=50&c_min=2&c_max=3")).Ids);
        Assert.Equal((int[])[3, 10], (await shop.PageAsync("/things?sort=id&limit=50&b_like=b3")).Ids);
        Assert.Empty((await shop.PageAsync("/things?b_like=%27%20OR%201=1%20--")).Ids);
        Assert.Equal((int[])[3, 7, 11], (await shop.PageAsync("/mine/3?sort=id")).Ids);
        Assert.Equal((int[])[3, 7, 11], (await shop.PageAsync("/things?sort=-c,id&q=other+parameters+are+not+the+list%27s")).Ids);
        Assert.Equal((int[])[11, 7, 3], (await shop.PageAsync("/raw?limit=&sort=")).Ids);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        Answer answer = await shop.GetAsync("/things?sort=-price&kind=odd&c_min=x&c_max=99999999999&limit=0&knid=plain&count=2&cursor=abc&b_like=1&b_like=2");
        Assert.Equal(400, answer.Status);
        JsonElement errors = answer.Json().GetProperty("errors");
        Assert.Equal("must be one of Plain, Fancy", Of("kind"), ignoreCase: true);
        Assert.Equal("must be a whole number", Of("c_min"));
        Assert.Equal("must be a whole number from -2147483648 to 2147483647", Of("c_max"));
        Assert.Equal("must be between 1 and 50", Of("limit"));
        Assert.Equal("is no parameter of this list, which has kind, c_min, c_max, b_like, sort, limit, cursor, page, count", Of("knid"));
        Assert.Equal("must be some of id, a, b, c, d, each once, with commas between them and - before what is to begin with the greatest", Of("sort"));
        Assert.Equal("must be true or false", Of("count"));
        Assert.Equal("must come once", Of("b_like"));
        Assert.StartsWith("is not one that this list gave", Of("cursor"), StringComparison.Ordinal);

        string Of(string name) => errors.GetProperty(name)[0].GetString()!;
    }

    [Theory]
    [InlineData("0", 422)]
    [InlineData("-1", 422)]
    [InlineData("51", 422)]
    [InlineData("99999999999999999999", 422)]
    [InlineData("ten", 400)]
    [InlineData("1.5", 400)]
    [InlineData("50", 200)]
    [InlineData("", 200)]
    public async Task A_page_has_1_to_the_most_rows(string limit, int status)
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        Assert.Equal(status, (await shop.GetAsync($"/things?limit={limit}")).Status);
    }

    [Fact]
    public async Task Links_keep_the_other_parameters_and_lead_there_and_back()
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        await shop.FillAsync(6);
        Answer first = await shop.GetAsync("/things?q=a%26b+%C3%A4&limit=2&sort=-id");
        Dictionary<string, string> links = Links(first);
        Assert.Equal(["first", "next", "self"], links.Keys.Order());
        Assert.Equal("?q=a%26b+%C3%A4&limit=2&sort=-id", links["first"]);
        Assert.Equal($"?q=a%26b+%C3%A4&limit=2&sort=-id&cursor={Shop.Text(first.Json(), "next")}", links["next"]);
        Answer second = await shop.GetAsync("/things" + links["next"]);
        Assert.Equal(["first", "next", "prev", "self"], Links(second).Keys.Order());
        Assert.Equal(links["next"], Links(second)["self"]);
        Assert.Equal((int[])[6, 5], (await shop.PageAsync("/things" + Links(second)["prev"])).Ids);
        Answer last = await shop.GetAsync("/things" + Links(second)["next"]);
        Assert.Equal(["first", "prev", "self"], Links(last).Keys.Order());
        Assert.False(last.Json().TryGetProperty("next", out _));
    }

    [Theory]
    [InlineData(700)]
    [InlineData(8000)]
    public async Task Links_that_would_be_too_long_are_left_out_and_the_body_leads_on(int length)
    {
        List<LinksLeftOut> told = [];
        await using Shop shop = await Shop.OpenAsync(engine, app => app.Events.Subscribe(happened =>
        {
            if (happened is LinksLeftOut left) lock (told) told.Add(left);
        }));
        await shop.FillAsync(4);
        Assert.NotNull((await shop.GetAsync("/things?sort=id&limit=2&q=short"))["Link"]);
        string query = $"/things?sort=id&limit=2&q={new string('x', length)}";
        Answer first = await shop.GetAsync(query);
        Assert.Null(first["Link"]);
        Assert.Equal((int[])[3, 4], (await shop.PageAsync($"/things?sort=id&limit=2&cursor={Shop.Text(first.Json(), "next")}")).Ids);
        lock (told) Assert.Equal(new LinksLeftOut(told[0].Route, 2048), Assert.Single(told));
        Assert.Equal("GET /things", told[0].Route!.ToString());
    }

    [Fact]
    public async Task The_bound_of_links_is_a_setting()
    {
        int most = 0;
        await using (Shop shop = await Shop.OpenAsync(engine, static app => app.Options.Pages.LinkBytes = 65_536))
        {
            await shop.FillAsync(4);
            Answer answer = await shop.GetAsync($"/things?limit=2&q={new string('%', 3000)}");
            most = answer["Link"]!.Length;
            Assert.True(most > 9000);
        }
        foreach (int bound in (int[])[most, most - 1, 0])
        {
            await using Shop shop = await Shop.OpenAsync(engine is OnSqlite ? new OnSqlite() : engine, app => app.Options.Pages.LinkBytes = bound);
            await shop.FillAsync(4);
            Assert.Equal(bound == most, (await shop.GetAsync($"/things?limit=2&q={new string('%', 3000)}"))["Link"] is not null);
        }
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_counted_and_a_page_may_be_asked_for_by_number()
    {
        await using Shop shop = await Shop.OpenAsync(engine);
        await shop.FillAsync(10);
        Assert.False((await shop.GetAsync("/things")).Json().TryGetProperty("count", out _));
        Assert.Equal(5, (await shop.GetAsync("/things?count=true&kind=plain&limit=2")).Json().GetProperty("count").GetInt32());
        (int[] ids, string? previous, string? next) = await shop.PageAsync("/things?sort=id&page=3");
        Assert.Equal([7, 8, 9], ids);
        Assert.Equal((int[])[4, 5, 6], (await shop.PageAsync($"/things?sort=id&cursor={previous}")).Ids);
        Assert.Equal((int[])[10], (await shop.PageAsync($"/things?sort=id&cursor={next}")).Ids);
        Assert.Equal(422, (await shop.GetAsync("/things?page=0")).Status);
        Assert.Equal(200, (await shop.GetAsync("/things?page=34")).Status);
        Assert.Equal(422, (await shop.GetAsync("/things?page=35")).Status);
        Assert.Equal(400, (await shop.GetAsync($"/things?sort=id&page=2&cursor={next}")).Status);
    }

    [Fact]
    public async Task The_document_describes_the_parameters()
    {
        await using Shop shop = await Shop.OpenAsync(engine, static app => app.OpenApi.IsEnabled = true);
        JsonElement things = (await shop.GetAsync("/openapi.json")).Json().GetProperty("paths").GetProperty("/things").GetProperty("get");
        Dictionary<string, JsonElement> parameters = things.GetProperty("parameters").EnumerateArray().ToDictionary(static one => one.GetProperty("name").GetString()!, static one => one.GetProperty("schema"));
        Assert.Equal(["b_like", "c_max", "c_min", "count", "cursor", "kind", "limit", "page", "q", "sort"], parameters.Keys.Order());
        Assert.Equal(50, parameters["limit"].GetProperty("maximum").GetInt32());
        Assert.Equal(3, parameters["limit"].GetProperty("default").GetInt32());
        Assert.Equal("-c,-id", parameters["sort"].GetProperty("default").GetString());
        Assert.Equal("array", parameters["kind"].GetProperty("type").GetString());
        JsonElement answers = things.GetProperty("responses");
        Assert.Contains("PageOfThing", answers.GetProperty("200").GetRawText(), StringComparison.Ordinal);
        Assert.True(answers.GetProperty("200").GetProperty("headers").TryGetProperty("Link", out _));
        Assert.True(answers.TryGetProperty("400", out _) && answers.TryGetProperty("422", out _));
    }

    [Fact]
    public async Task A_list_without_a_unique_column_stops_the_start()
    {
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => Shop.OpenAsync(engine, static app => app.Get("/nowhere", static (ListQuery<Nowhere> rows, Database db) => rows.ReadAsync(db))));
        Assert.Contains("the list of Nowhere has no unique column", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_no_cursor_holds_stops_the_start()
    {
        // SQLite keeps eight bytes where a float has four: rows that differ in what is cut off would be skipped.
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => Shop.OpenAsync(engine, static app => app.Get("/weighed", static (ListQuery<Weighed> rows, Database db) => rows.ReadAsync(db))));
        Assert.Contains("the list of Weighed sorts by 'weight' of type Single, which no cursor holds", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_without_a_key_for_its_cursors_stops_the_start_in_production()
    {
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => Shop.OpenAsync(engine, static app => app.Options.Pages.CursorKeys.Clear()));
        Assert.Contains("GET /things", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("Galley:Cursors:Key", wrong.Message, StringComparison.Ordinal);
        await using Shop inDevelopment = await Shop.OpenAsync(engine is OnSqlite ? new OnSqlite() : engine, static app =>
        {
            app.Options.Pages.CursorKeys.Clear();
            app.Options.IsDevelopment = true;
        });
        await inDevelopment.FillAsync(4);
        (_, _, string? next) = await inDevelopment.PageAsync("/things");
        Assert.Single((await inDevelopment.PageAsync($"/things?cursor={next}")).Ids);
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static Dictionary<string, string> Links(Answer answer) => answer["Link"]!.Split(", ").ToDictionary(
        static link => link[(link.IndexOf("rel=\"", StringComparison.Ordinal) + 5)..^1], static link => link[1..link.IndexOf('>', StringComparison.Ordinal)]);
}

public sealed class Lists_are_asked_on_Sqlite() : Lists_are_asked(new OnSqlite());

public sealed class Lists_are_asked_on_Postgres() : Lists_are_asked(new OnPostgres());
