// From one call in the user's source to an Endpoint, or to the findings that say why it cannot be bound.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Galley.Generator.Endpoints;

/// <summary>Reads calls of Get, Post, Put, Patch, Delete and Map that take a <see cref="System.Delegate"/>.</summary>
internal static class EndpointReader
{
    public static bool MayBe(SyntaxNode node) => node is InvocationExpressionSyntax { ArgumentList.Arguments.Count: >= 2 } call && call.NameOfCalled() is
        "Get" or "Post" or "Put" or "Patch" or "Delete" or "Map";

    public static string? NameOfCalled(this InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax member => member.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    public static EndpointRead? Read(GeneratorSyntaxContext context, CancellationToken cancel)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (context.SemanticModel.GetOperation(call, cancel) is not IInvocationOperation operation) return null;
        IMethodSymbol target = operation.TargetMethod;
        if (!target.ContainingType.Is("Galley", "Routes") || target.Parameters.Last().Type.SpecialType != SpecialType.System_Delegate) return null;

        var findings = new List<Finding>();
        IOperation? handler = operation.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == target.Parameters.Length - 1)?.Value;
        IOperation? pattern = operation.Arguments.FirstOrDefault(a => a.Parameter?.Name == "pattern")?.Value;
        if (handler is null || pattern is null) return null;
        while (handler is IConversionOperation or IParenthesizedOperation)
            handler = handler is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)handler).Operand;

        IMethodSymbol? method = handler is IDelegateCreationOperation { Target: var made }
            ? made switch { IAnonymousFunctionOperation lambda => lambda.Symbol, IMethodReferenceOperation group => group.Method, _ => null }
            : null;
        if (method is null || handler.Type is not INamedTypeSymbol type)
        {
            // The compiler itself reports what does not compile.
            if (handler is not IInvalidOperation && handler.Type?.TypeKind != TypeKind.Error)
                findings.Add(Finding.At(Descriptors.NotALambda, handler.Syntax, handler.Syntax.ToString()));
            return new(null, new(findings), default);
        }
        string? text = pattern.ConstantValue is { HasValue: true, Value: string constant } ? constant : null;
        string? prefix = GroupPrefix.Of(operation.Instance, cancel);
        // Map("GET", ...) is Get as far as a body goes.
        IOperation? named = operation.Arguments.FirstOrDefault(a => a.Parameter?.Name == "method")?.Value;
        string known = named?.ConstantValue is { HasValue: true, Value: string name } ? name : target.Name;
        return Bind(context, call, target.Name, known, text, prefix, handler.Syntax, method, type, findings, cancel);
    }

    private static EndpointRead Bind(GeneratorSyntaxContext context, InvocationExpressionSyntax call, string verb, string known, string? pattern,
        string? prefix, SyntaxNode where, IMethodSymbol method, INamedTypeSymbol type, List<Finding> findings, CancellationToken cancel)
    {
        var reader = new ParameterReader(known, pattern is null ? null : new(prefix + pattern), prefix is not null, where, context.SemanticModel.Compilation, findings);
        List<Parameter?> parameters = [.. Taken(method, type).Select(reader.Read)];
        reader.Conclude();
        Return? result = method.ReturnType.TypeKind == TypeKind.Error ? null : Return.Read(method, where, findings);
        if (result is not null && method.ReturnType.WhyHidden(where, "binding") is { } hidden)
        {
            findings.Add(hidden);
            result = null;
        }
        // A type without a JSON shape is an error of its own, and none where the program registers it: the endpoint is bound either way.
        var shapeless = new List<Finding>();
        var json = new Json.JsonReader(context.SemanticModel.Compilation, where, shapeless);
        if (result?.Json is { } written) json.Describe(written, isRead: false);
        if (reader.BodyType is { } body) json.Describe(body, isRead: true);
        OpenApi.Operation operation = OpenApi.OperationReader.Read(method, where, reader.Wanted, context.SemanticModel, json, cancel);
        if (findings.Count > 0 || result is null || parameters.Contains(null) || context.SemanticModel.GetInterceptableLocation(call, cancel) is not { } location)
            return new(null, new(findings.Concat(shapeless)), new(json.Types));

        bool isNamed = !type.IsImplicitlyDeclared && type.CanBeReferencedByName && type.WhyHidden(where, "binding") is null;
        var binding = new Binding(verb, isNamed ? type.Annotated() : Shape(method, type), isNamed, new(parameters.Select(p => reader.Concluded(p!))), reader.Body,
            reader.Form, result.Answering);
        string route = (known == "Map" ? "" : known.ToUpperInvariant() + " ") + (pattern is null ? "(pattern known at run time)" : Symbols.InComment(prefix + pattern));
        return new(new(location.Version, location.Data, location.GetDisplayLocation(), route, binding, operation), new(shapeless), new(json.Types));
    }

    // An extension method as a method group has its first parameter filled in.
    private static IEnumerable<IParameterSymbol> Taken(IMethodSymbol method, INamedTypeSymbol type) =>
        method.Parameters.Skip(method.Parameters.Length - (type.DelegateInvokeMethod?.Parameters.Length ?? method.Parameters.Length));

    // The compiler makes a nameless type for a lambda with default values; a lambda of the same shape has the same type.
    private static string Shape(IMethodSymbol method, INamedTypeSymbol type) =>
        method.ReturnType.Annotated() + " (" + string.Join(", ", Taken(method, type).Select((p, i) =>
            $"{(p.IsParams ? "params " : "")}{p.Type.Annotated()} p{i}{(p.HasExplicitDefaultValue ? " = " + Symbols.Constant(p.Type, p.ExplicitDefaultValue) : "")}")) +
        ") => throw null!";
}
