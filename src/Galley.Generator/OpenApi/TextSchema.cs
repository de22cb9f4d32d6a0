// The schema of a value that is one text in a URL, a field or a form, and of the values JSON knows without looking inside.

using Galley.Generator.Endpoints;
using Galley.Generator.Json;
using Galley.Generator.Rules;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.OpenApi;

/// <summary>Schemas of values.</summary>
internal static class TextSchema
{
    /// <summary>The schema of a parameter, as JSON.</summary>
    public static string Of(ITypeSymbol type) => JsonTree.Flat(Tree(type));

    /// <summary>A default value as JSON; null where there is no word for it.</summary>
    public static string? Default(ITypeSymbol type, object? value)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        if (value is null) return null;
        if (bare.TypeKind == TypeKind.Enum)
        {
            int at = IndexOf(bare, value);
            return at < 0 ? null : JsonTree.Text(Names(bare)[at]);
        }
        return RuleWords.Json(value);
    }

    /// <summary>Which member of an enum it is; -1 for none.</summary>
    public static int IndexOf(ITypeSymbol type, object? value) =>
        type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).ToList().FindIndex(f => Equals(f.ConstantValue, value));

    /// <summary>What JsonMetadataServices' converter of that name writes.</summary>
    public static Members OfConverter(string converter)
    {
        var schema = new Members();
        string name = converter.EndsWith("Converter", StringComparison.Ordinal) ? converter.Substring(0, converter.Length - 9) : converter;
        return name switch
        {
            "Boolean" => schema.WithText("type", "boolean"),
            "SByte" => Integer("int8"),
            "Byte" => Integer("uint8"),
            "Int16" or "Int32" or "Int64" or "UInt16" or "UInt32" or "UInt64" => Integer(name.ToLowerInvariant()),
            "Int128" or "UInt128" => schema.WithText("type", "integer"),
            "Single" => schema.WithText("type", "number").WithText("format", "float"),
            "Double" => schema.WithText("type", "number").WithText("format", "double"),
            "Decimal" => schema.WithText("type", "number").WithText("format", "decimal"),
            "Half" => schema.WithText("type", "number"),
            "Char" => schema.WithText("type", "string").With("minLength", "1").With("maxLength", "1"),
            "String" => schema.WithText("type", "string"),
            "Guid" => schema.WithText("type", "string").WithText("format", "uuid"),
            "DateTime" or "DateTimeOffset" => schema.WithText("type", "string").WithText("format", "date-time"),
            "DateOnly" => schema.WithText("type", "string").WithText("format", "date"),
            "TimeOnly" => schema.WithText("type", "string").WithText("format", "time-local"),
            "TimeSpan" => schema.WithText("type", "string").WithText("pattern", @"^-?(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?$"),
            "Uri" => schema.WithText("type", "string").WithText("format", "uri-reference"),
            "Version" => schema.WithText("type", "string").WithText("pattern", @"^\d+(\.\d+){1,3}$"),
            "ByteArray" or "MemoryByte" or "ReadOnlyMemoryByte" => schema.WithText("type", "string").WithText("contentEncoding", "base64"),
            "JsonObject" => schema.WithText("type", "object"),
            "JsonArray" => schema.WithText("type", "array").With("items", new Members()),
            _ => schema,
        };
    }

    private static Members Tree(ITypeSymbol type)
    {
        type = type.NullableOf() ?? type;
        if (type.Is("System", "TimeSpan")) return new Members().WithText("type", "string"); // more forms are read than written
        if (type.TypeKind == TypeKind.Enum) return new Members().WithText("type", "string").With("enum", JsonTree.Texts(Names(type)));
        if (JsonValues.Converter(type) is { } converter) return OfConverter(converter);
        if (TextType.ElementOf(type) is { } element) return new Members().WithText("type", "array").With("items", Tree(element));
        return new Members().WithText("type", "string");
    }

    /// <summary>The enum that a parameter names members of, in the words of JSON; null for other types.</summary>
    public static string? EnumOf(ITypeSymbol type)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        if (TextType.ElementOf(bare) is { } element) bare = element.NullableOf() ?? element;
        return bare.TypeKind == TypeKind.Enum && EnumNames.Read(bare, bare) is { Count: > 0 } json && Names(bare).Equals(json) ? bare.Code() : null;
    }

    // A parameter is read by the names of the members, without case: where JSON's names are the same that way, those, so that one word has one form.
    private static EquatableList<string> Names(ITypeSymbol type)
    {
        EquatableList<string> plain = EnumNames.Plain(type);
        EquatableList<string> json = EnumNames.Read(type, type);
        return json.Count == plain.Count && json.Zip(plain, (a, b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase)).All(same => same) ? json : plain;
    }

    private static Members Integer(string format)
    {
        Members schema = new Members().WithText("type", "integer").WithText("format", format);
        return format[0] == 'u' ? schema.With("minimum", "0") : schema;
    }
}
