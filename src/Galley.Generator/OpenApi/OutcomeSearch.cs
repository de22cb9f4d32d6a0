// Looks into the body of a handler, and of the methods of the same program that it calls for its answers, for what makes a Response or a Problem.

using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Galley.Generator.OpenApi;

/// <summary>Finds answers in code.</summary>
internal sealed class OutcomeSearch(SemanticModel model, CancellationToken cancel)
{
    // A handler and three calls on: further away an answer is no longer about this operation.
    private const int Depth = 4;

    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    public IEnumerable<Outcome> In(IMethodSymbol handler, SyntaxNode syntax) =>
        handler.MethodKind != MethodKind.AnonymousFunction ? In(handler, Depth)
        : MayAnswer(handler, syntax) ? In(model.GetOperation(syntax, cancel), Depth) : [];

    // A look at the words saves the compiler's work on a body: what returns a value can answer something else only by throwing it.
    private static bool MayAnswer(IMethodSymbol method, SyntaxNode syntax) => IsAnswer(OutcomeReader.Unwrapped(method.ReturnType)) ||
        syntax.DescendantTokens().Any(token => token.ValueText is "Problem" or "ProblemException");

    private List<Outcome> In(IMethodSymbol method, int depth)
    {
        List<Outcome> found = [];
        if (depth == 0 || !_seen.Add(method.OriginalDefinition)) return found;
        foreach (SyntaxReference place in method.OriginalDefinition.DeclaringSyntaxReferences)
        {
            SyntaxNode syntax = place.GetSyntax(cancel);
            if (!model.Compilation.ContainsSyntaxTree(syntax.SyntaxTree) || !MayAnswer(method, syntax)) continue;
            SemanticModel own = syntax.SyntaxTree == model.SyntaxTree ? model : model.Compilation.GetSemanticModel(syntax.SyntaxTree);
            found.AddRange(In(own.GetOperation(syntax, cancel), depth));
        }
        return found;
    }

    private List<Outcome> In(IOperation? body, int depth)
    {
        List<Outcome> found = [];
        // A status that a later call replaces is never sent.
        var replaced = new HashSet<IOperation>();
        foreach (IOperation operation in body?.DescendantsAndSelf() ?? [])
        {
            cancel.ThrowIfCancellationRequested();
            if (operation is IObjectCreationOperation { Type: { } made } creation && made.Is("Galley", "Problem")) found.AddRange(Problem(creation));
            if (operation is not IInvocationOperation call) continue;
            IMethodSymbol target = call.TargetMethod;
            if (target.ContainingType.Is("Galley", "Response"))
            {
                if (!target.IsStatic && target.Name == "WithStatus" && Made(call.Instance) is { } inner)
                {
                    replaced.Add(inner);
                    found.AddRange(Statuses(call, "status", 0).SelectMany(status => Answers(inner).Select(answer => answer with { Status = status })));
                }
                else if (target.IsStatic && !replaced.Contains(call))
                {
                    found.AddRange(Answers(call));
                }
            }
            else if (target.ContainingType.Is("Galley", "Request") && target.Name == "CheckPreconditions")
            {
                found.Add(new(304, "", null, "") { HasTag = true });
                found.Add(OutcomeReader.Refused(412, "The thing is not in the state that the request names."));
            }
            else if (target.ContainingType.Is("Galley", "RequestVersions") && target.Name == "LostAsync")
            {
                found.Add(OutcomeReader.Refused(404, ""));
                found.Add(OutcomeReader.Refused(412, "The thing has been changed since: read it again, and decide again.") with { HasTag = true });
            }
            else if (IsAnswer(OutcomeReader.Unwrapped(target.ReturnType)))
            {
                found.AddRange(In(target, depth - 1));
            }
        }
        return found;
    }

