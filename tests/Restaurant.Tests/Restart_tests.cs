// What a restart keeps, in order or not.

using System.Net.Http.Json;

namespace Restaurant.Tests;

public abstract class Restart_tests(Engine engine) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("restaurant-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_restart_keeps_the_data()
    {
        string user, order;
        using (RestaurantProcess first = await StartAsync())
        {
            using var http = new HttpClient { BaseAddress = first.Address };
            user = await CreatedAsync(http, "/users", new { email = "ada@example.com", name = "Ada" });
            (await http.PostAsync(new Uri("/tables/1/open", UriKind.Relative), null)).EnsureSuccessStatusCode();
            order = await CreatedAsync(http, "/orders", new { table = 1, lines = new[] { new { dish = 4, quantity = 2 } } });
            Assert.Contains("applied 0001_users.", first.Output, StringComparison.Ordinal);
            Assert.Equal(0, await first.StopAsync());
        }
        Assert.Equal(engine is SqliteEngine, File.Exists(Path.Combine(_folder, "restaurant.db")));
        using (RestaurantProcess second = await StartAsync())
        {
            using var http = new HttpClient { BaseAddress = second.Address };
            Assert.Equal("Ada", (await ReadAsync(http, user))["name"].GetString());
            Answer again = await ReadAsync(http, order);
            Assert.Equal(2 * 1890, again["total"].GetInt64());
            Assert.Equal("placed", again["state"].GetString());
            Assert.Contains("the schema was up to date; 10 dishes on the menu, 1 orders so far", second.Output, StringComparison.Ordinal);
            Assert.Equal(0, await second.StopAsync());
        }
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_death_of_the_process()
    {
        string user;
        using (RestaurantProcess first = await StartAsync())
        {
            using var http = new HttpClient { BaseAddress = first.Address };
            user = await CreatedAsync(http, "/users", new { email = "ada@example.com" });
        } // SIGKILL
        using RestaurantProcess second = await StartAsync();
        using var after = new HttpClient { BaseAddress = second.Address };
        Assert.Equal(200, (await ReadAsync(after, user)).Status);
    }

    private async Task<RestaurantProcess> StartAsync() => await RestaurantProcess.StartAsync(_folder, ["--port", "0", .. await engine.DatabaseAsync()]);

    private static async Task<string> CreatedAsync(HttpClient http, string path, object body)
    {
        Answer answer = await Answer.OfAsync(await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body));
        Assert.Equal(201, answer.Status);
        return answer.Location!.OriginalString;
    }

    private static async Task<Answer> ReadAsync(HttpClient http, string path) => await Answer.OfAsync(await http.GetAsync(new Uri(path, UriKind.Relative)));
}

public sealed class Restart_tests_on_SQLite() : Restart_tests(new SqliteEngine());

public sealed class Restart_tests_on_PostgreSQL() : Restart_tests(new PostgresEngine());
