// Which answers a handler gives: what its type says, what its body makes of Response and Problem, what an attribute and its documentation add.

using Galley.Generator.Json;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.OpenApi;

/// <summary>Reads the answers of one handler.</summary>
internal sealed class OutcomeReader(SemanticModel model, JsonReader json, Documentation said, CancellationToken cancel)
{
    private readonly List<Outcome> _found = [];

    /// <summary>The answers, in the order of their statuses, described.</summary>
    public IEnumerable<Outcome> Read(IMethodSymbol handler, SyntaxNode syntax)
    {
        ITypeSymbol result = Unwrapped(handler.ReturnType);
        bool isOpen = Declared(result);
        foreach (AttributeData attribute in handler.GetAttributes().Where(a => a.AttributeClass.Is("Galley", "AnswersAttribute"))) Attributed(attribute);
        var body = new OutcomeSearch(model, cancel);
        _found.AddRange(body.In(handler, syntax));
        foreach (Remark remark in said.Responses.Where(r => int.TryParse(r.Name, out int status) && _found.All(f => f.Status != status)))
            _found.Add(int.Parse(remark.Name) >= 400 ? Refused(int.Parse(remark.Name), "") : new(int.Parse(remark.Name), "", null, ""));
        // Who lists the refusals in the comment has said what a status that is not constant can be.
        if (said.Responses.Any(r => int.TryParse(r.Name, out int status) && status >= 400)) _found.RemoveAll(f => f.Status == 0 && f.MediaType == Outcome.Problem);
        // A handler that makes its answers where nobody looks still makes some.
        if (isOpen && !_found.Any(f => f.Status is >= 200 and < 400)) _found.Add(new(0, "", null, "Whatever the handler decides."));
        return _found.GroupBy(f => (f.Status, f.MediaType, f.Type, f.IsSequence)).Select(Merged)
            .OrderBy(f => f.Status == 0 ? int.MaxValue : f.Status).ThenBy(f => f.MediaType, StringComparer.Ordinal);
    }

    /// <summary>A problem document.</summary>
    public static Outcome Refused(int status, string description) => new(status, Outcome.Problem, null, description);

    /// <summary>The result inside of a task.</summary>
    public static ITypeSymbol Unwrapped(ITypeSymbol type) =>
        type.Is("System.Threading.Tasks", "Task", 1) || type.Is("System.Threading.Tasks", "ValueTask", 1) ? ((INamedTypeSymbol)type).TypeArguments[0] : type;

    // True where the type does not say which answers there are.
    private bool Declared(ITypeSymbol result)
    {
        ITypeSymbol bare = result.NullableOf() ?? result;
        if (result.IsMaybeNull()) _found.Add(Refused(404, ""));
        if (bare.SpecialType == SpecialType.System_Void || bare.Is("System.Threading.Tasks", "Task") || bare.Is("System.Threading.Tasks", "ValueTask"))
        {
            _found.Add(new(204, "", null, ""));
            return false;
        }
        if (bare.SpecialType == SpecialType.System_String) return Add(new(200, "text/plain", null, ""));
        if (bare.Is("Galley", "Response")) return true;
        if (bare.Is("Galley", "Problem")) return false;
        if (new[] { bare as INamedTypeSymbol }.Concat(bare.AllInterfaces).FirstOrDefault(t => t.Is("System.Collections.Generic", "IAsyncEnumerable", 1)) is { } sequence)
        {
            if (sequence.TypeArguments[0].Is("Galley", "ServerSentEvent")) return Add(new(200, "text/event-stream", null, ""));
            TypeUse each = OperationReader.Use(sequence.TypeArguments[0]);
            Add(new(200, Outcome.Lines, each, "") { IsSequence = true });
            return Add(new(200, Outcome.Json, each, "") { IsSequence = true });
        }
        ITypeSymbol value = bare.Is("Galley", "Response", 1) ? ((INamedTypeSymbol)bare).TypeArguments[0] : result;
        if (value.SpecialType == SpecialType.System_String) return Add(new(200, "text/plain", null, ""));
        return Add(new(200, Outcome.Json, OperationReader.Use(value) with { CanBeNull = false }, ""));
    }

    private bool Add(Outcome outcome)
    {
        _found.Add(outcome);
        return false;
    }

    private void Attributed(AttributeData attribute)
    {
        if (attribute.ConstructorArguments.FirstOrDefault().Value is not int status) return;
        ITypeSymbol? type = attribute.ConstructorArguments.Select(a => a.Value).OfType<ITypeSymbol>().FirstOrDefault();
        string description = attribute.ConstructorArguments.Select(a => a.Value).OfType<string>().FirstOrDefault() ?? "";
        string? media = attribute.NamedArguments.FirstOrDefault(n => n.Key == "MediaType").Value.Value as string;
        if (type is null || type.Is("Galley", "Problem"))
        {
            bool isProblem = type is not null || (media is null && status >= 400);
            _found.Add(new(status, media ?? (isProblem ? Outcome.Problem : ""), null, description));
            return;
        }
        if (type.SpecialType == SpecialType.System_String)
        {
            _found.Add(new(status, media ?? "text/plain", null, description));
            return;
        }
        json.Describe(type, isRead: false);
        _found.Add(new(status, media ?? Outcome.Json, OperationReader.Use(type), description));
    }

    // Several places may give the same answer for several reasons; the documentation has the last word.
    private Outcome Merged(IEnumerable<Outcome> same)
    {
        Outcome first = same.First();
        string status = first.Status == 0 ? "default" : first.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string found = string.Join(" ", same.Select(s => s.Description).Where(d => d != "").Distinct());
        string described = said.OfResponse(status) ?? (first.Status is >= 200 and < 300 && said.Returns != "" ? said.Returns : found);
        return first with { Description = described, HasLocation = same.Any(s => s.HasLocation), HasTag = same.Any(s => s.HasTag) };
    }
}
