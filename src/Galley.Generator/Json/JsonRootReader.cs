// Finds the types that a program hands to JSON itself: Response.Ok(x), Sql.Json(x), ServerSentEvent.Json(x), request.ReadJsonAsync<T>(), JsonTypes.For<T>().

using Galley.Generator.Endpoints;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Galley.Generator.Json;

/// <summary>The types of one call, or what is wrong with them.</summary>
internal sealed record JsonRead(EquatableList<JsonType> Types, EquatableList<Finding> Findings);

/// <summary>Reads calls that name a JSON type.</summary>
internal static class JsonRootReader
{
    public static bool MayBe(SyntaxNode node) => node is InvocationExpressionSyntax call && call.NameOfCalled() is
        "Ok" or "Created" or "Json" or "ReadJsonAsync" or "TryReadJsonAsync" or "For";

    public static JsonRead? Read(GeneratorSyntaxContext context, CancellationToken cancel)
    {
        if (context.SemanticModel.GetOperation(context.Node, cancel) is not IInvocationOperation { TargetMethod: { Arity: 1 or 0 } target }) return null;
        bool isWritten = target.ContainingType.Is("Galley", "Response") || target.ContainingType.Is("Galley", "ServerSentEvent") ||
            target.ContainingType.Is("Galley", "PreparedMessage");
        bool isRead = target.ContainingType.Is("Galley", "Request") || target.ContainingType.Is("Galley", "Sql");
        if (target.Arity != 1 || !(isWritten || isRead || target.ContainingType.Is("Galley", "JsonTypes"))) return null;
        var findings = new List<Finding>();
        SyntaxNode where = context.Node is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } ? arguments.Last() : context.Node;
        var reader = new JsonReader(context.SemanticModel.Compilation, where, findings);
        reader.Describe(target.TypeArguments[0], isRead);
        return new(new(reader.Types), new(findings));
    }
}
