// The rules of a handler's parameter: checked after it is read, and only when it could be.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Writes the checks of parameters into the binding of a handler.</summary>
internal static class ParameterRules
{
    /// <summary>The rules of a parameter as statements over its local.</summary>
    /// <param name="name">Its name on the wire, as errors say it.</param>
    /// <param name="isKept">Whether the local is null where the request has none and the value is kept that a property has: then no rule is asked.</param>
    /// <param name="isMember">Whether it is a member of a record, which is asked itself for rules that need it.</param>
    public static ParameterCheck? Read(ISymbol symbol, ITypeSymbol type, string local, string name, SyntaxNode where, List<Finding> findings, bool isKept = false, bool isMember = false)
    {
        EquatableList<Rule> rules = RuleReader.Read(symbol, type, where, findings);
        if (isMember) rules = new(rules.Where(r => !r.NeedsOwner));
        bool isNullable = type.NullableOf() is not null || (isKept && type.IsValueType);
        bool canBeNull = isNullable || isKept || type.IsMaybeNull();
        string value = isNullable ? local + ".Value" : local;
        List<string> checks = [.. rules.Where(r => !r.NeedsOwner && r.Check != "").Select(r => Said(r.Check, value))];
        List<string> whenNull = canBeNull && !isKept ? [.. rules.Where(r => !r.NeedsOwner && r.WhenNull != "").Select(r => Said(r.WhenNull, "null"))] : [];
        List<string> always = [.. rules.Where(r => r.NeedsOwner).Select(r => Said(r.Check, isKept ? value : local))];
        if (isKept) (checks, always) = ([.. checks, .. always], []);
        if (!canBeNull) always.InsertRange(0, checks);
        if (canBeNull && checks.Count > 0) always.InsertRange(0, [$"if ({local} is not null)", "{", .. checks, "}"]);
        if (whenNull.Count > 0) always.InsertRange(0, [$"if ({local} is null)", "{", .. whenNull, "}"]);
        return always.Count == 0 ? null : new(name, new(always), new(rules.Where(r => r.Part is not null)));
    }

    public static void Write(Source source, ParameterCheck check)
    {
        source.Open($"if (errors.IsRead({Symbols.Literal(check.Name)}))");
        source.Lines(check.Lines).Line($"errors.Named({Symbols.Literal(check.Key ?? check.Name)});").Close();
    }

    private static string Said(string statement, string value) => statement.Replace("{0}", value).Replace("{1}", "errors").Replace("{2}", "null");
}

/// <summary>What is checked of one parameter: lines of C#, a brace alone in its line, and the rules that need parts.</summary>
internal sealed record ParameterCheck(string Name, EquatableList<string> Lines, EquatableList<Rule> WithParts)
{
    /// <summary>What errors are called until the record is checked that it is a member of; null where that is its name.</summary>
    public string? Key { get; init; }
}
