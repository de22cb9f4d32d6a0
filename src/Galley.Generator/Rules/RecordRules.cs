// The rules of a record whose members are parameters, beyond those of each member: what it declares, what it says of itself, what its members owe to
// each other. The object does not come from JSON, so nothing is registered for it: its checks stand in the binding of the handler.

using Galley.Generator.Endpoints;
using Galley.Generator.Endpoints.Sources;
using Galley.Generator.Json;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Reads and writes them.</summary>
internal static class RecordRules
{
    /// <summary>The rules of a record; null when there are none.</summary>
    /// <param name="members">Its members as they are read.</param>
    /// <param name="local">The local that holds it.</param>
    /// <param name="isForm">Whether it is a form.</param>
    public static RecordCheck? Read(Reading reading, INamedTypeSymbol type, IReadOnlyList<RecordMember> members, string local, bool isForm, SyntaxNode where, List<Finding> findings)
    {
        ObjectRules? whole = ObjectRules.Read(type, where, findings);
        List<(RecordMember Member, Rule Rule)> owned = [.. members.SelectMany(m => RuleReader.Read(m.Asked.WithRules, m.Asked.Type).Where(r => r.NeedsOwner).Select(r => (m, r)))];
        if (whole is null && owned.Count == 0) return null;

        string bare = local.TrimStart('@');
        string known = reading.Local(bare + "Known");
        string names = reading.Local(bare + "Names");
        List<string> checks = [];
        foreach ((RecordMember member, Rule rule) in owned)
        {
            string before = reading.Local("before");
            string value = member.Asked.IsKept ? $"{local}.{Symbols.InCode(member.Asked.Name)}" : member.Local;
            checks.Add($"int {before} = errors.Count;");
            checks.Add(Said(members.Aggregate(rule.Check, (check, m) => check.Replace($"\"{{{m.Asked.Name}}}\"", Symbols.Literal(m.Wire))), value, local));
            checks.Add($"errors.At({Symbols.Literal(member.Json)}, {before});");
        }
        List<string> declaring = [.. whole?.Declaring ?? default];
        checks.AddRange(declaring.Select(d => $"Declared<{d}>.Check({local}, {known}, ref errors);"));
        if (whole?.Own is { Count: > 0 } own) checks.AddRange([$"if (errors.IsFine({known}))", "{", .. own.Select(r => Said(r.Check, local, local)), "}"]);
        if (whole is { IsValidatable: true }) checks.Add($"Check.Itself({local}, {known}, {names}, ref errors);");

        IEnumerable<string> alone = members.SelectMany(m => declaring.Select(d =>
            $"if ({(m.Read.IsOfForm ? "read.Problem is null && " : "")}errors.IsRead({known}, {Symbols.Literal(m.Wire)})) Declared<{d}>.CheckMember({Symbols.Literal(m.Json)}, {m.Local}, ref errors);"));
        List<string> renamed = [.. members.Where(m => m.Wire != m.Json).Select(m => $"{Symbols.Literal(m.Json)} => {Symbols.Literal(m.Wire)}").Distinct()];
        string wire = renamed.Count == 0 ? "" : $", static member => member switch {{ {string.Join(", ", renamed)}, _ => member }}";
        return new(type.Code(), local, known, members.Any(m => m.Read.IsOfForm), new(checks), new(alone),
            $"errors.AsParameters({known}, \"{(isForm ? "form" : "query")}\"{wire});", new(declaring), names,
            whole is { IsValidatable: false, Declaring.Count: 0 } or null ? default : Names(type, members), new((whole?.Own ?? default).Concat(owned.Select(o => o.Rule)).Where(r => r.Part is not null)));
    }

