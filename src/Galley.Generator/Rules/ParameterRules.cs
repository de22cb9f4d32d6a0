// The rules of a handler's parameter: checked after it is read, and only when it could be.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Writes the checks of parameters into the binding of a handler.</summary>
internal static class ParameterRules
{
    /// <summary>The rules of a parameter as statements over its local.</summary>
    /// <param name="name">Its name on the wire, as errors say it.</param>
    public static ParameterCheck? Read(ISymbol symbol, ITypeSymbol type, string local, string name, SyntaxNode where, List<Finding> findings)
    {
        EquatableList<Rule> rules = RuleReader.Read(symbol, type, where, findings);
        bool isNullable = type.NullableOf() is not null;
        bool canBeNull = isNullable || type.IsMaybeNull();
        string value = isNullable ? local + ".Value" : local;
        List<string> checks = [.. rules.Where(r => r.Check != "").Select(r => Said(r.NeedsOwner ? r.Check.Replace("{0}", local) : r.Check, value))];
        List<string> whenNull = canBeNull ? [.. rules.Where(r => r.WhenNull != "" && !r.NeedsOwner).Select(r => Said(r.WhenNull, "null"))] : [];
        return checks.Count + whenNull.Count == 0 ? null
            : new(local, name, canBeNull, rules.Any(r => r.NeedsOwner), new(checks), new(whenNull), new(rules.Where(r => r.Part is not null)));
    }

    public static void Write(Source source, ParameterCheck check)
    {
        source.Open($"if (errors.IsRead({Symbols.Literal(check.Name)}))");
        if (check.CanBeNull && !check.IsForNull)
        {
            if (check.Checks.Count > 0)
            {
                source.Open($"if ({check.Local} is not null)");
                foreach (string line in check.Checks) source.Line(line);
                source.Close();
            }
            if (check.WhenNull.Count > 0)
            {
                source.Open(check.Checks.Count > 0 ? "else" : $"if ({check.Local} is null)");
                foreach (string line in check.WhenNull) source.Line(line);
                source.Close();
            }
        }
        else
        {
            foreach (string line in check.Checks) source.Line(line);
        }
        source.Line($"errors.Named({Symbols.Literal(check.Name)});").Close();
    }

    private static string Said(string statement, string value) => statement.Replace("{0}", value).Replace("{1}", "errors").Replace("{2}", "null");
}

/// <summary>What is checked of one parameter.</summary>
internal sealed record ParameterCheck(string Local, string Name, bool CanBeNull, bool IsForNull, EquatableList<string> Checks, EquatableList<string> WhenNull, EquatableList<Rule> WithParts);
