// From the parameters of a handler to the expressions that bind them: attribute first, then type, then name. Each source of values is a file in
// Sources.

using Galley.Generator.Endpoints.Sources;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints;

/// <summary>Binds the parameters of one handler.</summary>
internal sealed class ParameterReader
{
    private const string Others = "{others}";

    private readonly Reading _reading;
    private readonly FormSource _form;
    private readonly MarkedSource _marked;
    private readonly RecordSource _records;
    private readonly List<Finding> _findings;
    private string? _body;
    private string? _list;
    private Asked? _formed;
    private Asked? _raw;

    /// <param name="verb">The method, in any case; Map where it is not known.</param>
    /// <param name="pattern">The pattern; null when it is not constant.</param>
    /// <param name="isWhole">Whether the pattern is all of it: a group's prefix may hold more parameters.</param>
    /// <param name="where">The handler.</param>
    /// <param name="compilation">For what a record's constructor may be.</param>
    /// <param name="findings">What is wrong.</param>
    public ParameterReader(string verb, RoutePattern? pattern, bool isWhole, SyntaxNode where, Compilation compilation, List<Finding> findings)
    {
        _findings = findings;
        _reading = new(verb, pattern, isWhole, where, findings);
        _form = new(_reading);
        _marked = new(_reading, _form);
        _records = new(_reading, compilation, _marked);
    }

    /// <summary>What the parameters so far want of the request, in their order; of a record its members.</summary>
    public IReadOnlyList<Wanted> Wanted => _reading.Wanted;

    public Body? Body { get; private set; }

    public FormBody? Form => _formed is null ? null : _form.Body;

    public ITypeSymbol? BodyType { get; private set; }

    public Parameter? Read(IParameterSymbol parameter)
    {
        var asked = Asked.Of(parameter, _reading.At(parameter));
        if (_marked.IsForeign(asked) || ForeignType.IsFound(_reading, asked)) return null;
        // The compiler reports what does not exist.
        if (parameter.Type.Parts().Any(part => part.TypeKind == TypeKind.Error)) return null;
        if (parameter.RefKind != RefKind.None)
            return _reading.Refuse(Descriptors.ByReference, asked, parameter.Name, parameter.RefKind.ToString().ToLowerInvariant());
        if (parameter.Type.WhyHidden(asked.At, "binding") is { } hidden)
        {
            _findings.Add(hidden);
            return null;
        }
        return MarkedSource.Of(asked) is { } mark ? Marked(asked, mark) : Known(asked) ?? List(asked) ?? Forms(asked) ?? ByType(asked);
    }

    /// <summary>After the last parameter: whether a request has what all of them together want.</summary>
    public void Conclude()
    {
        if (_raw is { } raw && (_body ?? _formed?.Name) is { } other) _reading.Refuse(Descriptors.TwoBodies, raw, other, raw.Name);
        if (_formed is not { } form) return;
        if (_body is not null) _reading.Refuse(Descriptors.TwoBodies, form, _body, form.Name);
        else if (_form.Body.IsWhole && (_form.Body.Fields.Count > 0 || _form.Body.File is not null))
            _reading.Refuse(form, "the Form is read part by part, so nothing of it is bound before. Read the fields from its parts, or leave the Form out.");
    }

    private Parameter? Marked(Asked asked, AttributeData mark)
    {
        string name = mark.AttributeClass!.Name;
        if (name == "BodyAttribute") return TakeBody(asked, isAsked: true);
        if (name == "ServiceAttribute")
            return asked.Type.IsReferenceType ? Service(asked.Type) : _reading.Refuse(asked, "a service is a class or an interface.");
        if (name == "FormAttribute")
        {
            if (_reading.HasNoBody) return NoBody(asked);
            _formed ??= asked;
        }
        bool isRecord = name is "QueryAttribute" or "FormAttribute" && IsRecordOfTexts(asked.Type);
        if (!isRecord) return _marked.Read(asked, mark, asked.Name);
        if (mark.ConstructorArguments.Length > 0 && mark.ConstructorArguments[0].Value is string)
            return _reading.Refuse(asked, "a record of texts has the names of its members. Leave the name out, or put it on a member.");
        return _records.Read(asked, isForm: name == "FormAttribute");
    }

    private Parameter? Known(Asked asked)
    {
        ITypeSymbol type = asked.Type;
        bool isRaw = type.Is("Galley", "RequestBody");
        if (isRaw) _raw = asked;
        return isRaw ? Plain("request.Body")
            : type.Is("Galley", "Request") ? Plain("request")
            : type.Is("System.Threading", "CancellationToken") ? Plain("request.Aborted")
            : type.Is("System", "IServiceProvider") ? Plain("request.Services")
            : null;
    }

