// From the elements of a documentation comment to CommonMark.

using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Galley.Generator.OpenApi;

/// <summary>Writes the content of an element as CommonMark.</summary>
internal static class DocumentationText
{
    public static string Of(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes()) Append(text, node);
        string[] lines = [.. text.ToString().Replace("\r", "").Split('\n').Select(line => line.TrimEnd())];
        return Regex.Replace(string.Join("\n", Joined(lines)), @"\n{3,}", "\n\n").Trim();
    }

    /// <summary>The text alone, indentation of the comment taken away.</summary>
    public static string Plain(XElement element)
    {
        string[] lines = element.Value.Replace("\r", "").Trim('\n').Split('\n');
        int indent = lines.Where(line => line.Trim() != "").Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Join("\n", lines.Select(line => line.Length < indent ? "" : line.Substring(indent))).Trim();
    }

    // A line break inside of a paragraph is the source's, not the reader's. Blank lines, lists and code keep theirs.
    private static IEnumerable<string> Joined(string[] lines)
    {
        var paragraph = new StringBuilder();
        bool isCode = false;
        foreach (string line in lines)
        {
            string trimmed = line.Trim();
            bool isFence = trimmed == "```";
            bool isOwn = isCode || isFence || trimmed == "" || trimmed.StartsWith("- ", StringComparison.Ordinal);
            if (isOwn && paragraph.Length > 0)
            {
                yield return paragraph.ToString();
                paragraph.Clear();
            }
            if (isFence) isCode = !isCode;
            if (isFence || isCode || trimmed == "") yield return isCode && !isFence ? line : trimmed;
            else paragraph.Append(paragraph.Length > 0 ? " " : "").Append(trimmed);
        }
        if (paragraph.Length > 0) yield return paragraph.ToString();
    }

    private static void Append(StringBuilder text, XNode node)
    {
        if (node is XText words)
        {
            text.Append(words.Value);
            return;
        }
        if (node is not XElement element) return;
        switch (element.Name.LocalName)
        {
            case "c":
                text.Append('`').Append(element.Value).Append('`');
                break;
            case "code":
                text.Append("\n\n```\n").Append(Plain(element)).Append("\n```\n\n");
                break;
            case "see" or "seealso" when element.Attribute("href") is { } link:
                text.Append('[').Append(element.Value == "" ? link.Value : element.Value).Append("](").Append(link.Value).Append(')');
                break;
            case "see" or "seealso" or "paramref" or "typeparamref":
                string? named = (element.Attribute("cref") ?? element.Attribute("name") ?? element.Attribute("langword"))?.Value;
                text.Append(element.Value != "" ? element.Value : named is null ? "" : $"`{Short(named)}`");
                break;
            case "para" or "br":
                text.Append("\n\n");
                foreach (XNode inner in element.Nodes()) Append(text, inner);
                text.Append("\n\n");
                break;
            case "list":
                text.Append("\n\n");
                foreach (XElement item in element.Elements("item")) text.Append("\n- ").Append(Of(item).Replace("\n", " ")).Append('\n');
                text.Append("\n\n");
                break;
            case "example":
                break;
            case "b" or "strong":
                text.Append("**").Append(element.Value).Append("**");
                break;
            case "i" or "em":
                text.Append('*').Append(element.Value).Append('*');
                break;
            default:
                foreach (XNode inner in element.Nodes()) Append(text, inner);
                break;
        }
    }

    // T:App.Users.User.Name(System.String) is Name, as is User.Name.
    private static string Short(string cref)
    {
        int open = cref.IndexOf('(');
        string path = open < 0 ? cref : cref.Substring(0, open);
        return path.Substring(path.LastIndexOfAny(['.', ':']) + 1).Replace("{", "<").Replace("}", ">");
    }
}
