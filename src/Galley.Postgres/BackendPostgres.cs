// One line in a program: app.UsePostgres("postgres://..."). The settings say which database.

namespace Galley;

/// <summary>Gives a backend a PostgreSQL database.</summary>
public static class BackendPostgres
{
    /// <summary>Connects to the database that <c>Galley:Database</c> (<c>--database</c>) names, or <paramref name="address"/>, when the backend starts,
    /// and applies the migrations of <paramref name="migrations"/>.</summary>
    /// <param name="app">The backend.</param>
    /// <param name="address">Where the data is when no setting says so, for example <c>postgres://app@localhost/app</c>.</param>
    /// <param name="migrations">A folder of <c>NNNN_name.sql</c> files, read as <see cref="Migrations.OfProgram"/> does; null for none.</param>
    public static void UsePostgres(this Backend app, string address, string? migrations = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseDatabase(address, migrations, Postgres.Engine);
    }
}
