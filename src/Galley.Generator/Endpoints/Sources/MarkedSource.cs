// Values that an attribute sends to their source, and the attributes of another framework, which send nothing anywhere here.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints.Sources;

/// <summary>Reads what is marked <c>[Query]</c>, <c>[Header]</c>, <c>[Cookie]</c> or <c>[Form]</c>.</summary>
internal sealed class MarkedSource(Reading reading, FormSource form)
{
    private static readonly Dictionary<string, string> s_foreign = new()
    {
        ["FromQuery"] = "write [Query], or nothing: a text that is not in the route comes from the query",
        ["FromRoute"] = "write nothing: a name that is in the route's pattern comes from there",
        ["FromHeader"] = "write [Header(\"Name\")]",
        ["FromBody"] = "write [Body], or nothing: a record on POST, PUT and PATCH is the body",
        ["FromForm"] = "write [Form]",
        ["FromServices"] = "write [Service], or nothing: an interface or class is a service",
        ["FromKeyedServices"] = "take the IServiceProvider and ask it for the keyed service",
        ["AsParameters"] = "write [Query] on the record; on GET and DELETE nothing is needed",
        ["BindRequired"] = "make it not nullable and without a default: then it is required",
        ["FromUri"] = "write [Query]",
    };

    public static bool Is(AttributeData attribute, params string[] names) => attribute.AttributeClass is { } type &&
        names.Contains(type.Name) && type.ContainingNamespace?.ToDisplayString() == "Galley";

    /// <summary>The mark of a value; of a record's member also where it is written as <c>[property: Query]</c>.</summary>
    public static AttributeData? Of(Asked asked)
    {
        IEnumerable<AttributeData> all = asked.Symbol.GetAttributes();
        if (asked.Symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType: var type } })
            all = all.Concat(type.GetMembers(asked.Name).OfType<IPropertySymbol>().SelectMany(p => p.GetAttributes()));
        return all.FirstOrDefault(a => Is(a, "BodyAttribute", "ServiceAttribute", "QueryAttribute", "HeaderAttribute", "CookieAttribute", "FormAttribute"));
    }

    /// <summary>Whether an attribute of another framework was found, and reported.</summary>
    public bool IsForeign(Asked asked)
    {
        foreach (AttributeData attribute in asked.Symbol.GetAttributes())
        {
            string name = attribute.AttributeClass?.Name ?? "";
            if (name.EndsWith("Attribute", StringComparison.Ordinal)) name = name.Substring(0, name.Length - "Attribute".Length);
            // A program may have an attribute of its own that is called so; one that does not exist was meant to be the other framework's.
            string space = attribute.AttributeClass?.ContainingNamespace?.ToDisplayString() ?? "";
            bool isOwn = attribute.AttributeClass?.TypeKind != TypeKind.Error && !space.StartsWith("Microsoft.", StringComparison.Ordinal) && !space.StartsWith("System.", StringComparison.Ordinal);
            if (isOwn || !s_foreign.TryGetValue(name, out string? instead)) continue;
            reading.Refuse(Descriptors.ForeignAttribute, asked, asked.Name, name, instead);
            return true;
        }
        return false;
    }

    /// <summary>How a marked text is read; null after a finding.</summary>
    /// <param name="asked">The parameter or member.</param>
    /// <param name="mark">Its attribute.</param>
    /// <param name="local">What the local is called.</param>
    /// <param name="owner">The parameter whose member it is, if it is one.</param>
    public Parameter? Read(Asked asked, AttributeData mark, string local, Asked? owner = null)
    {
        string name = mark.ConstructorArguments.Length > 0 && mark.ConstructorArguments[0].Value is string given ? given : asked.WireName;
        return mark.AttributeClass!.Name switch
        {
            "QueryAttribute" => TextSource.Read(reading, asked, Place.Query, name, local)
                ?? Refuse("a query holds texts. Take a type that parses one, or an array or a record of those."),
            "HeaderAttribute" => TextSource.Read(reading, asked, Place.Header, name, local) ?? Refuse("a header field is a text. Take a type that parses one."),
            "CookieAttribute" => TextSource.Read(reading, asked, Place.Cookie, name, local) ?? Refuse("a cookie is one text. Take a type that parses one."),
            "FormAttribute" when owner is null || Of(owner)?.AttributeClass!.Name == "FormAttribute" => FromForm(asked, name, local)
                ?? Refuse("a field of a form is a text. Take a type that parses one, an array or a record of those, or a FormFile."),
            _ => Refuse("a record of texts holds neither bodies, forms nor services. Make it a parameter of its own."),
        };

        Parameter? Refuse(string why) => owner is null ? reading.Refuse(asked, why) : reading.Refuse(owner, $"for its member '{asked.Name}' of type {asked.Type.Spoken()}, {why}");
    }

    /// <summary>A field or a file of the form; null when the type is neither.</summary>
    public Parameter? FromForm(Asked asked, string name, string local) => form.Read(asked, name, local);
}
