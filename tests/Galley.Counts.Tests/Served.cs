// The program that is measured: an ordinary backend in a process of its own, so that neither the client nor another test allocates or calls in it. It also
// asks the same of the driver alone, so that what is left after subtracting that is Galley's.

using System.Globalization;
using Npgsql;
using SQLitePCL;

namespace Galley.CountsTests;

public static class Served
{
    /// <summary>How a path begins that is looked for and is not there: a mark in the trace.</summary>
    public const string Mark = "/counts-mark/";

    private const string Lite = "sqlite:", Select = "SELECT id, number FROM world WHERE id = ", Insert = "INSERT INTO entry (number) VALUES (";

    private static readonly Migrations s_schema = Migrations.Of(("0001_world.sql", """
        CREATE TABLE world (id integer PRIMARY KEY, number integer NOT NULL);
        INSERT INTO world VALUES (1, 1), (2, 4), (3, 9), (4, 16);
        CREATE TABLE entry (number integer NOT NULL);
        """));

    // PostgreSQL takes its time: an answer that is there at once costs less than one that is waited for, and which it is would be chance.
    private static readonly Migrations s_late = Migrations.Of(("0001_world.sql", """
        CREATE TABLE worlds (id integer PRIMARY KEY, number integer NOT NULL);
        INSERT INTO worlds VALUES (1, 1), (2, 4), (3, 9), (4, 16);
        CREATE VIEW world AS SELECT id, number FROM worlds, pg_sleep(0.001);
        CREATE TABLE entry (number integer NOT NULL);
        CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END$$;
        CREATE TRIGGER late BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION late();
        """));

    /// <param name="database">An address.</param>
    /// <param name="how"><c>late</c> for answers of PostgreSQL that have to be waited for.</param>
    /// <param name="sessions">How many its pool has, for what is the same whatever the database.</param>
    /// <param name="args">For the backend.</param>
    public static async Task<int> RunAsync(string database, string how, string sessions, string[] args)
    {
        // On a busy machine a handler that was preempted looks like one that blocks, and who watches for that calls and allocates.
        await using Backend app = Backend.Create(["--port", "0", "--Galley:Loops=1", "--Galley:Timeouts:Stall=5", "--migrations", "apply", "--Galley:Log:Requests=false", "--Galley:Log:Level=off", .. args]);
        app.UseDatabase(Of(database, how == "late" ? s_late : s_schema, int.Parse(sessions, CultureInfo.InvariantCulture)));
        app.Get("/db", async (Database db) => await db.QueryFirstAsync<World>($"SELECT id, number FROM world WHERE id = {1}"));
        app.Get("/all", async (Database db) => await db.QueryAsync<World>($"SELECT id, number FROM world"));
        app.Get("/insert", async (Database db) =>
        {
            await db.ExecuteAsync($"INSERT INTO entry (number) VALUES ({1})");
            return new World(1, 1);
        });
        app.Get("/driver/db", async (int n) => await OverAsync(database, $"{Select}$1", n));
        app.Get("/driver/insert", async (int n) => await OverAsync(database, $"{Insert}$1)", n));
        // When, as well: one that was prepared again has another time.
        app.Get("/prepared", async (Database db) => string.Join('\n',
            await db.QueryAsync<string>($"SELECT statement || ' at ' || prepare_time FROM pg_prepared_statements WHERE statement NOT LIKE '%prepare%' AND statement LIKE '%number%' ORDER BY 1")));
        app.Get("/allocated", _ => Response.Text(GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture)));
        app.Get("/mark/{name}", (string name) => File.Exists(Mark + name) ? "there" : "marked");
        await app.StartAsync();
        Console.WriteLine($"port {app.Address!.Port}");
        await Console.In.ReadLineAsync(); // until whoever started it is gone
        return 0;
    }

    private static Database Of(string address, Migrations migrations, int sessions) => address.StartsWith(Lite, StringComparison.Ordinal)
        ? new SqliteDatabase(new SqliteOptions { Path = address[Lite.Length..], Migrations = s_schema, Readers = sessions })
        : new PostgresDatabase(new PostgresOptions { Url = address, Migrations = migrations, Pool = new PoolOptions { Max = sessions } });

    // What the driver allocates for n statements that it has prepared.
    private static Task<string> OverAsync(string database, string statement, int n) =>
        database.StartsWith(Lite, StringComparison.Ordinal) ? Task.FromResult(OverSqlite(database[Lite.Length..], statement, n)) : OverPostgresAsync(database, statement, n);

    private static async Task<string> OverPostgresAsync(string database, string statement, int n)
    {
        Uri url = new(database);
        await using NpgsqlDataSource source = new NpgsqlSlimDataSourceBuilder(
            $"Host={url.Host};Port={url.Port};Username={url.UserInfo};Database={url.AbsolutePath[1..]};SSL Mode=Disable;Pooling=false;Max Auto Prepare=100;Auto Prepare Min Usages=2").Build();
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await AskAsync(50);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await AskAsync(n);
        return (GC.GetTotalAllocatedBytes(precise: true) - before).ToString(CultureInfo.InvariantCulture);

        async Task AskAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                await using NpgsqlCommand command = new(statement, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 1 } } };
                await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync()) _ = reader.GetInt32(0) + reader.GetInt32(1);
            }
        }
    }

    private static string OverSqlite(string path, string statement, int n)
    {
        _ = raw.sqlite3_open(path, out sqlite3 file);
        using (file)
        {
            _ = raw.sqlite3_prepare_v2(file, statement, out sqlite3_stmt prepared);
            using (prepared)
            {
                Ask(200);
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Ask(n);
                return (GC.GetTotalAllocatedBytes(precise: true) - before).ToString(CultureInfo.InvariantCulture);
            }

            void Ask(int times)
            {
                for (int i = 0; i < times; i++)
                {
                    _ = raw.sqlite3_bind_int64(prepared, 1, 1);
                    while (raw.sqlite3_step(prepared) == raw.SQLITE_ROW) _ = raw.sqlite3_column_int64(prepared, 0) + raw.sqlite3_column_int64(prepared, 1);
                    _ = raw.sqlite3_reset(prepared);
                }
            }
        }
    }
}

public sealed record World(int Id, int Number);
