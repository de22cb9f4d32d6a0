// The Cookie field against a naive reading of it. RFC 6265 section 4.2.1.

using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class CookiesTarget : FieldTarget
{
    public override string Name => "cookies";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        int valid = 0;
        foreach (byte[] name in (byte[][])["a"u8.ToArray(), "session"u8.ToArray(), []])
        {
            bool isFound = CookieString.TryFind(value, name, out ReadOnlySpan<byte> found, out bool isValid);
            string? expected = Naive(Text(value), Text(name));
            Require(isFound == expected is not null);
            if (!isFound)
                continue;
            Require(expected == Text(found));
            Require(!isValid || !found.ContainsAny(" \",;\\"u8));
            told.Tell(isValid ? "good" : "bad", found);
            if (isValid)
                valid++;
        }
        return valid > 0 ? Ending.Value : Ending.Rejection;
    }

    static string? Naive(string field, string name)
    {
        foreach (string pair in field.Split(';').Select(pair => pair.Trim(' ', '\t')))
            if (pair.Split('=', 2) is [var key, var value] && key == name)
                return value.Length >= 2 && value.StartsWith('"') && value.EndsWith('"') ? value[1..^1] : value;
        return null;
    }
}
