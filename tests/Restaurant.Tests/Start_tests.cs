// The program as the person who runs it sees it: where it listens, what it says, where its data is.

using System.Net;
using Galley;

namespace Restaurant.Tests;

public sealed class Start_tests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("restaurant-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        (int fromEnvironment, int fromArguments) = (FreePort.Find(), FreePort.Find());
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

    [Fact]
    public async Task A_schema_that_nobody_brought_is_said_in_one_line()
    {
        (int exitCode, string output) = await RestaurantProcess.FailAsync(_folder, "--port", "0", "--migrations", "off");
        Assert.Equal(1, exitCode);
        Assert.Contains("start it with --migrations apply", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }
}
