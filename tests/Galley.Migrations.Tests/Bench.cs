// What a test needs: a folder of migrations, a database of either engine, and the tool, in this process or as one of its own.

using System.Diagnostics;
using Galley.Cli;
using Galley.PostgresTests;
using Galley.Storing;

namespace Galley.MigrationsTests;

internal sealed class Bench : IDisposable
{
    private Bench(string engine, string address, string folder) => (Engine, Address, Folder) = (engine, address, folder);

    public string Engine { get; }

    public string Address { get; }

    public string Folder { get; }

    public bool IsPostgres => Engine == "postgres";

    private string Steps => Path.Combine(Folder, "migrations");

    public static async Task<Bench> CreateAsync(string engine)
    {
        string folder = Directory.CreateTempSubdirectory("galley-migrations-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "migrations"));
        return new Bench(engine, engine == "postgres" ? await PostgresServer.Running.CreateAsync() : "sqlite:" + Path.Combine(folder, "app.db"), folder);
    }

    public void Write(string name, string sql) => File.WriteAllText(Path.Combine(Steps, name), sql);

    public Migrations Files => Migrations.FromFolder(Steps);

    /// <summary>The tool in this process: exit code and everything it said.</summary>
    public async Task<(int Code, string Said)> RunAsync(params string[] words)
    {
        using StringWriter said = new();
        int code = await Tool.RunAsync([.. words, "--database", Address, "--folder", Steps], said, said, CancellationToken.None);
        return (code, said.ToString());
    }

    public async Task<string> DoneAsync(params string[] words)
    {
        (int code, string said) = await RunAsync(words);
        Assert.True(code == 0, said);
        return said;
    }

    /// <summary>The tool as a process of its own.</summary>
    public Process Start(params string[] words)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Galley.Cli")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in (string[])[.. words, "--database", Address, "--folder", Steps]) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    /// <summary>The first column of a query, as text.</summary>
    public async Task<List<string?>> AskAsync(string sql)
    {
        await using SchemaSession session = await (IsPostgres ? Postgres.Engine : Sqlite.Engine).OpenSchema!(Address, CancellationToken.None);
        return [.. (await session.AskAsync(sql, CancellationToken.None)).Select(static row => row[0])];
    }

    public async Task DoAsync(string sql)
    {
        await using SchemaSession session = await (IsPostgres ? Postgres.Engine : Sqlite.Engine).OpenSchema!(Address, CancellationToken.None);
        await session.RunAsync(sql, CancellationToken.None);
    }

    public async ValueTask<Database> OpenAsync(MigrationMode mode)
    {
        Database db = (IsPostgres ? Postgres.Engine : Sqlite.Engine).Open(Address, Files);
        db.MigrationMode = mode;
        try
        {
            await db.StartAsync();
            return db;
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
