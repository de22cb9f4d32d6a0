// One line in a program: app.UseSqlite(). The settings say which file.

namespace Galley;

/// <summary>Gives a backend a SQLite database.</summary>
public static class BackendSqlite
{
    /// <summary>Opens the database that <c>Galley:Database</c> (<c>--database</c>) names, or <paramref name="address"/>, when the backend starts, and
    /// applies the migrations of <paramref name="migrations"/>.</summary>
    /// <param name="app">The backend.</param>
    /// <param name="address">Where the data is when no setting says so, for example <c>sqlite:restaurant.db</c>.</param>
    /// <param name="migrations">A folder of <c>NNNN_name.sql</c> files, read as <see cref="Migrations.OfProgram"/> does: beside the program when it
    /// is there, else from inside it; null for none.</param>
    public static void UseSqlite(this Backend app, string address = "sqlite:app.db", string? migrations = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseDatabase(configuration => new SqliteDatabase(new SqliteOptions
        {
            Path = Sqlite.Parse(configuration["Galley:Database"] ?? address).Path,
            Migrations = migrations is null ? Migrations.None : Migrations.OfProgram(migrations),
        }));
    }
}