    /// <summary>Writes what follows the reading of its members.</summary>
    public static void Write(Source source, RecordCheck check, EquatableList<string> making)
    {
        source.Line($"{check.Type} {check.Local} = default!;");
        source.Open($"if ({(check.IsOfForm ? "read.Problem is null && " : "")}errors.AreRead({check.Known}))");
        foreach (string line in making) source.Line(line);
        source.Lines(check.Checks).Close();
        if (check.Alone.Count > 0) source.Open("else").Lines(check.Alone).Close();
        source.Line(check.Naming);
    }

    /// <summary>Writes what its declared rules need to know before the first of them is asked.</summary>
    public static void Declare(Source source, RecordCheck check)
    {
        foreach (string declaring in check.Declaring) source.Line($"Declared<{declaring}>.Name({check.NamesLocal});");
    }

    /// <summary>Writes the names of its members as a local function.</summary>
    public static void WriteNames(Source source, RecordCheck check)
    {
        if (check.Names.Count == 0) return;
        source.Line().Line($"static string? {check.NamesLocal}(string member) => member switch").Line("{").In();
        foreach (string line in check.Names) source.Line(line);
        source.Line("_ => null,").Out().Line("};");
    }

    /// <summary>The name of a member in rules: the one that JSON would have, as everywhere in them.</summary>
    public static string JsonName(INamedTypeSymbol type, ISymbol member) =>
        (member is IParameterSymbol ? Properties(type).FirstOrDefault(p => string.Equals(p.Name, member.Name, StringComparison.OrdinalIgnoreCase)) ?? member : member) is var named &&
        JsonAttributes.NameOf(named) is { } given ? given : NamingPolicies.CamelCase(named.Name);

    private static EquatableList<string> Names(INamedTypeSymbol type, IReadOnlyList<RecordMember> members)
    {
        // What rules may name: also members that no request can set.
        List<(string Name, string Json)> all = [.. Properties(type).Select(p => (p.Name, JsonName(type, p))).Concat(members.Select(m => (m.Asked.Name, m.Json))).Distinct()];
        HashSet<string> taken = [.. all.Select(m => m.Json)];
        List<string> lines = [];
        foreach (string json in taken.ToList())
        {
            IEnumerable<string> spelled = all.Where(m => m.Json == json && taken.Add(m.Name)).Select(m => m.Name).ToList();
            lines.Add($"{string.Join(" or ", spelled.Append(json).Select(Symbols.Literal))} => {Symbols.Literal(json)},");
        }
        return new(lines);
    }

    private static IEnumerable<IPropertySymbol> Properties(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is not null && t.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); t = t.BaseType)
        {
            foreach (IPropertySymbol property in t.GetMembers().OfType<IPropertySymbol>())
            {
                if (property is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public, GetMethod: not null }) yield return property;
            }
        }
    }

    private static string Said(string statement, string value, string owner) => statement.Replace("{0}", value).Replace("{1}", "errors").Replace("{2}", owner);
}

/// <summary>A member of a record of parameters.</summary>
/// <param name="Wire">Its name in the request, as errors say it.</param>
/// <param name="Json">Its name in rules.</param>
internal sealed record RecordMember(Asked Asked, Parameter Read, string Wire, string Json)
{
    public string Local => Read.Local;
}

/// <summary>What is checked of a record of parameters.</summary>
/// <param name="Known">The local that says how many errors there were before its members.</param>
/// <param name="IsOfForm">Whether members are fields of a form, which may be one that could not be read.</param>
/// <param name="Checks">Lines of C# for a record that could be made, a brace alone in its line.</param>
/// <param name="Alone">Lines for the members of one that could not.</param>
/// <param name="Naming">The line that gives errors the names of the request.</param>
/// <param name="Declaring">The types whose IHasRules apply; their rules may ask somebody else.</param>
internal sealed record RecordCheck(string Type, string Local, string Known, bool IsOfForm, EquatableList<string> Checks, EquatableList<string> Alone, string Naming,
    EquatableList<string> Declaring, string NamesLocal, EquatableList<string> Names, EquatableList<Rule> WithParts);
