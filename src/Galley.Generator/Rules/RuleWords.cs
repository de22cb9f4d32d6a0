// How rules are said: JSON Schema keywords, the message a program gave, constants in generated code.

using System.Globalization;
using Galley.Generator.OpenApi;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Spells keywords, messages and constants.</summary>
internal static class RuleWords
{
    public static EquatableList<Keyword> Keywords(params (string Name, string? Json)[] all) =>
        new(all.Where(k => k.Json is not null).Select(k => new Keyword(k.Name, k.Json!)));

    /// <summary>The lengths of a text, a collection or a dictionary as keywords; zero and int.MaxValue say nothing.</summary>
    public static EquatableList<Keyword> Lengths(string of, int least, int most) =>
        Keywords(("min" + of, least > 0 ? Number(least) : null), ("max" + of, most < int.MaxValue ? Number(most) : null));

    /// <summary>A number as JSON.</summary>
    public static string? Number(object? value) => value switch
    {
        double d when double.IsNaN(d) || double.IsInfinity(d) => null,
        double d => d.ToString("R", CultureInfo.InvariantCulture),
        float f when float.IsNaN(f) || float.IsInfinity(f) => null,
        float f => f.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A constant as JSON; null where it has none.</summary>
    public static string? Json(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => JsonTree.Text(text),
        char one => JsonTree.Text(one.ToString()),
        _ => Number(value),
    };

    /// <summary>The message of an attribute as the last argument of a check: empty, or with the values in place of <c>{0}</c>, <c>{1}</c>, ... as .NET puts them.</summary>
    public static string Message(this AttributeData attribute, ISymbol symbol, params object[] values)
    {
        if (attribute.Named("ErrorMessage") is not string message) return "";
        try
        {
            message = string.Format(CultureInfo.InvariantCulture, message, [DisplayName(symbol), .. values]);
        }
        catch (FormatException)
        {
            // It is shown as it is; .NET would throw when the rule is broken.
        }
        return ", message: " + Literal(message);
    }

    /// <summary>A text as a C# literal in a statement: its braces are no places for values.</summary>
    public static string Literal(string text) => Symbols.Literal(text).Replace("{", "\\u007b");

    /// <summary>What the program calls a member towards people.</summary>
    public static string DisplayName(ISymbol symbol) =>
        symbol.Attribute("System.ComponentModel.DataAnnotations", "DisplayAttribute")?.Named("Name") as string ?? symbol.Name;

    public static object? Named(this AttributeData attribute, string name) => attribute.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value;

    public static bool IsOn(this AttributeData attribute, string name) => attribute.Named(name) is true;

    /// <summary>An argument of an attribute as C#.</summary>
    public static string Code(TypedConstant constant)
    {
        if (constant.IsNull) return "null";
        if (constant.Kind == TypedConstantKind.Type) return $"typeof({((ITypeSymbol)constant.Value!).Code()})";
        if (constant.Kind != TypedConstantKind.Array) return Symbols.Constant(constant.Type!, constant.Value);
        return $"new {constant.Type!.Code()} {{ {string.Join(", ", constant.Values.Select(Code))} }}";
    }

    /// <summary>The attribute itself as C#.</summary>
    public static string Creation(this AttributeData attribute)
    {
        string named = string.Join(", ", attribute.NamedArguments.Select(a => $"{a.Key} = {Code(a.Value)}"));
        return $"new {attribute.AttributeClass!.Code()}({string.Join(", ", attribute.ConstructorArguments.Select(Code))})" + (named == "" ? "" : $" {{ {named} }}");
    }
}
