// The parameters in a pattern like /users/{id:int}/files/{*path}, as far as binding needs them. Stage 2 checks the pattern itself.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints;

/// <summary>The names and constraints in a constant pattern.</summary>
internal sealed class RoutePattern(string pattern)
{
    private readonly List<(string Name, string? Constraint)> _parameters = [.. Read(pattern)];

    /// <summary>The name as the pattern spells it; names compare without case, as C# parameters are camelCase and URLs need not be.</summary>
    public string? Find(string name) => _parameters.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).Name;

    /// <summary>The constraint that no value of the type fulfils; null when there is none.</summary>
    public string? Contradiction(string name, ITypeSymbol type)
    {
        string? constraint = _parameters.FirstOrDefault(p => p.Name == name).Constraint;
        string wanted = constraint?.Split('(')[0] switch
        {
            "int" or "long" or "min" or "max" or "range" => "number",
            "decimal" or "double" or "float" => "fraction",
            "guid" or "uuid" => "guid",
            "bool" => "bool",
            "datetime" or "date" => "date",
            _ => "",
        };
        string given = KindOf(type);
        bool fits = wanted == "" || given == "" || wanted == given || (wanted == "number" && given == "fraction");
        return fits ? null : constraint;
    }

    private static string KindOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Boolean => "bool",
        SpecialType.System_DateTime => "date",
        SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal => "fraction",
        >= SpecialType.System_SByte and <= SpecialType.System_UInt64 => "number",
        _ when type.Is("System", "Guid") => "guid",
        _ when type.Is("System", "DateOnly") || type.Is("System", "DateTimeOffset") => "date",
        _ => "",
    };

    private static IEnumerable<(string, string?)> Read(string pattern)
    {
        for (int open = pattern.IndexOf('{'); open >= 0; open = pattern.IndexOf('{', open + 1))
        {
            int close = pattern.IndexOf('}', open);
            if (close < 0) yield break;
            string inside = pattern.Substring(open + 1, close - open - 1).TrimStart('*');
            int end = inside.IndexOfAny([':', '=', '?']);
            if (end < 0) yield return (inside, null);
            else yield return (inside.Substring(0, end), inside[end] == ':' ? inside.Substring(end + 1).TrimEnd('?') : null);
        }
    }
}
