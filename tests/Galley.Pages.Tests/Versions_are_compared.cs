// Optimistic concurrency: who names the version it has read wins or is told; nobody overwrites what they have not seen.

using Galley.Testing;

namespace Galley.PagesTests;

public abstract class Versions_are_compared(Engine engine) : IAsyncDisposable
{
    [Fact]
    public async Task Of_many_writers_with_one_version_exactly_one_wins()
    {
        await using Shop shop = await Shop.OpenAsync(engine, AddRoutes);
        await shop.FillAsync(1);
        for (int round = 1; round <= 5; round++)
        {
            int version = round;
            int[] statuses = await Task.WhenAll(Enumerable.Range(0, 12).Select(async writer =>
            {
                await Task.Yield();
                using TestClient own = shop.NewClient();
                return (await own.SendAsync("PUT", $"/things/1?c={writer}", default, ("If-Match", $"\"{version}\""))).Status;
            }));
            Assert.Equal(1, statuses.Count(static status => status == 200));
            Assert.Equal(11, statuses.Count(static status => status == 412));
        }
        Assert.Equal(6, await shop.Db.QueryFirstAsync<long>($"SELECT version FROM things WHERE id = 1"));
    }

    [Fact]
    public async Task The_tag_of_the_answer_is_the_version()
    {
        await using Shop shop = await Shop.OpenAsync(engine, AddRoutes);
        await shop.FillAsync(1);
        Answer read = await shop.GetAsync("/things/1");
        Assert.Equal("\"1\"", read["ETag"]);
        Assert.Equal(304, (await shop.SendAsync("GET", "/things/1", ("If-None-Match", read["ETag"]!))).Status);
        Answer changed = await shop.SendAsync("PUT", "/things/1?c=7", ("If-Match", read["ETag"]!));
        Assert.Equal((200, "\"2\""), (changed.Status, changed["ETag"]));
        Answer late = await shop.SendAsync("PUT", "/things/1?c=8", ("If-Match", read["ETag"]!));
        Assert.Equal((412, "\"2\""), (late.Status, late["ETag"]));
        Assert.Equal(200, (await shop.SendAsync("PUT", "/things/1?c=8", ("If-Match", "\"9\", \"2\""))).Status);
        Assert.Equal(200, (await shop.SendAsync("PUT", "/things/1?c=9", ("If-Match", "*"))).Status);
        Assert.Equal(204, (await shop.SendAsync("DELETE", "/things/1", ("If-Match", "\"4\""))).Status);
    }

    [Fact]
    public async Task Who_names_no_version_is_asked_for_it_and_what_is_gone_is_not_found()
    {
        await using Shop shop = await Shop.OpenAsync(engine, AddRoutes);
        await shop.FillAsync(1);
        Assert.Equal(428, (await shop.SendAsync("PUT", "/things/1?c=x")).Status);
        Assert.Equal(428, (await shop.SendAsync("DELETE", "/things/1")).Status);
        Assert.Equal(404, (await shop.SendAsync("PUT", "/things/2?c=1", ("If-Match", "\"1\""))).Status);
        Assert.Equal(404, (await shop.SendAsync("PUT", "/things/2?c=1", ("If-Match", "*"))).Status);
    }

    [Theory]
    [InlineData("W/\"1\"")]
    [InlineData("\"01\"")]
    [InlineData("\"+1\"")]
    [InlineData("\"1-br\"")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("\"1")]
    [InlineData("\"1\" \"1\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("\"1;DROP\"")]
    public async Task A_tag_that_is_no_version_of_the_row_changes_nothing(string tag)
    {
        await using Shop shop = await Shop.OpenAsync(engine, AddRoutes);
        await shop.FillAsync(1);
        Assert.Equal(412, (await shop.SendAsync("PUT", "/things/1?c=1", ("If-Match", tag))).Status);
        Assert.Equal(1, await shop.Db.QueryFirstAsync<long>($"SELECT version FROM things WHERE id = 1"));
    }

    [Fact]
    public async Task With_compression_the_tag_of_a_coding_is_the_version_too()
    {
        await using Shop shop = await Shop.OpenAsync(engine, static app =>
        {
            app.UseCompression();
            AddRoutes(app);
        });
        await shop.FillAsync(1);
        Assert.Equal(200, (await shop.SendAsync("PUT", "/things/1?c=1", ("If-Match", "\"1-br\""))).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static void AddRoutes(Backend app)
    {
        app.Get("/things/{id}", static async Task<Response<Thing>> (int id, Request request, Store store) =>
        {
            if (await store.Db.QueryFirstOrDefaultAsync<Thing>($"SELECT * FROM things WHERE id = {id}") is not { } thing) return Response.NotFound();
            return request.CheckPreconditions(ETag.Of(thing.Version)) ?? Response.Ok(thing).With(ETag.Of(thing.Version));
        });
        app.Put("/things/{id}", static async Task<Response<Thing>> (int id, int c, Request request, Store store) =>
        {
            Thing? thing = await store.Db.QueryFirstOrDefaultAsync<Thing>(
                $"UPDATE things SET c = {c}, version = version + 1 WHERE id = {id} AND {request.IfMatch($"version")} RETURNING *");
            return thing is null ? await request.LostAsync(store.Db, $"SELECT version FROM things WHERE id = {id}") : Response.Ok(thing).With(ETag.Of(thing.Version));
        }).RequireIfMatch();
        app.Delete("/things/{id}", static async Task<Response> (int id, Request request, Store store) =>
            await store.Db.ExecuteAsync($"DELETE FROM things WHERE id = {id} AND {request.IfMatch($"version")}") == 1 ? Response.NoContent()
                : await request.LostAsync(store.Db, $"SELECT version FROM things WHERE id = {id}")).RequireIfMatch();
    }
}

public sealed class Versions_are_compared_on_Sqlite() : Versions_are_compared(new OnSqlite());

public sealed class Versions_are_compared_on_Postgres() : Versions_are_compared(new OnPostgres());
