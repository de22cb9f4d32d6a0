// A diagnostic as a value: found while reading the syntax, reported at the end with a location in the tree, so that #pragma works.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Galley.Generator;

/// <summary>One diagnostic, without the syntax it was found in.</summary>
internal sealed record Finding(string Id, string File, int Start, int Length, EquatableList<string> Words)
{
    /// <summary>The type that has no JSON shape and those that it is inside of, as code names them: no finding when the program registers one of them itself.</summary>
    public EquatableList<string> About { get; init; }

    public static Finding At(DiagnosticDescriptor rule, SyntaxNode node, params string[] words) =>
        new(rule.Id, node.SyntaxTree.FilePath, node.Span.Start, node.Span.Length, new(words));

    public Diagnostic ToDiagnostic(Compilation compilation)
    {
        var span = new TextSpan(Start, Length);
        SyntaxTree? tree = compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == File && t.Length >= span.End);
        return Diagnostic.Create(Descriptors.ById[Id], tree is null ? Location.None : Location.Create(tree, span), [.. Words]);
    }
}
