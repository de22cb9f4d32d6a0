// Finds the types that a program registers itself: JsonTypes.Register<T>(...), or a whole JsonSerializerContext. Their metadata is not generated again,
// and what the generator could not describe in them is no error.

using Galley.Generator.Endpoints;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Galley.Generator.Json;

/// <summary>Reads calls of JsonTypes.Register.</summary>
internal static class JsonRegistrationReader
{
    public static bool MayBe(SyntaxNode node) => node is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 1 } call && call.NameOfCalled() == "Register";

    /// <summary>The names in code of the types that one call registers.</summary>
    public static EquatableList<string> Read(GeneratorSyntaxContext context, CancellationToken cancel)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        SemanticModel model = context.SemanticModel;
        // System.Text.Json's generator runs beside this one: what it adds to a context is not known here, so the call may not bind.
        SymbolInfo called = model.GetSymbolInfo(call, cancel);
        ISymbol? target = called.Symbol ?? called.CandidateSymbols.FirstOrDefault();
        if (target is not IMethodSymbol method || !method.ContainingType.Is("Galley", "JsonTypes")) return default;
        if (Explicit(call) is { } named) return Named(model.GetTypeInfo(named, cancel).Type);
        if (method.Arity == 1 && called.Symbol is not null) return Named(method.TypeArguments[0]);

        ExpressionSyntax argument = call.ArgumentList.Arguments[0].Expression;
        ITypeSymbol? given = model.GetTypeInfo(argument, cancel).Type;
        if (given is null or IErrorTypeSymbol && argument is MemberAccessExpressionSyntax member) given = model.GetSymbolInfo(member.Expression, cancel).Symbol as ITypeSymbol;
        if (given is null || !given.DerivesFrom("System.Text.Json.Serialization", "JsonSerializerContext")) return default;
        return new(given.GetAttributes().Where(a => a.AttributeClass.Is("System.Text.Json.Serialization", "JsonSerializableAttribute"))
            .Select(a => a.ConstructorArguments.FirstOrDefault().Value).OfType<ITypeSymbol>().Select(t => t.Code()));
    }

    private static TypeSyntax? Explicit(InvocationExpressionSyntax call)
    {
        SimpleNameSyntax? name = call.Expression is MemberAccessExpressionSyntax member ? member.Name : call.Expression as SimpleNameSyntax;
        return name is GenericNameSyntax { TypeArgumentList.Arguments: { Count: 1 } arguments } ? arguments[0] : null;
    }

    private static EquatableList<string> Named(ITypeSymbol? type) => type is null or IErrorTypeSymbol or ITypeParameterSymbol ? default : new([type.Code()]);
}
