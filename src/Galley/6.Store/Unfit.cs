// A value that is not what a member wants. The row knows the column, the shape the member, the query its place in the source: the
// message is made where they meet, because each of them alone leaves the reader searching.

namespace Galley.Storing;

/// <summary>What was found in a column where something else was asked for.</summary>
/// <param name="Ordinal">The column.</param>
/// <param name="Column">Its name.</param>
/// <param name="Value">What it holds, fit for a message; null for NULL.</param>
/// <param name="Wanted">The type that was asked for, as C# spells it.</param>
internal sealed record Unfit(int Ordinal, string Column, string? Value, string Wanted)
{
    /// <summary>As far as the row knows.</summary>
    public StoreException Alone() => Exception(Value is null
        ? $"Column '{Column}' is NULL where a {Wanted} is read: make the member nullable, or the column NOT NULL"
        : $"Column '{Column}' holds {Value}, which is no {Wanted}");

    /// <summary>With the query, and what the column was read for: a member, or the whole value when that is null.</summary>
    public StoreException In(Sql sql, string? member, string type)
    {
        string what = member is null ? $"the query asks for {Wanted}" : $"member '{member}' of {type} is";
        return Exception((member, Value) switch
        {
            (null, null) => $"{sql.Prefix}column '{Column}' is NULL, and {what}, which is never null: ask for {Wanted}?, or make the column NOT NULL",
            (null, _) => $"{sql.Prefix}column '{Column}' holds {Value}, and {what}: ask for another type, or correct the value",
            (_, null) => $"{sql.Prefix}column '{Column}' is NULL, and {what} never null: make the member nullable, or the column NOT NULL",
            _ => $"{sql.Prefix}column '{Column}' holds {Value}, and {what} of type {Wanted}: change the type of the member, or correct the value",
        });
    }

    /// <summary>A type as C# spells it.</summary>
    public static string Spoken(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => type.Name,
        TypeCode.Boolean => "bool",
        TypeCode.Byte => "byte",
        TypeCode.Int16 => "short",
        TypeCode.Int32 => "int",
        TypeCode.Int64 => "long",
        TypeCode.Single => "float",
        TypeCode.Double => "double",
        TypeCode.Decimal => "decimal",
        TypeCode.String => "string",
        _ when type.IsSZArray => Spoken(type.GetElementType()!) + "[]",
        _ => Nullable.GetUnderlyingType(type) is { } value ? Spoken(value) + "?" : type.Name,
    };

    private StoreException Exception(string message) => new(StoreErrorKind.Misuse, message) { Column = Column, Unfit = this };
}
