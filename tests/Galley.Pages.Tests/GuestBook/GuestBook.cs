// The program that docs/testing.md tests: routes, a database and its schema, added by one method that Program.cs and the tests call.

namespace Galley.PagesTests;

public sealed record NewGuest(long Id, string Name);

public static class GuestBook
{
    public static void AddTo(Backend app)
    {
        app.UseDatabase("sqlite:guests.db", "migrations", Sqlite.Engine, Postgres.Engine);
        app.Get("/guests/{id}", (long id, Database db) => db.QueryFirstOrDefaultAsync<string>($"SELECT name FROM guests WHERE id = {id}"));
        app.Post("/guests", async Task<Response> (NewGuest body, Database db, TimeProvider time) =>
        {
            string now = time.GetUtcNow().ToString("u", System.Globalization.CultureInfo.InvariantCulture);
            await db.ExecuteAsync($"INSERT INTO guests (id, name, came_at) VALUES ({body.Id}, {body.Name}, {now})");
            return Response.Created($"/guests/{body.Id}", body);
        });
    }
}
