// From the return type of a handler to the call of Galley.Validating.Answer that makes a response of it.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints;

/// <summary>How a result becomes a response.</summary>
/// <param name="Method">The method of Answer, with its type argument; empty when there is no result.</param>
/// <param name="IsForgiven">Whether the argument differs from the parameter in nullable annotations only.</param>
/// <param name="Json">The type to describe as JSON, if any.</param>
internal sealed record Return(string Method, bool IsForgiven, ITypeSymbol? Json)
{
    public static Return? Read(ITypeSymbol type, SyntaxNode where, List<Finding> findings)
    {
        if (type.SpecialType == SpecialType.System_Void) return new("", false, null);
        if (IsTask(type, 0)) return new("Done", false, null);
        ITypeSymbol result = IsTask(type, 1) ? ((INamedTypeSymbol)type).TypeArguments[0] : type;
        ITypeSymbol bare = result.NullableOf() ?? result;
        if (bare.SpecialType == SpecialType.System_String) return new("Text", true, null);
        if (bare.Is("Galley", "Response")) return new("Of", false, null);
        if (bare.Is("Galley", "Problem")) return new("Of", true, null);
        if (WhyNot(result) is { } why)
        {
            findings.Add(Finding.At(Descriptors.BadReturn, where, result.Spoken(), why));
            return null;
        }
        return new($"Json<{result.Annotated()}>", false, result);
    }

    private static bool IsTask(ITypeSymbol type, int arity) =>
        type.Is("System.Threading.Tasks", "Task", arity) || type.Is("System.Threading.Tasks", "ValueTask", arity);

    private static string? WhyNot(ITypeSymbol type)
    {
        if (type.IsAnonymousType) return "it has no name to generate code for. Declare a record and return that.";
        if (type.Is("Galley", "Handler") || type.TypeKind == TypeKind.Delegate) return "a function is not a value. Return what it returns.";
        if (type.SpecialType == SpecialType.System_Object || type.TypeKind == TypeKind.Dynamic)
            return "object does not say what is inside. Return a record, or Response where there are several.";
        if (type.Is("System.Collections.Generic", "IAsyncEnumerable", 1)) return "a stream of values is not JSON yet. Collect it into a list, or return Response.Stream.";
        if (type.DerivesFrom("System.IO", "Stream")) return "a stream has no length and no media type. Return Response.Stream or Response.Bytes.";
        if (IsTask(type, 0) || IsTask(type, 1)) return "it is a task in a task. Await the inner one.";
        return null;
    }
}
