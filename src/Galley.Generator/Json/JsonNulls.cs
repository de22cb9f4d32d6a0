// Where null is no value. Types without annotations (#nullable disable) say nothing and stay lenient.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Json;

/// <summary>Reads nullable annotations.</summary>
internal static class JsonNulls
{
    private const string Space = "System.Diagnostics.CodeAnalysis";

    /// <summary>Whether a parameter or member is a reference that must not be set to null.</summary>
    public static bool IsNever(ISymbol place, ITypeSymbol type) => type.IsReferenceType && place.Attribute(Space, "AllowNullAttribute") is null &&
        (type.NullableAnnotation == NullableAnnotation.NotAnnotated || place.Attribute(Space, "DisallowNullAttribute") is not null);

    /// <summary>Which elements of a collection are never null: bit 0 for those of the collection itself, bit 1 for those of its elements, and so on.</summary>
    public static int Inside(ITypeSymbol type)
    {
        int bits = 0;
        for (int depth = 0; depth < 31 && JsonAttributes.ConverterOf(type, type) is null && JsonValues.Converter(type) is null &&
            JsonCollections.Find(type.NullableOf() ?? type) is { } collection; depth++)
        {
            type = collection.Element;
            if (type is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.NotAnnotated }) bits |= 1 << depth;
        }
        return bits;
    }
}
