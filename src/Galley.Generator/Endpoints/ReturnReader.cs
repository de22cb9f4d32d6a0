// From the return type of a handler to the call of Galley.Validating.Answer that makes a response of it.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints;

/// <summary>How a result becomes a response.</summary>
/// <param name="Answering">What the generated code calls.</param>
/// <param name="Json">The type to describe as JSON, if any.</param>
internal sealed record Return(Answering Answering, ITypeSymbol? Json)
{
    public static Return? Read(IMethodSymbol method, SyntaxNode where, List<Finding> findings)
    {
        ITypeSymbol type = method.ReturnType;
        if (type.SpecialType == SpecialType.System_Void && method.IsAsync)
        {
            // The answer would be sent before the work is done, and what the work throws then would end the process.
            findings.Add(Finding.At(Descriptors.BadReturn, where, "async void", "nobody can wait for it. Return Task."));
            return null;
        }
        if (type.SpecialType == SpecialType.System_Void) return By("");
        if (IsTask(type, 0)) return By("Done");
        ITypeSymbol result = IsTask(type, 1) ? ((INamedTypeSymbol)type).TypeArguments[0] : type;
        ITypeSymbol bare = result.NullableOf() ?? result;
        if (bare.SpecialType == SpecialType.System_String) return By("Text", isForgiven: true);
        if (bare.Is("Galley", "Response")) return By("Of");
        if (bare.Is("Galley", "Problem")) return By("Of", isForgiven: true);
        ITypeSymbol? told = bare.Is("Galley", "Response", 1) ? ((INamedTypeSymbol)bare).TypeArguments[0] : null;
        ITypeSymbol? item = told is null ? ItemOf(result) : null;
        if (item.Is("Galley", "ServerSentEvent")) return By("Events", isForgiven: true);
        if (WhyNot(told ?? item ?? result) is { } why)
        {
            findings.Add(Finding.At(Descriptors.BadReturn, where, result.Spoken(), why));
            return null;
        }
        if (told is not null) return new(new($"Of<{told.Annotated()}>", false, false), told.SpecialType == SpecialType.System_String ? null : told);
        return item is not null ? new(new($"Items<{item.Annotated()}>", true, true), item) : new(new($"Json<{result.Annotated()}>", false, false), result);

        static Return By(string method, bool isForgiven = false) => new(new(method, false, isForgiven), null);
    }

    // The T of a stream of T.
    private static ITypeSymbol? ItemOf(ITypeSymbol type) =>
        new[] { type as INamedTypeSymbol }.Concat(type.AllInterfaces).FirstOrDefault(t => t.Is("System.Collections.Generic", "IAsyncEnumerable", 1))?.TypeArguments[0];

    private static bool IsTask(ITypeSymbol type, int arity) =>
        type.Is("System.Threading.Tasks", "Task", arity) || type.Is("System.Threading.Tasks", "ValueTask", arity);

    private static string? WhyNot(ITypeSymbol type)
    {
        if (type.IsAnonymousType) return "it has no name to generate code for. Declare a record and return that.";
        if (type.Is("Galley", "Handler") || type.TypeKind == TypeKind.Delegate) return "a function is not a value. Return what it returns.";
        if (type.SpecialType == SpecialType.System_Object || type.TypeKind == TypeKind.Dynamic)
            return "object does not say what is inside. Return a record, or Response<T> where there are several answers.";
        if (type.DerivesFrom("System.IO", "Stream") || type.DerivesFrom("System.IO.Pipelines", "PipeReader"))
            return "a stream has no media type, and nobody would close it. Return Response.Stream, which writes while it is sent.";
        if (type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } || IsBytes(type))
            return "bytes have no media type, and as JSON they would be base64 text. Return Response.Bytes with a BytesBody that names it.";
        if (IsTask(type, 0) || IsTask(type, 1)) return "it is a task in a task. Await the inner one.";
        if (type.Is("Galley", "Response") || type.Is("Galley", "Problem") || type.Is("Galley", "Response", 1)) return "it is an answer in an answer. Return the inner one.";
        if (type.Name is "IResult" or "IActionResult" or "ActionResult" or "HttpResponseMessage" &&
            type.ContainingNamespace?.ToDisplayString() is { } space && (space.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || space.StartsWith("System.Net", StringComparison.Ordinal)))
            return "it is the answer of another framework. Return a record, or Response<T> where there are several answers.";
        return null;
    }

    private static bool IsBytes(ITypeSymbol type) => type is INamedTypeSymbol { Arity: 1 } named && named.Name is "ReadOnlyMemory" or "Memory" or "ArraySegment" &&
        type.ContainingNamespace?.ToDisplayString() == "System" && ((INamedTypeSymbol)type).TypeArguments[0].SpecialType == SpecialType.System_Byte;
}
