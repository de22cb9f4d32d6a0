// An array of text in the server's spelling (https://www.postgresql.org/docs/current/arrays.html section 8.15.6), which it takes for an array of whatever stands
// there: of text, of an enum, of uuid.

using System.Text;

namespace Galley.Storing;

internal static class ArrayText
{
    public static string Of(string?[] values)
    {
        StringBuilder text = new("{");
        foreach (string? value in values)
        {
            if (text.Length > 1) text.Append(',');
            if (value is null)
            {
                text.Append("NULL");
                continue;
            }
            text.Append('"');
            foreach (char letter in value)
            {
                if (letter is '"' or '\\') text.Append('\\');
                text.Append(letter);
            }
            text.Append('"');
        }
        return text.Append('}').ToString();
    }
}
