// The tests that docs/testing.md shows, and a test that it shows them: every line of code in its section on databases stands in this folder, so it compiles and runs.

using Galley.PostgresTests;
using Galley.Testing;

namespace Galley.PagesTests;

public abstract class Guests_are_written_down
{
    protected abstract Task<string> DatabaseAsync();

    [Fact]
    public async Task A_guest_is_written_down_and_read()
    {
        await using Backend app = Backend.Create(["--database", await DatabaseAsync(), "--migrations", "apply", "--Galley:Log:Level=off"]);
        GuestBook.AddTo(app);
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using TestClient client = new(network);

        Assert.Equal(201, (await client.PostJsonAsync("/guests", """{"id":1,"name":"Ada"}""")).Status);
        Assert.Equal("Ada", (await client.GetAsync("/guests/1")).Text);
        Assert.Equal(1, await app.Database!.QueryFirstAsync<int>($"SELECT count(*) FROM guests"));
    }
}

public sealed class Guests_on_SQLite : Guests_are_written_down, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("guests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override Task<string> DatabaseAsync() => Task.FromResult($"sqlite:{Path.Combine(_folder, "test.db")}");
}

public sealed class Guests_on_PostgreSQL : Guests_are_written_down
{
    protected override Task<string> DatabaseAsync() => PostgresServer.Running.CreateAsync();
}

public sealed class Guests_in_detail
{
    [Fact]
    public async Task A_slow_database_is_staged_by_a_lock()
    {
        await using Backend app = Backend.Create(["--database", await PostgresServer.Running.CreateAsync(), "--migrations", "apply", "--Galley:Log:Level=off"]);
        GuestBook.AddTo(app);
        app.Get("/patient", async Task<Response> (Database db) =>
        {
            await db.ExecuteAsync($"SELECT pg_advisory_xact_lock(7)");
            return Response.NoContent();
        });
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using TestClient client = new(network);

        Task<Answer> waiting = null!;
        await app.Database!.TransactionAsync(async holding =>
        {
            await holding.ExecuteAsync($"SELECT pg_advisory_xact_lock(7)");
            waiting = client.GetAsync("/patient");
            while (await holding.QueryFirstAsync<int>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 0) { }
            Assert.False(waiting.IsCompleted);
        });
        Assert.Equal(204, (await waiting).Status);
    }

    [Fact]
    public async Task A_database_with_everything_in_it_is_copied()
    {
        PostgresServer server = PostgresServer.Running;
        string template = await server.CreateAsync();
        await using (Backend first = Backend.Create(["--database", template, "--migrations", "apply", "--port", "0", "--Galley:Log:Level=off"]))
        {
            GuestBook.AddTo(first);
            await first.StartAsync();
            await first.Database!.ExecuteAsync($"INSERT INTO guests (id, name, came_at) VALUES (1, 'Ada', '')");
        }
        string name = $"guests_{Guid.NewGuid():N}";
        await server.Admin.ExecuteAsync($"CREATE DATABASE {Sql.Raw(name)} TEMPLATE {Sql.Raw(new Uri(template).AbsolutePath[1..])}");
        await using PostgresDatabase copy = await Postgres.OpenAsync(server.Url(name));
        Assert.Equal("Ada", await copy.QueryFirstAsync<string>($"SELECT name FROM guests"));
    }

    [Fact]
    public void Every_line_of_code_about_databases_in_the_documentation_stands_here()
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "testing.md"));
        int begin = page.IndexOf("\n## Databases\n", StringComparison.Ordinal) + 1;
        string section = page[begin..page.IndexOf("\n## ", begin + 1, StringComparison.Ordinal)];
        HashSet<string> compiled = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "GuestBook")).SelectMany(File.ReadLines).Select(Bare)];
        string[] shown = [.. section.Split('\n').Where(static line => line.StartsWith("    ", StringComparison.Ordinal)).Select(Bare).Where(static line => line.Length > 0)];
        Assert.True(shown.Length > 15);
        Assert.All(shown, line => Assert.Contains(line, compiled));
    }

    // Without what is said about it.
    private static string Bare(string line) => (line.IndexOf("  // ", StringComparison.Ordinal) is var comment and >= 0 ? line[..comment] : line).Trim();
}
