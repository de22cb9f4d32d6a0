// What the naming policies of System.Text.Json make of a name, at compile time: of members, of fields of forms and queries, of enums.

using System.Text;

namespace Galley.Generator.Json;

/// <summary>JsonNamingPolicy, by the names of its properties.</summary>
internal static class NamingPolicies
{
    /// <summary>The policy that <c>JsonNamingPolicy.{name}</c> is; null when there is none.</summary>
    public static Func<string, string>? Find(string? name) => name switch
    {
        "CamelCase" => CamelCase,
        "SnakeCaseLower" => static text => Separated(text, '_', isUpper: false),
        "SnakeCaseUpper" => static text => Separated(text, '_', isUpper: true),
        "KebabCaseLower" => static text => Separated(text, '-', isUpper: false),
        "KebabCaseUpper" => static text => Separated(text, '-', isUpper: true),
        _ => null,
    };

    /// <summary><c>URLValue</c> is <c>urlValue</c>.</summary>
    public static string CamelCase(string name)
    {
        char[] letters = name.ToCharArray();
        for (int i = 0; i < letters.Length && char.IsUpper(letters[i]); i++)
        {
            if (i > 0 && i + 1 < letters.Length && !char.IsUpper(letters[i + 1])) break;
            letters[i] = char.ToLowerInvariant(letters[i]);
        }
        return new(letters);
    }

    private static string Separated(string name, char separator, bool isUpper)
    {
        var text = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            bool isWord = i > 0 && char.IsUpper(c) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (isWord && text[text.Length - 1] != separator) text.Append(separator);
            text.Append(c == '_' ? separator : isUpper ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
