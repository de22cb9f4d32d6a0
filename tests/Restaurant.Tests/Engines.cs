// Where a restaurant keeps its data. The program is the same; an argument says which engine.

using Galley.PostgresTests;

namespace Restaurant.Tests;

/// <summary>A kind of database.</summary>
public abstract class Engine
{
    /// <summary>The arguments that name a database: always the same one of this object, empty at first.</summary>
    public abstract Task<string[]> DatabaseAsync();
}

/// <summary>A file in the folder where the program starts: what it does when nobody says anything.</summary>
public sealed class SqliteEngine : Engine
{
    public override Task<string[]> DatabaseAsync() => Task.FromResult<string[]>([]);
}

/// <summary>A database of the one PostgreSQL server of this run.</summary>
public sealed class PostgresEngine : Engine
{
    private string? _url;

    public override async Task<string[]> DatabaseAsync() => ["--database", await UrlAsync()];

    public async Task<string> UrlAsync() => _url ??= await PostgresServer.Running.CreateAsync();
}

/// <summary>One restaurant on SQLite for the tests of a class.</summary>
public sealed class OnSqlite() : Open(new SqliteEngine());

/// <summary>One restaurant on PostgreSQL for the tests of a class.</summary>
public sealed class OnPostgres : Open
{
    private readonly PostgresEngine _engine;

    public OnPostgres() : this(new PostgresEngine()) { }

    private OnPostgres(PostgresEngine engine) : base(engine) => _engine = engine;

    /// <summary>Its database, to look behind it.</summary>
    public Task<string> UrlAsync() => _engine.UrlAsync();
}
