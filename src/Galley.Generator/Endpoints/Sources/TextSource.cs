// Values that are one text, or several: of the route, the query, a field, a cookie, a form.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints.Sources;

/// <summary>Reads texts through Galley.Validating.Input and Inputs.</summary>
internal static class TextSource
{
    /// <summary>How it is read; null when its type is no text, nor an array or list of texts where there may be several.</summary>
    /// <param name="reading">The handler.</param>
    /// <param name="asked">What is read.</param>
    /// <param name="place">Where.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="local">What the local is called.</param>
    public static Parameter? Read(Reading reading, Asked asked, Place place, string name, string local)
    {
        string key = Symbols.Literal(place == Place.Header ? name.ToLowerInvariant() : name) + "u8";
        string from = $"{(place == Place.Form ? "read" : "request")}, {key}";
        Parameter? read = One(reading, asked, place, name, from, local) ?? Several(reading, asked, place, name, from, local);
        return read is null ? null : read with { IsOfForm = place == Place.Form, Rules = reading.RulesOf(asked, read.Local, place == Place.Header ? name.ToLowerInvariant() : name) };
    }

    private static Parameter? One(Reading reading, Asked asked, Place place, string name, string from, string local)
    {
        ITypeSymbol type = asked.Type;
        ITypeSymbol bare = type.NullableOf() ?? type;
        if (TextType.Reader(bare) is not { } reader) return null;
        // A box that is not ticked is not sent at all.
        bool isBox = place == Place.Form && bare.SpecialType == SpecialType.System_Boolean;
        if (isBox) reader = "Ticked";
        string value = bare.Code();
        bool isKeptValue = asked.IsKept && type.IsValueType;
        string missing = asked.HasDefault && asked.Default is { } constant ? $".Or<{value}, {reader}>({Symbols.Constant(type, constant)}, ref errors)"
            : type.NullableOf() is not null || isKeptValue ? $".Optional<{value}, {reader}>(ref errors)"
            : asked.HasDefault || type.IsMaybeNull() || isBox ? $".Or<{value}, {reader}>({(type.IsReferenceType ? "null!" : $"default({value})")}, ref errors)"
            : $".Required<{value}, {reader}>(ref errors)";
        reading.Wanted.Add(new(asked.Symbol, type, place, name, missing.StartsWith(".Required", StringComparison.Ordinal)) { Owner = asked.Owner, WithRules = asked.WithRules });
        return new(reading.Local(local), asked.IsKept ? Maybe(type) : type.Annotated(), $"Input.{place}({from}){missing}", true);
    }

    private static Parameter? Several(Reading reading, Asked asked, Place place, string name, string from, string local)
    {
        ITypeSymbol type = asked.Type;
        if (place is Place.Route or Place.Cookie || TextType.ElementOf(type) is not { } element || TextType.Reader(element) is not { } reader) return null;
        string source = place switch { Place.Header => "Header", Place.Form => "Form", _ => "Query" };
        string read = $"Inputs.{source}<{element.Code()}, {reader}>({from}, ref errors)";
        string empty = asked.IsKept || type.IsMaybeNull() || (asked.HasDefault && asked.Symbol is IParameterSymbol) ? "" : " ?? []";
        bool isList = type.Is("System.Collections.Generic", "List", 1);
        string found = isList && empty == "" ? reading.Local(local + "Values") : "";
        string all = found != "" ? $"{read} is {{ }} {found} ? [.. {found}] : null" : isList ? $"[.. {read}{empty}]" : read + empty;
        reading.Wanted.Add(new(asked.Symbol, type, place, name, IsRequired: false) { Owner = asked.Owner, WithRules = asked.WithRules });
        return new(reading.Local(local), asked.IsKept ? Maybe(type) : type.Annotated(), all, true);
    }

    private static string Maybe(ITypeSymbol type) => type.NullableOf() is not null ? type.Annotated() : type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Annotated() + "?";
}
