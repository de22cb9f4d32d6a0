// A record that stands for several parameters: its members come from the query (and the route, where a name is in the pattern), or from a form.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints.Sources;

/// <summary>Reads the members of a record as if each were a parameter.</summary>
internal sealed class RecordSource(Reading reading, Compilation compilation, MarkedSource marked)
{
    /// <summary>How the record is made; null after a finding.</summary>
    /// <param name="asked">The parameter.</param>
    /// <param name="isForm">Whether members come from a form where nothing else is said.</param>
    public Parameter? Read(Asked asked, bool isForm)
    {
        var type = (INamedTypeSymbol)(asked.Type.NullableOf() ?? asked.Type);
        if (Json.JsonConstructors.Choose(type, compilation) is not { } constructor || !compilation.IsSymbolAccessibleWithin(constructor, compilation.Assembly))
            return reading.Refuse(asked, "its members would come from the request, and it has no single public constructor. Make it a record with one.");
        List<Asked> inConstructor = [.. constructor.Parameters.Select(p => Asked.Member(p, type, asked.At))];
        List<Asked> properties = [.. Settable(type, constructor).Select(p => Asked.Member(p, type, asked.At))];
        string local = reading.Local(asked.Name);
        List<Rules.RecordMember> members = [];
        foreach (Asked member in inConstructor.Concat(properties))
        {
            if (Member(asked, member, isForm) is not { } one) return null;
            members.Add(new(member, one, reading.Wanted[reading.Wanted.Count - 1].Spoken, Rules.RecordRules.JsonName(type, member.Symbol)));
        }
        Rules.RecordCheck? rules = reading.RulesOf(asked, type, members, local, isForm);
        // Rules about several members ask what is wrong with each, by the names that rules know.
        List<Parameter> read = [.. members.Select(m => rules is null || m.Read.Rules is not { } own ? m.Read
            : m.Read with { Rules = own with { Key = "/" + m.Json.Replace("~", "~0").Replace("/", "~1") } })];

        string arguments = string.Join(", ", read.Take(inConstructor.Count).Select(p => p.Local));
        List<(Asked Member, Parameter Read)> rest = [.. properties.Zip(read.Skip(inConstructor.Count), (member, one) => (member, one))];
        string initial = string.Join(", ", rest.Where(r => !r.Member.IsKept).Select(r => $"{Symbols.InCode(r.Member.Name)} = {r.Read.Local}"));
        List<string> making = [$"{(rules is null ? "var " : "")}{local} = new {type.Code()}({arguments}){(initial == "" ? "" : $" {{ {initial} }}")};"];
        foreach ((Asked member, Parameter one) in rest.Where(r => r.Member.IsKept))
        {
            string name = Symbols.InCode(member.Name);
            string given = reading.Local(one.Local.TrimStart('@') + "Given");
            bool canCopy = type.IsRecord || type.IsValueType;
            if (!canCopy && ((IPropertySymbol)member.Symbol).SetMethod!.IsInitOnly)
                return reading.Refuse(asked, $"its property '{member.Name}' keeps its value when the request has none, which init does not allow. Make the type a record, or write set.");
            making.Add($"if ({one.Local} is {{ }} {given}) {(canCopy ? $"{local} = {local} with {{ {name} = {given} }}" : $"{local}.{name} = {given}")};");
        }
        return new("", "", local, false) { Members = new(read), Making = new(making), Record = rules };
    }

    private Parameter? Member(Asked owner, Asked member, bool isForm)
    {
        string local = owner.Name + char.ToUpperInvariant(member.Name[0]) + member.Name.Substring(1);
        if (member.Type.WhyHidden(member.At, "binding") is not null || member.Type.TypeKind == TypeKind.Error) return NoText(owner, member, isForm);
        if (MarkedSource.Of(member) is { } mark) return marked.Read(member, mark, local, owner);
        if (isForm) return marked.FromForm(member, member.WireName, local) ?? NoText(owner, member, isForm);
        (Place place, string name) = reading.RouteOrQuery(member);
        return TextSource.Read(reading, member, place, name, local) ?? NoText(owner, member, isForm);
    }

    private Parameter? NoText(Asked owner, Asked member, bool isForm)
    {
        string fix = $"its member '{member.Name}' of type {member.Type.Spoken()} is no text. Take a type that parses one (ISpanParsable), or an array of those";
        return !isForm && reading.HasNoBody && MarkedSource.Of(owner) is null
            ? reading.Refuse(Descriptors.BodyWithoutMeaning, owner, owner.Name, reading.Verb, $"so a record is read from the query, and {fix}; or mark the record [Body] or [Service].")
            : reading.Refuse(owner, $"{fix}{(isForm ? ", or a FormFile" : "")}.");
    }

    private static IEnumerable<IPropertySymbol> Settable(INamedTypeSymbol type, IMethodSymbol constructor)
    {
        var names = new HashSet<string>(constructor.Parameters.Select(p => p.Name), StringComparer.OrdinalIgnoreCase);
        for (INamedTypeSymbol? t = type; t is not null && t.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); t = t.BaseType)
        {
            foreach (IPropertySymbol property in t.GetMembers().OfType<IPropertySymbol>())
            {
                if (property is { IsStatic: false, IsIndexer: false, SetMethod.DeclaredAccessibility: Accessibility.Public, DeclaredAccessibility: Accessibility.Public } &&
                    Json.JsonAttributes.IgnoreOf(property) != "Always" && names.Add(property.Name))
                    yield return property;
            }
        }
    }
}
