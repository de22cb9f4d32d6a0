// Microsoft.Data.Sqlite as its documentation shows it: a connection for each request, out of its pool.
// The file is in WAL mode and synchronous is FULL, SQLite's default: an insert is on disk when it is answered, as Galley's is.
using Microsoft.Data.Sqlite;

static class OverSqlite
{
    public static void Map(WebApplication app, string address)
    {
        app.MapGet("/db", async () => await OneAsync(address, World.AnyId()));
        app.MapGet("/worlds/{id:int}", async (int id) => await OneAsync(address, id));

        app.MapGet("/insert", async () =>
        {
            var number = World.AnyId();
            await using var connection = await OpenAsync(address);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO entry (number, text) VALUES ($number, $text)";
            command.Parameters.AddWithValue("$number", number);
            command.Parameters.AddWithValue("$text", "a line of text as long as many are");
            await command.ExecuteNonQueryAsync();
            return new Entry(number);
        });

        app.MapGet("/entries", async () =>
        {
            await using var connection = await OpenAsync(address);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM entry";
            return new Entry(Convert.ToInt32(await command.ExecuteScalarAsync()));
        });
    }

    static async ValueTask<SqliteConnection> OpenAsync(string address)
    {
        var connection = new SqliteConnection(address);
        await connection.OpenAsync();
        return connection;
    }

    static async ValueTask<World> OneAsync(string address, int id)
    {
        await using var connection = await OpenAsync(address);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, randomnumber FROM world WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new World(reader.GetInt32(0), reader.GetInt32(1));
    }
}
