// A value that is stored as JSON: a column of its own for what is read and written as a whole. Where parts of it are searched for, PostgreSQL has jsonb and
// SQLite has functions for JSON; the text is the same.

using System.Text.Json;

namespace Galley;

/// <summary>A value in a column as JSON: the member of a row (<c>record OrderRow(long Id, Json&lt;Address&gt; To)</c>), or what is in a hole
/// (<c>{Sql.Json(address)}</c>).</summary>
/// <param name="Value">The value.</param>
/// <typeparam name="T">A type whose JSON the generator sees, as for a body.</typeparam>
public readonly record struct Json<T>(T Value) : Storing.IJsonText
{
    /// <summary>A value as the JSON of itself.</summary>
    public static implicit operator Json<T>(T value) => new(value);

    /// <summary>The JSON.</summary>
    public override string ToString() => JsonSerializer.Serialize(Value, JsonTypes.For<T>());
}