    private static bool IsAnswer(ITypeSymbol type)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        return bare.Is("Galley", "Response") || bare.Is("Galley", "Response", 1) || bare.Is("Galley", "Problem");
    }

    // Through With(...) to the call that made the response.
    private static IInvocationOperation? Made(IOperation? operation)
    {
        while (operation is IInvocationOperation { Instance: { } instance } call && call.TargetMethod.Name.StartsWith("With", StringComparison.Ordinal)) operation = instance;
        return operation as IInvocationOperation;
    }

    // Whether a With(ETag) stands behind the call that made the response.
    private static bool IsTagged(IOperation made)
    {
        for (IOperation? at = made.Parent; at is IInvocationOperation { Instance: { } } call && call.TargetMethod.Name.StartsWith("With", StringComparison.Ordinal); at = at.Parent)
        {
            if (call.TargetMethod.Name == "With" && call.TargetMethod.Parameters.Length == 1 && call.TargetMethod.Parameters[0].Type.Is("Galley", "ETag")) return true;
        }
        return false;
    }

    private static IEnumerable<Outcome> Answers(IInvocationOperation call) => IsTagged(call) ? Untagged(call).Select(static answer => answer with { HasTag = true }) : Untagged(call);

    private static IEnumerable<Outcome> Untagged(IInvocationOperation call)
    {
        IMethodSymbol target = call.TargetMethod;
        TypeUse? value = target.TypeArguments.Length == 1 ? OperationReader.Use(target.TypeArguments[0]) with { CanBeNull = false } : null;
        string detail = Words(Argument(call, "detail"));
        return target.Name switch
        {
            "Ok" => [new(200, value is null ? "" : Outcome.Json, value, "")],
            "Created" => [new(201, value is null ? "" : Outcome.Json, value, "") { HasLocation = true }],
            "Accepted" => [new(202, value is null ? "" : Outcome.Json, value, "")],
            "NoContent" => [new(204, "", null, "")],
            "Redirect" => Statuses(call, "status", 302).Select(status => new Outcome(status, "", null, "") { HasLocation = true }),
            "BadRequest" => [OutcomeReader.Refused(400, detail)],
            "NotFound" => [OutcomeReader.Refused(404, detail)],
            "Conflict" => [OutcomeReader.Refused(409, detail)],
            "Unprocessable" => [OutcomeReader.Refused(422, detail)],
            "Json" => Statuses(call, "status", 200).Select(status => new Outcome(status, Outcome.Json, value, "")),
            "Text" => Statuses(call, "status", 200).Select(status => new Outcome(status, "text/plain", null, "")),
            "Html" => Statuses(call, "status", 200).Select(status => new Outcome(status, "text/html", null, "")),
            "Bytes" => [new(200, Bytes(Argument(call, "body")), null, "")],
            "Stream" => Statuses(call, "status", 200).Select(status => new Outcome(status, MediaType(Argument(call, "contentType")), null, "")),
            "Of" => Statuses(call, "status", 0).Select(status => new Outcome(status, "", null, "")),
            _ => [],
        };
    }

    private static IEnumerable<Outcome> Problem(IObjectCreationOperation creation)
    {
        IOperation? status = creation.Arguments.FirstOrDefault(a => a.Parameter?.Name == "Status")?.Value;
        string detail = Words(creation.Arguments.FirstOrDefault(a => a.Parameter?.Name == "Detail")?.Value);
        return Constants(status, 0).Select(one => OutcomeReader.Refused(one, detail));
    }

    private static IEnumerable<int> Statuses(IInvocationOperation call, string name, int otherwise) => Constants(Argument(call, name), otherwise);

    // 0 is a status that is not known here.
    private static IEnumerable<int> Constants(IOperation? value, int otherwise) => value switch
    {
        null => [otherwise],
        { ConstantValue: { HasValue: true, Value: int status } } => [status],
        IConditionalOperation choice => Constants(choice.WhenTrue, 0).Concat(Constants(choice.WhenFalse, 0)),
        ISwitchExpressionOperation choice => choice.Arms.SelectMany(arm => Constants(arm.Value, 0)),
        IConversionOperation conversion => Constants(conversion.Operand, otherwise),
        _ => [0],
    };

    private static IOperation? Argument(IInvocationOperation call, string name) => call.Arguments.FirstOrDefault(a => a.Parameter?.Name == name)?.Value;

    private static string Bytes(IOperation? body)
    {
        while (body is IConversionOperation conversion) body = conversion.Operand;
        return body switch
        {
            IPropertyReferenceOperation { Property.Name: "Json" } => Outcome.Json,
            IPropertyReferenceOperation { Property.Name: "Text" } => "text/plain",
            IObjectCreationOperation made => MediaType(made.Arguments.FirstOrDefault()?.Value),
            _ => "application/octet-stream",
        };
    }

    // Parameters of a media type are no part of its name.
    private static string MediaType(IOperation? value) =>
        value?.ConstantValue is { HasValue: true, Value: string text } ? text.Split(';')[0].Trim() : "application/octet-stream";

    // "There is no order {id}." as it stands in the source: what is constant in it, and names for the rest.
    private static string Words(IOperation? text)
    {
        while (text is IConversionOperation conversion) text = conversion.Operand;
        if (text?.ConstantValue is { HasValue: true, Value: string constant }) return constant;
        if (text is not IInterpolatedStringOperation { Syntax: InterpolatedStringExpressionSyntax interpolated }) return "";
        var words = new StringBuilder();
        foreach (InterpolatedStringContentSyntax part in interpolated.Contents)
        {
            if (part is InterpolatedStringTextSyntax literal) words.Append(literal.TextToken.ValueText);
            else if (part is InterpolationSyntax hole) words.Append('{').Append(Name(hole.Expression)).Append('}');
        }
        return words.ToString();
    }

    private static string Name(ExpressionSyntax hole) => hole switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } call => Name(call.ArgumentList.Arguments.Last().Expression),
        _ => "...",
    };
}
