// The prefix of the group that a route is declared in, where the same method shows it: then it is certain at compile time what is in the route, and a
// constraint of the prefix that contradicts a parameter is found. Nothing depends on it: what is not seen here is looked up at run time.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Galley.Generator.Endpoints;

/// <summary>Follows a group back to the backend.</summary>
internal static class GroupPrefix
{
    /// <summary>The prefix of what a route is declared on; empty for the backend itself, null when it is not known.</summary>
    public static string? Of(IOperation? routes, CancellationToken cancel)
    {
        while (routes is IConversionOperation or IParenthesizedOperation)
            routes = routes is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)routes).Operand;
        if (routes is null) return null;
        if (routes.Type.Is("Galley", "Backend")) return "";
        if (routes is ILocalReferenceOperation { Local: { } local }) return OfLocal(local, routes.SemanticModel, cancel);
        if (routes is not IInvocationOperation { TargetMethod.Name: "Group", Arguments.Length: 1 } call || !call.TargetMethod.ContainingType.Is("Galley", "Routes")) return null;
        return call.Arguments[0].Value.ConstantValue is { HasValue: true, Value: string prefix } && Of(call.Instance, cancel) is { } before ? before + prefix : null;
    }

    private static string? OfLocal(ILocalSymbol local, SemanticModel? model, CancellationToken cancel)
    {
        if (model is null || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancel) is not VariableDeclaratorSyntax { Initializer.Value: { } value } declared) return null;
        SyntaxNode scope = declared.FirstAncestorOrSelf<BlockSyntax>() ?? (SyntaxNode)declared.SyntaxTree.GetRoot(cancel);
        bool isChanged = scope.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == local.Name &&
            name.Parent switch
            {
                AssignmentExpressionSyntax assignment => assignment.Left == name,
                ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None) || argument.Parent is TupleExpressionSyntax,
                RefExpressionSyntax => true,
                _ => false,
            });
        return isChanged ? null : Of(model.GetOperation(value, cancel), cancel);
    }
}
