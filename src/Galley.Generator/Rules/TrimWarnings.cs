// .NET warns of [MaxLength], [Range(typeof(...))] or [Compare] in programs that are trimmed, because the attributes themselves find members by reflection.
// Here they are only read, at compile time; the warning would be about code that never runs.

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Galley.Generator.Rules;

/// <summary>Silences IL2026 on uses of .NET's own validation attributes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TrimWarnings : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor s_checkedByCode = new("GALLEYS01", "IL2026",
        "Galley reads validation attributes when the program is compiled, and checks values with code of its own.");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => [s_checkedByCode];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic warning in context.ReportedDiagnostics)
        {
            SyntaxNode? at = warning.Location.SourceTree?.GetRoot(context.CancellationToken).FindNode(warning.Location.SourceSpan, getInnermostNodeForTie: true);
            if (at?.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute) continue;
            ITypeSymbol? type = context.GetSemanticModel(attribute.SyntaxTree).GetTypeInfo(attribute, context.CancellationToken).Type;
            if (type?.ContainingNamespace?.ToDisplayString() == "System.ComponentModel.DataAnnotations")
                context.ReportSuppression(Suppression.Create(s_checkedByCode, warning));
        }
    }
}
