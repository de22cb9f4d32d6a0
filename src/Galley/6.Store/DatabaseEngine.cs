// An engine by the addresses it takes, so that the setting Galley:Database chooses: a program names the engines it carries, and only those are linked.

using Galley.Storing;

namespace Galley;

/// <summary>An engine that a program may choose by the address of its database.</summary>
/// <param name="Takes">Whether an address is meant for it.</param>
/// <param name="Example">An address as it takes them, for messages.</param>
/// <param name="Open">Makes the database of an address, with its migrations; may throw <see cref="StartException"/>.</param>
public sealed record DatabaseEngine(Func<string, bool> Takes, string Example, Func<string, Migrations, Database> Open)
{
    /// <summary>Connects to an address in order to change its schema: for tools. Null when the engine has no migrations.</summary>
    public Func<string, CancellationToken, ValueTask<SchemaSession>>? OpenSchema { get; init; }

    /// <summary>The same for who only looks: nothing is made or changed by connecting. Null where <see cref="OpenSchema"/> does neither.</summary>
    public Func<string, CancellationToken, ValueTask<SchemaSession>>? OpenSchemaToLook { get; init; }
}

/// <summary>Gives a backend the database that its settings name.</summary>
public static class BackendDatabase
{
    /// <summary>Opens the database that <c>Galley:Database</c> (<c>--database</c>) names, or <paramref name="address"/>, with the engine that takes such an
    /// address: <c>app.UseDatabase("sqlite:app.db", "migrations", Sqlite.Engine, Postgres.Engine)</c>.</summary>
    /// <param name="app">The backend.</param>
    /// <param name="address">Where the data is when no setting says so.</param>
    /// <param name="migrations">A folder of <c>NNNN_name.sql</c> files, read as <see cref="Migrations.OfProgram"/> does; null for none.</param>
    /// <param name="engines">The engines to choose from.</param>
    public static void UseDatabase(this Backend app, string address, string? migrations, params DatabaseEngine[] engines)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseDatabase(configuration =>
        {
            string chosen = configuration["Galley:Database"] ?? address;
            DatabaseEngine engine = Array.Find(engines, engine => engine.Takes(chosen)) ?? throw new StartException(
                $"The setting Galley:Database {BeginningOf(chosen)}, which no engine of this program takes",
                $"write it like {string.Join(" or ", engines.Select(static engine => engine.Example))}");
            return engine.Open(chosen, migrations is null ? Migrations.None : Migrations.OfProgram(migrations));
        });
    }

    // No more than the scheme: the rest may hold a password, and so may all of what is no URL, such as Host=...;Password=...
    internal static string BeginningOf(string address)
    {
        int colon = address.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && address.AsSpan(0, colon).IndexOfAnyExceptInRange('A', 'z') < 0 ? $"begins with '{address[..colon]}'" : "is no URL";
    }
}
