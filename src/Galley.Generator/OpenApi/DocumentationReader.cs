// Finds the documentation comment of a symbol. A compiler that writes no documentation file does not parse comments, so they are read from the
// source itself, where it is at hand; a comment that is not quite XML still says something.

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Galley.Generator.OpenApi;

/// <summary>Reads documentation comments.</summary>
internal static class DocumentationReader
{
    // Readers run again with every edit, and most trees are the same as before.
    private static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<int, Documentation>> s_known = new();

    public static Documentation Read(ISymbol symbol)
    {
        Documentation read = Declared(symbol);
        if (read == Documentation.None && symbol is IPropertySymbol property) read = OfPositional(property) ?? Inherited(property) ?? read;
        return symbol.Attribute("System", "ObsoleteAttribute") is null ? read : read with { IsDeprecated = true };
    }

    // A member of a positional record is documented as a parameter of the record.
    private static Documentation? OfPositional(IPropertySymbol property) =>
        property.ContainingType.IsRecord && Declared(property.ContainingType).OfParameter(property.Name) is { } said ? new(said.Text, Example: said.Example) : null;

    private static Documentation? Inherited(IPropertySymbol property)
    {
        if (property.OverriddenProperty is { } overridden) return Read(overridden);
        ISymbol? declared = property.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers(property.Name)).FirstOrDefault(
            member => SymbolEqualityComparer.Default.Equals(property.ContainingType.FindImplementationForInterfaceMember(member), property));
        return declared is null ? null : Declared(declared);
    }

    private static Documentation Declared(ISymbol symbol)
    {
        symbol = symbol.OriginalDefinition;
        foreach (SyntaxReference place in symbol.DeclaringSyntaxReferences)
        {
            Documentation read = s_known.GetOrCreateValue(place.SyntaxTree).GetOrAdd(place.Span.Start, _ => Parse(Comment(place.GetSyntax())));
            if (read != Documentation.None) return read;
        }
        return symbol.DeclaringSyntaxReferences.IsEmpty ? Parse(symbol.GetDocumentationCommentXml() ?? "") : Documentation.None;
    }

    private static string Comment(SyntaxNode node)
    {
        // A field is declared by its declarator, the comment stands before the whole.
        if (node is VariableDeclaratorSyntax) node = node.Parent?.Parent ?? node;
        if (node is ParameterSyntax or LambdaExpressionSyntax || !node.HasLeadingTrivia) return "";
        string trivia = node.GetLeadingTrivia().ToFullString();
        var xml = new StringBuilder();
        foreach (string line in trivia.Split('\n'))
        {
            string text = line.Trim();
            if (text.StartsWith("///", StringComparison.Ordinal)) xml.Append(text.Substring(3)).Append('\n');
        }
        if (xml.Length > 0) return xml.ToString();
        int open = trivia.LastIndexOf("/**", StringComparison.Ordinal);
        int close = open < 0 ? -1 : trivia.IndexOf("*/", open + 3, StringComparison.Ordinal);
        return close < 0 ? "" : Regex.Replace(trivia.Substring(open + 3, close - open - 3), @"^\s*\*", "", RegexOptions.Multiline);
    }

    private static string Example(IEnumerable<XElement> examples) => examples.FirstOrDefault() is { } first ? DocumentationText.Plain(first) : "";

    internal static Documentation Parse(string xml)
    {
        if (string.IsNullOrWhiteSpace(xml)) return Documentation.None;
        XElement root;
        try
        {
            root = XElement.Parse($"<doc>{xml}</doc>", LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            string plain = Regex.Replace(Regex.Replace(xml, "<[^>]*>", " "), @"\s+", " ").Trim();
            return new(plain.Replace("&lt;", "<").Replace("&gt;", ">").Replace("&quot;", "\"").Replace("&amp;", "&"));
        }
        // What a compiler wrote has a member element around it.
        if (root.Element("member") is { } member) root = member;
        string Of(string name) => string.Join("\n\n", root.Elements(name).Select(DocumentationText.Of).Where(text => text != ""));
        EquatableList<Remark> All(string element, string key) => new(root.Elements(element).Where(e => e.Attribute(key) is not null)
            .Select(e => new Remark(e.Attribute(key)!.Value, DocumentationText.Of(e), e.Attribute("example")?.Value ?? Example(e.Descendants("example")))));
        // An example may stand inside of another element; it is one all the same, unless that is about a parameter.
        string example = Example(root.Descendants("example").Where(e => e.Ancestors("param").FirstOrDefault() is null));
        return new(Of("summary"), Of("remarks"), Of("returns"), example) { Parameters = All("param", "name"), Responses = All("response", "code") };
    }
}
