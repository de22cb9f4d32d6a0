// From a handler, and what its parameters want, to its operation.

using Galley.Generator.Endpoints;
using Galley.Generator.Json;
using Galley.Generator.Rules;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.OpenApi;

/// <summary>Reads one operation.</summary>
internal static class OperationReader
{
    public static Operation Read(IMethodSymbol handler, SyntaxNode syntax, IReadOnlyList<Wanted> wanted, SemanticModel model, JsonReader json, CancellationToken cancel)
    {
        Documentation said = DocumentationReader.Read(handler);
        Wanted? body = wanted.FirstOrDefault(w => w.Place == Place.Body);
        IEnumerable<OperationInput> inputs = wanted.Select(w => Input(w, said, syntax, model.Compilation)).OfType<OperationInput>();
        if (wanted.Any(w => w.Place == Place.WholeForm)) inputs = inputs.Append(new("", "form", false, "{}", null, Documentation.None) { IsFile = true });
        EquatableList<Outcome> outcomes = new(new OutcomeReader(model, json, said, cancel).Read(handler, syntax));
        // The parameters of a list are known to the program that runs; that they can be wrong is known here.
        if (handler.Parameters.Any(p => p.Type.Is("Galley", "ListQuery", 1)))
        {
            outcomes = new(outcomes.Concat(new[] { OutcomeReader.Refused(400, "Something in the request is missing or malformed."), OutcomeReader.Refused(422, "A value in the request breaks a rule.") }
                .Where(refused => outcomes.All(o => o.Status != refused.Status))));
        }
        // Parameters have been told; what is left of the comment is small.
        string name = handler.MethodKind is MethodKind.AnonymousFunction ? "" : handler.Name;
        return new(name, said with { Parameters = default, Responses = default }, new(inputs), body is null ? null : Body(body, said), outcomes);
    }

    public static TypeUse Use(ITypeSymbol type) => new(type.Code(), type.IsMaybeNull(), JsonNulls.Inside(type));

    private static OperationBody Body(Wanted body, Documentation said) => new(
        // A body that may be missing is not one that may be null.
        Use(body.Type) with { CanBeNull = false }, body.IsRequired, said.OfParameter(body.Symbol.Name)?.Text ?? "");

    // One line for each place.
    private static string? In(Place place) => place switch
    {
        Place.Route => "path",
        Place.Query => "query",
        Place.RouteOrQuery => "path-or-query",
        Place.Header => "header",
        Place.Cookie => "cookie",
        Place.Form => "form",
        Place.File => "form",
        _ => null,
    };

    private static OperationInput? Input(Wanted wanted, Documentation said, SyntaxNode syntax, Compilation compilation)
    {
        if (In(wanted.Place) is not { } place) return null;
        // OpenAPI says with other words what these hold, and ignores them as parameters.
        if (place == "header" && wanted.Name.ToLowerInvariant() is "accept" or "content-type" or "authorization") return null;
        Documentation about = wanted.Symbol is not IParameterSymbol ? DocumentationReader.Read(wanted.Symbol)
            : About(wanted.Symbol, said).OfParameter(wanted.Symbol.Name) is { } remark ? new(remark.Text, Example: remark.Example) : Documentation.None;
        string? missing = wanted.Symbol is IParameterSymbol { HasExplicitDefaultValue: true } parameter
            ? TextSchema.Default(wanted.Type, parameter.ExplicitDefaultValue) : null;
        bool isFile = wanted.Place == Place.File;
        EquatableList<Rule> rules = RuleReader.Read(wanted.WithRules, wanted.Type);
        if (wanted.Owner is { } owner) rules = new(rules.Concat(FluentReader.Read(owner, wanted.Symbol, wanted.Type, compilation)));
        return new(wanted.Name, place, wanted.IsRequired || place == "path", isFile ? File(wanted.Type) : TextSchema.Of(wanted.Type), missing,
            about with { Parameters = default, Responses = default })
        {
            Keywords = new(rules.SelectMany(r => r.Keywords)),
            HasRules = rules.Count > 0 || (wanted.Owner is { } whole && ObjectRules.Read(whole, syntax, []) is not null),
            Enum = TextSchema.EnumOf(wanted.Type) ?? "",
            IsFile = isFile,
        };
    }

    // A member of a record of parameters is documented where the record is.
    private static Documentation About(ISymbol parameter, Documentation said) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } made ? DocumentationReader.Read(made.ContainingType) : said;

    // 3.1: a part with any bytes has no schema but its media type. One per name, or several where the type is a sequence of them.
    private static string File(ITypeSymbol type) => type is IArrayTypeSymbol or INamedTypeSymbol { Arity: 1 }
        ? """{ "type": "array", "items": { "type": "string", "contentMediaType": "application/octet-stream" } }"""
        : """{ "type": "string", "contentMediaType": "application/octet-stream" }""";
}
