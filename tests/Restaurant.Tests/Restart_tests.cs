// The program as the person who runs it sees it: where it listens, what it says, what a restart keeps.

using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Restaurant.Tests;

public sealed class Restart_tests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("restaurant-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_restart_keeps_the_data()
    {
        string user, order;
        using (RestaurantProcess first = await RestaurantProcess.StartAsync(_folder, ["--port", "0"]))
        {
            using var http = new HttpClient { BaseAddress = first.Address };
            user = await CreatedAsync(http, "/users", new { email = "ada@example.com", name = "Ada" });
            (await http.PostAsync(new Uri("/tables/1/open", UriKind.Relative), null)).EnsureSuccessStatusCode();
            order = await CreatedAsync(http, "/orders", new { table = 1, lines = new[] { new { dish = 4, quantity = 2 } } });
            Assert.Contains("applied 0001_users.sql, ", first.Output, StringComparison.Ordinal);
            Assert.Equal(0, await first.StopAsync());
        }
        Assert.True(File.Exists(Path.Combine(_folder, "restaurant.db")));
        using (RestaurantProcess second = await RestaurantProcess.StartAsync(_folder, ["--port", "0"]))
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
        using (RestaurantProcess first = await RestaurantProcess.StartAsync(_folder, ["--port", "0"]))
        {
            using var http = new HttpClient { BaseAddress = first.Address };
            user = await CreatedAsync(http, "/users", new { email = "ada@example.com" });
        } // SIGKILL
        using RestaurantProcess second = await RestaurantProcess.StartAsync(_folder, ["--port", "0"]);
        using var after = new HttpClient { BaseAddress = second.Address };
        Assert.Equal(200, (await ReadAsync(after, user)).Status);
    }

    [Fact]
    public async Task It_says_where_it_listens_and_what_to_try()
    {
        using RestaurantProcess program = await RestaurantProcess.StartAsync(_folder, ["--port", "0", "--Galley:Log:Level=off"]);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(program.Address, "/menu"))).StatusCode);
        Assert.Equal(0, await program.StopAsync());
        Assert.Equal(3, program.Output.Split('\n').Count(line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal) &&
            line.Contains(program.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task PORT_chooses_the_port_and_the_command_line_is_stronger()
    {
        (int fromEnvironment, int fromArguments) = (FreePort(), FreePort());
        using (RestaurantProcess program = await RestaurantProcess.StartAsync(_folder, [], ("PORT", $"{fromEnvironment}")))
            Assert.Equal(fromEnvironment, program.Address.Port);
        using (RestaurantProcess program = await RestaurantProcess.StartAsync(_folder, ["--port", $"{fromArguments}"], ("PORT", $"{fromEnvironment}")))
            Assert.Equal(fromArguments, program.Address.Port);
    }

    [Fact]
    public async Task The_database_is_where_the_setting_says()
    {
        string path = Path.Combine(_folder, "elsewhere.db");
        using (RestaurantProcess program = await RestaurantProcess.StartAsync(_folder, ["--port", "0", "--database", $"sqlite:{path}"]))
            Assert.Equal(0, await program.StopAsync());
        Assert.True(File.Exists(path));
        Assert.False(File.Exists(Path.Combine(_folder, "restaurant.db")));
    }

    [Fact]
    public async Task What_stops_it_from_starting_is_said_in_one_line()
    {
        (int exitCode, string output) = await RestaurantProcess.FailAsync(_folder, "--port", "0", "--database", "postgres://nowhere");
        Assert.Equal(1, exitCode);
        Assert.Contains("galley: cannot start: ", output, StringComparison.Ordinal);
        Assert.Contains("Galley:Database", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    private static async Task<string> CreatedAsync(HttpClient http, string path, object body)
    {
        Answer answer = await Answer.OfAsync(await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body));
        Assert.Equal(201, answer.Status);
        return answer.Location!.OriginalString;
    }

    private static async Task<Answer> ReadAsync(HttpClient http, string path) => await Answer.OfAsync(await http.GetAsync(new Uri(path, UriKind.Relative)));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
