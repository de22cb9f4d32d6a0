// One step of the schema: a number, a name and plain SQL, for every engine or for one. Its SHA-256 is stored when it is applied, so a later edit is seen.

using Galley.Storing;

namespace Galley;

/// <summary>One step of the schema.</summary>
public sealed class Migration
{
    internal Migration(int version, string stem, string? engine, string name, string sql, string place)
    {
        Version = version;
        Stem = stem;
        Engine = engine;
        Name = name;
        Sql = sql;
        Place = place;
        Terms = MigrationTerms.Read(sql, place);
        // Line endings are not content: a checkout on Windows must not look like an edit.
        Sha256 = Fingerprint.Of(sql.ReplaceLineEndings("\n"));
    }

    /// <summary>Its number: 1 for <c>0001_users.sql</c>.</summary>
    public int Version { get; }

    /// <summary>Its file name, for example <c>0001_users.sql</c>.</summary>
    public string Name { get; }

    /// <summary>The engine it is for: <c>sqlite</c> for <c>0001_users.sqlite.sql</c>; null for every engine that has none of its own.</summary>
    public string? Engine { get; }

    /// <summary>Its statements.</summary>
    public string Sql { get; }

    /// <summary>SHA-256 of the text with line feeds, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>Where it was read from, for messages: a path, or the name.</summary>
    public string Place { get; }

    /// <summary>What the head of its file asks for.</summary>
    public MigrationTerms Terms { get; }

    /// <summary>What variants of one step have in common: <c>0001_users</c>.</summary>
    internal string Stem { get; }
}
