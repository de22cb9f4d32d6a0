// An engine as the contracts see it: how an empty database comes to be, and the few words of SQL that engines spell differently. The contracts are source
// that the test project of each engine compiles, not a library: the generator has to see their queries there, and src/Galley.Testing, which is a package,
// knows no test framework.

namespace Galley.Contracts;

public sealed record User(int Id, string Email, int? Age);

public sealed record Moment(long Id, DateTimeOffset CreatedAt);

public abstract class Dialect : IDisposable
{
    /// <summary>An open, empty database with the given migrations applied; disposing it removes it.</summary>
    public abstract ValueTask<Database> OpenAsync(Migrations migrations);

    /// <summary>The type of a key that the engine counts up.</summary>
    public virtual string Key => "INTEGER PRIMARY KEY";

    /// <summary>One byte, zero, as a literal.</summary>
    public virtual string Bytes => "x'00'";

    /// <summary>What a message calls bytes.</summary>
    public virtual string BytesInWords => "a BLOB";

    /// <summary>What a message about a table that is not there begins with, after the place.</summary>
    public virtual string NoTable => "SQLite: no such table: nowhere";

    /// <summary>The types of columns for an id, an instant, a decimal, JSON, bytes and an enum.</summary>
    public virtual (string Id, string Instant, string Decimal, string Json, string Bytes, string Course) Types => ("TEXT", "TEXT", "TEXT", "TEXT", "BLOB", "TEXT");

    /// <summary>A statement whose types are written for SQLite where they are in braces: <c>{id}</c>, <c>{int[]}</c>.</summary>
    public virtual string Spell(string sql)
    {
        (string id, string instant, string number, string json, string bytes, string course) = Types;
        bool isSqlite = number == "TEXT";
        sql = sql.Replace("{id}", id).Replace("{instant}", instant).Replace("{decimal}", number).Replace("{json}", json).Replace("{bytes}", bytes).Replace("{course}", course)
            .Replace("{double}", isSqlite ? "REAL" : "double precision").Replace("{long}", isSqlite ? "INTEGER" : "bigint")
            .Replace("{time}", isSqlite ? "TEXT" : "time").Replace("{date}", isSqlite ? "TEXT" : "date").Replace("{bool}", isSqlite ? "INTEGER" : "boolean");
        foreach ((string name, string type) in (ReadOnlySpan<(string, string)>)[("text", "text"), ("int", "integer"), ("long", "bigint"), ("id", id), ("course", course)])
            sql = sql.Replace($"{{{name}[]}}", isSqlite ? "TEXT" : type + "[]");
        return sql;
    }

    /// <summary>What has to be there for them.</summary>
    public virtual string Preparation => "";

    /// <summary>A query that takes far longer than a test.</summary>
    public virtual Sql Endless => Sql.Of($"WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n");

    /// <summary>Removes what is left of its databases.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>What every contract has: a dialect that goes with it.</summary>
public abstract class Contract(Dialect dialect) : IDisposable
{
    protected Dialect Dialect => dialect;

    public void Dispose()
    {
        dialect.Dispose();
        GC.SuppressFinalize(this);
    }
}
