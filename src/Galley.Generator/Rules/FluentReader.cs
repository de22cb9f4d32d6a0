// What OpenAPI can know of fluent rules: the chains in Declare whose arguments are constants. The program itself checks them, so they have no check here.

using Galley.Generator.OpenApi;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Galley.Generator.Rules;

/// <summary>Reads <c>rules.For(user => user.Email).Email().Length(3, 254)</c>.</summary>
internal static class FluentReader
{
    public static IEnumerable<Rule> Read(INamedTypeSymbol owner, ISymbol member, ITypeSymbol type, Compilation compilation)
    {
        foreach (INamedTypeSymbol rules in owner.AllInterfaces.Where(i => i.Is("Galley", "IHasRules", 1)))
        {
            if (rules.TypeArguments[0] is not INamedTypeSymbol declaring) continue;
            foreach (MethodDeclarationSyntax declare in Declarations(declaring))
            {
                if (!compilation.ContainsSyntaxTree(declare.SyntaxTree)) continue;
                SemanticModel model = compilation.GetSemanticModel(declare.SyntaxTree);
                foreach (InvocationExpressionSyntax call in declare.DescendantNodes().OfType<InvocationExpressionSyntax>())
                {
                    if (IsFor(call, member.Name, member is IParameterSymbol)) foreach (Rule rule in Chain(call, type, model)) yield return rule;
                }
            }
        }
    }

    private static IEnumerable<MethodDeclarationSyntax> Declarations(INamedTypeSymbol type) => type.DeclaringSyntaxReferences
        .SelectMany(r => r.GetSyntax().ChildNodes()).OfType<MethodDeclarationSyntax>()
        .Where(m => m.Identifier.ValueText == "Declare" && m.ParameterList.Parameters.Count == 1 && m.Modifiers.Any(x => x.ValueText == "static"));

    /// <summary>Finds calls of For with something that is no member: they would fail when the rules are declared.</summary>
    public static void Judge(INamedTypeSymbol type, List<Finding> findings)
    {
        foreach (InvocationExpressionSyntax call in Declarations(type).SelectMany(d => d.DescendantNodes()).OfType<InvocationExpressionSyntax>().Where(IsFor))
        {
            ExpressionSyntax given = call.ArgumentList.Arguments[0].Expression;
            if (given is not LambdaExpressionSyntax { ExpressionBody: { } body } || !IsPath(body)) findings.Add(Finding.At(Descriptors.NotAMember, given, given.ToString()));
        }
    }

    private static bool IsPath(ExpressionSyntax body) => body switch
    {
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax } => true,
        MemberAccessExpressionSyntax step => IsPath(step.Expression),
        PostfixUnaryExpressionSyntax { OperatorToken.ValueText: "!" } sure => IsPath(sure.Operand),
        ConditionalAccessExpressionSyntax maybe => IsPath(maybe.Expression) && IsBound(maybe.WhenNotNull),
        _ => false,
    };

    private static bool IsBound(ExpressionSyntax step) => step switch
    {
        MemberBindingExpressionSyntax => true,
        MemberAccessExpressionSyntax more => IsBound(more.Expression),
        ConditionalAccessExpressionSyntax maybe => IsBound(maybe.Expression) && IsBound(maybe.WhenNotNull),
        _ => false,
    };

    private static bool IsFor(InvocationExpressionSyntax call) =>
        call is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "For" }, ArgumentList.Arguments.Count: 1 };

    // The parameter of a class's constructor is called as its property is but for the case.
    private static bool IsFor(InvocationExpressionSyntax call, string member, bool isParameter)
    {
        if (!IsFor(call)) return false;
        return call.ArgumentList.Arguments[0].Expression is LambdaExpressionSyntax { ExpressionBody: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax } read } &&
            string.Equals(read.Name.Identifier.ValueText, member, isParameter ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    private static IEnumerable<Rule> Chain(SyntaxNode at, ITypeSymbol type, SemanticModel model)
    {
        ITypeSymbol bare = type.NullableOf() ?? type;
        while (at.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } step)
        {
            at = call;
            List<Optional<object?>> given = [.. call.ArgumentList.Arguments.Select(a => model.GetConstantValue(a.Expression))];
            if (given.Any(g => !g.HasValue)) continue;
            List<object?> values = [.. given.Select(g => g.Value)];
            EquatableList<Keyword> keywords = (step.Name.Identifier.ValueText, values.Count) switch
            {
                ("Email", 0) => RuleWords.Keywords(("format", "\"email\"")),
                ("Url", 0) => RuleWords.Keywords(("format", "\"uri\"")),
                ("Matches", 1) when values[0] is string pattern => RuleWords.Keywords(("pattern", JsonTree.Text($"^(?:{pattern})$"))),
                ("Length", 2) when values[0] is int least && values[1] is int most => RuleWords.Lengths("Length", least, most),
                ("Count", 2) when values[0] is int least && values[1] is int most => LengthRules.Read(bare, least, most, "")?.Keywords ?? default,
                ("Between", 2) when RangeRules.IsNumber(bare) => RuleWords.Keywords(("minimum", RuleWords.Number(values[0])), ("maximum", RuleWords.Number(values[1]))),
                ("AtLeast", 1) when RangeRules.IsNumber(bare) => RuleWords.Keywords(("minimum", RuleWords.Number(values[0]))),
                ("AtMost", 1) when RangeRules.IsNumber(bare) => RuleWords.Keywords(("maximum", RuleWords.Number(values[0]))),
                ("OneOf", > 0) when bare.TypeKind != TypeKind.Enum && values.All(v => RuleWords.Json(v) is not null) =>
                    RuleWords.Keywords(("enum", $"[{string.Join(",", values.Select(RuleWords.Json))}]")),
                _ => default,
            };
            if (keywords.Count > 0) yield return new("", keywords);
        }
    }
}
