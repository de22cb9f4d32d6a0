// From the parameters of a handler to the expressions that bind them: attribute first, then type, then name.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints;

/// <summary>Binds the parameters of one handler.</summary>
/// <param name="verb">The method, in any case; Map where it is not known.</param>
/// <param name="pattern">The pattern; null when it is not constant.</param>
/// <param name="isWhole">Whether the pattern is all of it: a group's prefix may hold more parameters.</param>
internal sealed class ParameterReader(string verb, RoutePattern? pattern, bool isWhole, SyntaxNode where, List<Finding> findings)
{
    // What the generated method calls its own locals.
    private static readonly HashSet<string> s_taken =
        ["request", "errors", "typed", "routes", "pattern", "handler", "method", "read", "reading", "problem", "Handle", "Bound", "Later"];

    private readonly List<Wanted> _wanted = [];
    private string? _body;

    /// <summary>What the parameters so far want of the request, in their order.</summary>
    public IReadOnlyList<Wanted> Wanted => _wanted;

    public Body? Body { get; private set; }

    public ITypeSymbol? BodyType { get; private set; }

    public Parameter? Read(IParameterSymbol parameter)
    {
        SyntaxNode at = parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } own && own.SyntaxTree == where.SyntaxTree ? own : where;
        // The compiler reports what does not exist.
        if (parameter.Type.Parts().Any(part => part.TypeKind == TypeKind.Error)) return null;
        if (parameter.RefKind != RefKind.None)
        {
            findings.Add(Finding.At(Descriptors.ByReference, at, parameter.Name, parameter.RefKind.ToString().ToLowerInvariant()));
            return null;
        }
        if (parameter.Type.WhyHidden(at, "binding") is { } hidden)
        {
            findings.Add(hidden);
            return null;
        }
        bool isMarked = parameter.GetAttributes().Any(a => a.AttributeClass is { } c &&
            c.Name is "BodyAttribute" or "ServiceAttribute" or "QueryAttribute" or "HeaderAttribute" && c.ContainingNamespace?.ToDisplayString() == "Galley");
        return isMarked ? Marked(parameter, at) : Known(parameter.Type) ?? ByType(parameter, at);
    }

    private Parameter? Marked(IParameterSymbol parameter, SyntaxNode at)
    {
        if (parameter.Attribute("Galley", "BodyAttribute") is not null) return TakeBody(parameter, at, isAsked: true);
        if (parameter.Attribute("Galley", "ServiceAttribute") is not null)
            return parameter.Type.IsReferenceType ? Service(parameter.Type) : Refuse(parameter, at, "a service is a class or an interface.");
        if (parameter.Attribute("Galley", "QueryAttribute") is { } query)
        {
            return FromText(parameter, Place.Query, NameIn(query) ?? parameter.Name)
                ?? Refuse(parameter, at, "a query holds texts. Take a type that parses one, or an array of those.");
        }
        if (parameter.Attribute("Galley", "HeaderAttribute") is { } header)
        {
            return FromText(parameter, Place.Header, NameIn(header) ?? parameter.Name)
                ?? Refuse(parameter, at, "a header field is a text. Take a type that parses one.");
        }
        return null;
    }

    private static Parameter? Known(ITypeSymbol type) =>
        type.Is("Galley", "Request") ? Plain("request")
        : type.Is("System.Threading", "CancellationToken") ? Plain("request.Aborted")
        : type.Is("Galley", "RequestBody") ? Plain("request.Body")
        : type.Is("System", "IServiceProvider") ? Plain("request.Services")
        : null;

    private Parameter? ByType(IParameterSymbol parameter, SyntaxNode at)
    {
        ITypeSymbol type = parameter.Type;
        if (parameter.Name == "_" && TextType.Reader(type.NullableOf() ?? type) is not null)
            return Refuse(parameter, at, "a discard has no name to look for. Name it, or leave it out.");
        string? inRoute = pattern?.Find(parameter.Name);
        if (inRoute is not null)
        {
            if (pattern!.Contradiction(inRoute, type.NullableOf() ?? type) is { } constraint)
                findings.Add(Finding.At(Descriptors.ConstraintMismatch, at, inRoute, constraint, type.Spoken()));
            return FromText(parameter, Place.Route, inRoute)
                ?? Refuse(parameter, at, "a route value is a text. Take a type that parses one (ISpanParsable, IUtf8SpanParsable).");
        }
        if (FromText(parameter, pattern is not null && isWhole ? Place.Query : Place.RouteOrQuery, parameter.Name) is { } text) return text;
        if (TextType.IsData(type)) return TakeBody(parameter, at, isAsked: false);
        if (type.TypeKind is TypeKind.Interface || (type.TypeKind == TypeKind.Class && !type.IsAnonymousType && type.SpecialType == SpecialType.None))
            return Service(type);
        return Refuse(parameter, at, type.TypeKind == TypeKind.Struct && !type.IsRefLikeType
            ? "it is neither a record nor does it parse a text. Make it a record, implement IUtf8SpanParsable or mark it [Body]."
            : "take the Request and read what you need from it.");
    }

    private Parameter? TakeBody(IParameterSymbol parameter, SyntaxNode at, bool isAsked)
    {
        if (!isAsked && verb.ToUpperInvariant() is "GET" or "HEAD" or "DELETE" or "OPTIONS" or "TRACE")
        {
            findings.Add(Finding.At(Descriptors.BodyWithoutMeaning, at, parameter.Name, verb.ToUpperInvariant()));
            return null;
        }
        if (_body is not null)
        {
            findings.Add(Finding.At(Descriptors.TwoBodies, at, _body, parameter.Name));
            return null;
        }
        _body = parameter.Name;
        BodyType = parameter.Type;
        bool isOptional = parameter.Type.IsMaybeNull() || parameter.HasExplicitDefaultValue;
        Body = new(parameter.Type.Code(), isOptional, Json.JsonNulls.Inside(parameter.Type))
        {
            Rules = Rules.ParameterRules.Read(parameter, parameter.Type, parameter.Type.IsReferenceType && !isOptional ? "read.Value!" : "read.Value", "body", where, findings),
        };
        _wanted.Add(new(parameter, parameter.Type, Place.Body, parameter.Name, !isOptional));
        return Plain(parameter.Type.IsReferenceType && !isOptional ? "read.Value!" : "read.Value");
    }

    private static Parameter Service(ITypeSymbol type) => type.NullableAnnotation == NullableAnnotation.Annotated
        ? Plain($"({type.Code()}?)request.Services.GetService(typeof({type.Code()}))")
        : Plain($"Inputs.Service<{type.Code()}>(request)");

    private Parameter? FromText(IParameterSymbol parameter, Place place, string name)
    {
        ITypeSymbol type = parameter.Type;
        string key = Symbols.Literal(place == Place.Header ? name.ToLowerInvariant() : name) + "u8";
        if (TextType.Reader(type.NullableOf() ?? type) is { } reader)
        {
            string value = (type.NullableOf() ?? type).Code();
            string input = $"Input.{place}(request, {key})";
            string read = parameter.HasExplicitDefaultValue && parameter.ExplicitDefaultValue is { } missing
                ? $".Or<{value}, {reader}>({Symbols.Constant(type, missing)}, ref errors)"
                : type.NullableOf() is not null ? $".Optional<{value}, {reader}>(ref errors)"
                : parameter.HasExplicitDefaultValue || type.IsMaybeNull()
                ? $".Or<{value}, {reader}>({(type.IsReferenceType ? "null!" : $"default({value})")}, ref errors)"
                : $".Required<{value}, {reader}>(ref errors)";
            _wanted.Add(new(parameter, type, place, name, read.StartsWith(".Required", StringComparison.Ordinal)));
            return new(LocalOf(parameter), type.Annotated(), input + read, true) { Rules = RulesOf(parameter, place, name) };
        }
        if (TextType.ElementOf(type) is { } element && TextType.Reader(element) is { } each && place != Place.Route)
        {
            string value = element.Code();
            string read = $"Inputs.{(place == Place.Header ? "Header" : "Query")}<{value}, {each}>(request, {key}, ref errors)";
            string empty = type.IsMaybeNull() || (parameter.HasExplicitDefaultValue && parameter.ExplicitDefaultValue is null) ? "" : $" ?? []";
            bool isList = type.Is("System.Collections.Generic", "List", 1);
            string all = isList && empty == "" ? $"{read} is {{ }} values ? [.. values] : null" : isList ? $"[.. {read}{empty}]" : read + empty;
            _wanted.Add(new(parameter, type, place, name, IsRequired: false));
            return new(LocalOf(parameter), type.Annotated(), all, true) { Rules = RulesOf(parameter, place, name) };
        }
        return null;
    }

    private Rules.ParameterCheck? RulesOf(IParameterSymbol parameter, Place place, string name) => Rules.ParameterRules.Read(
        parameter, parameter.Type, LocalOf(parameter), place == Place.Header ? name.ToLowerInvariant() : name, where, findings);

    private Parameter? Refuse(IParameterSymbol parameter, SyntaxNode at, string why)
    {
        findings.Add(Finding.At(Descriptors.Unbindable, at, parameter.Name, parameter.Type.Spoken(), why));
        return null;
    }

    private static Parameter Plain(string expression) => new("", "", expression, false);

    private static string? NameIn(AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string : null;

    private static string LocalOf(IParameterSymbol parameter)
    {
        string name = s_taken.Contains(parameter.Name) ? parameter.Name + "Value" : parameter.Name;
        return Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) == Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? name : "@" + name;
    }
}