    // A list refuses names that it does not know, so it is told which ones are others'. All of them are known once the last parameter is read.
    private Parameter? List(Asked asked)
    {
        if (!asked.Type.Is("Galley", "ListQuery", 1)) return null;
        if (_list is not null) return _reading.Refuse(asked, $"'{_list}' is the list that the query asks already, and its parameters have names only once.");
        _list = asked.Name;
        string row = ((INamedTypeSymbol)asked.Type).TypeArguments[0].Code();
        return new Parameter(_reading.Local(asked.Name), asked.Type.Annotated(), $"Lists.Asked<{row}>(request, {Others}, ref errors)", true) { Listed = row };
    }

    /// <summary>The parameter as it is once all are read.</summary>
    public Parameter Concluded(Parameter parameter) => parameter.Listed is null ? parameter : parameter with
    {
        Expression = parameter.Expression.Replace(Others, $"[{string.Join(", ", _reading.Wanted.Where(w => w.Place is Place.Query or Place.RouteOrQuery).Select(w => Symbols.Literal(w.Name)))}]"),
    };

    private Parameter? Forms(Asked asked)
    {
        bool isForm = asked.Type.Is("Galley", "Form");
        if (!isForm && !FormSource.IsFile(asked.Type) && !FormSource.IsFiles(asked.Type)) return null;
        if (_reading.HasNoBody) return NoBody(asked);
        _formed ??= asked;
        return isForm ? _form.Whole(asked) : _form.Read(asked, asked.WireName, asked.Name);
    }

    private Parameter? ByType(Asked asked)
    {
        ITypeSymbol type = asked.Type;
        if (asked.Name == "_" && TextType.Reader(type.NullableOf() ?? type) is not null)
            return _reading.Refuse(asked, "a discard has no name to look for. Name it, or leave it out.");
        (Place place, string name) = _reading.RouteOrQuery(asked);
        if (TextSource.Read(_reading, asked, place, name, asked.Name) is { } text) return text;
        if (place == Place.Route) return _reading.Refuse(asked, "a route value is a text. Take a type that parses one (ISpanParsable, IUtf8SpanParsable).");
        if (_reading.HasNoBody && (type.NullableOf() ?? type).IsRecord) return _records.Read(asked, isForm: false);
        if (TextType.IsData(type)) return TakeBody(asked, isAsked: false);
        if (type.TypeKind is TypeKind.Interface || (type.TypeKind == TypeKind.Class && !type.IsAnonymousType && type.SpecialType == SpecialType.None))
            return Service(type);
        return _reading.Refuse(asked, type.TypeKind == TypeKind.Struct && !type.IsRefLikeType
            ? "it is neither a record nor does it parse a text. Make it a record, implement IUtf8SpanParsable or mark it [Body]."
            : "take the Request and read what you need from it.");
    }

    private Parameter? TakeBody(Asked asked, bool isAsked)
    {
        if (!isAsked && _reading.HasNoBody) return NoBody(asked);
        if (_body is not null) return _reading.Refuse(Descriptors.TwoBodies, asked, _body, asked.Name);
        _body = asked.Name;
        BodyType = asked.Type;
        bool isOptional = asked.Type.IsMaybeNull() || asked.HasDefault;
        string value = asked.Type.IsReferenceType && !isOptional ? "read.Value!" : "read.Value";
        Body = new(asked.Type.Code(), isOptional, Json.JsonNulls.Inside(asked.Type)) { Rules = _reading.RulesOf(asked, value, "body") };
        _reading.Wanted.Add(new(asked.Symbol, asked.Type, Place.Body, asked.Name, !isOptional));
        return Plain(value);
    }

    private Parameter? NoBody(Asked asked) => _reading.Refuse(Descriptors.BodyWithoutMeaning, asked, asked.Name, _reading.Verb,
        "take its members as parameters, or mark it [Service] or [Body].");

    // A type that parses a text is one text, whatever its members are.
    private static bool IsRecordOfTexts(ITypeSymbol type)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        return bare.TypeKind is TypeKind.Class or TypeKind.Struct && bare.SpecialType == SpecialType.None && !bare.IsAbstract && TextType.Reader(bare) is null &&
            TextType.ElementOf(bare) is null && !FormSource.IsFile(bare) && (bare.IsRecord || !TextType.IsData(bare)) && bare is INamedTypeSymbol { IsTupleType: false } &&
            bare.ContainingNamespace?.ToDisplayString().Split('.')[0] is not "System";
    }

    private static Parameter Service(ITypeSymbol type) => type.NullableAnnotation == NullableAnnotation.Annotated
        ? Plain($"({type.Code()}?)request.Services.GetService(typeof({type.Code()}))")
        : Plain($"Inputs.Service<{type.Code()}>(request)") with { Service = type.Code() };

    private static Parameter Plain(string expression) => new("", "", expression, false);
}
