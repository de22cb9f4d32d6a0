// Npgsql as its documentation advises for speed: the slim builder, statements prepared by themselves, typed positional parameters, no reset of
// connections that are given back clean.
using System.Text;
using System.Text.Encodings.Web;
using Npgsql;

static class OverPostgres
{
    const string Select = "SELECT id, randomnumber FROM world WHERE id = $1";

    public static void Map(WebApplication app, string address)
    {
        var settings = new NpgsqlConnectionStringBuilder(address)
        {
            MaxPoolSize = 20, // Galley's default
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Enlist = false,
        };
        var source = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).Build();

        app.MapGet("/db", async () =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var command = Read(connection, World.AnyId());
            return await OneAsync(command);
        });

        app.MapGet("/queries", async (int n) =>
        {
            var worlds = new World[n];
            await using var connection = await source.OpenConnectionAsync();
            await using var command = Read(connection, 0);
            var id = (NpgsqlParameter<int>)command.Parameters[0];
            for (var i = 0; i < n; i++)
            {
                id.TypedValue = World.AnyId();
                worlds[i] = await OneAsync(command);
            }
            return worlds;
        });

        app.MapGet("/updates", async (int n) =>
        {
            var worlds = new World[n];
            await using var connection = await source.OpenConnectionAsync();
            await using (var command = Read(connection, 0))
            {
                var id = (NpgsqlParameter<int>)command.Parameters[0];
                for (var i = 0; i < n; i++)
                {
                    id.TypedValue = World.AnyId();
                    worlds[i] = await OneAsync(command) with { RandomNumber = World.AnyId() };
                }
            }
            Array.Sort(worlds, (one, other) => one.Id.CompareTo(other.Id));
            await using var batch = new NpgsqlBatch(connection);
            foreach (var world in worlds)
                batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE world SET randomnumber = $1 WHERE id = $2")
                {
                    Parameters = { new NpgsqlParameter<int> { TypedValue = world.RandomNumber }, new NpgsqlParameter<int> { TypedValue = world.Id } },
                });
            await batch.ExecuteNonQueryAsync();
            return worlds;
        });

        app.MapGet("/fortunes", async () =>
        {
            var fortunes = new List<Fortune>();
            await using (var connection = await source.OpenConnectionAsync())
            {
                await using var command = new NpgsqlCommand("SELECT id, message FROM fortune", connection);
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                    fortunes.Add(new Fortune(reader.GetInt32(0), reader.GetString(1)));
            }
            fortunes.Add(new Fortune(0, "Additional fortune added at request time."));
            fortunes.Sort((one, other) => string.CompareOrdinal(one.Message, other.Message));
            return Results.Content(Page(fortunes), "text/html; charset=utf-8");
        });

        app.MapGet("/worlds/{id:int}", async (int id) =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var command = Read(connection, id);
            return await OneAsync(command);
        });
    }

    static NpgsqlCommand Read(NpgsqlConnection connection, int id) =>
        new(Select, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = id } } };

    static async ValueTask<World> OneAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new World(reader.GetInt32(0), reader.GetInt32(1));
    }

    static string Page(List<Fortune> fortunes)
    {
        var html = new StringBuilder("<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>", 2048);
        foreach (var fortune in fortunes)
            html.Append("<tr><td>").Append(fortune.Id).Append("</td><td>").Append(HtmlEncoder.Default.Encode(fortune.Message)).Append("</td></tr>");
        return html.Append("</table></body></html>").ToString();
    }
}
