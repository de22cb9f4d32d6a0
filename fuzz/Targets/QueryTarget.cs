// The query against a naive reading of it. WHATWG URL section 5.1.

using System.Globalization;
using System.Text;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class QueryTarget : FieldTarget
{
    public override string Name => "query";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        List<string> expected = [];
        foreach (string pair in Text(value).Split('&'))
        {
            string[] sides = pair.Split('=', 2);
            if (Decode(sides[0]) == "a")
                expected.Add(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Decode(sides.Length == 2 ? sides[1] : ""))));
        }
        IReadOnlyList<string> all = QueryString.All(value, "a");
        Require(all.SequenceEqual(expected));
        Require(QueryString.First(value, "a") == expected.FirstOrDefault());
        foreach (string one in all)
            told.Tell("a", Encoding.UTF8.GetBytes(one));
        return all.Count > 0 ? Ending.Value : Ending.Rejection;
    }

    static string Decode(string text)
    {
        StringBuilder decoded = new();
        for (int at = 0; at < text.Length; at++)
        {
            bool isEscape = text[at] == '%' && at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]);
            decoded.Append(isEscape ? (char)int.Parse(text.AsSpan(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : text[at] == '+' ? ' ' : text[at]);
            at += isEscape ? 2 : 0;
        }
        return decoded.ToString();
    }
}
