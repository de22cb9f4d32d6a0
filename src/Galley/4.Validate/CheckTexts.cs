// The checks of texts. They allocate nothing and take time linear in the text, whatever the text.

using System.Text.RegularExpressions;

namespace Galley.Validating;

public static partial class Check
{
    // For an expression that the linear engine cannot run (lookaround, back-references).
    private const int Milliseconds = 100;

    private static readonly string[] s_schemes = ["https://", "http://", "ftp://"];
    private static readonly string[] s_extensions = ["ext.", "ext", "x"];

    /// <summary>An e-mail address. Only a message that arrives proves one; this catches slips of the keyboard.</summary>
    public static void Email(string value, ref BindingErrors errors, string? message = null)
    {
        if (!IsEmail(value)) errors.Break(message ?? "must be an e-mail address, for example ada@example.com");
    }

    /// <summary>An absolute address of the web.</summary>
    public static void Url(string value, ref BindingErrors errors, string? message = null)
    {
        if (!IsUrl(value)) errors.Break(message ?? "must be a URL, for example https://example.com");
    }

    /// <summary>A phone number in any usual notation.</summary>
    public static void Phone(string value, ref BindingErrors errors, string? message = null)
    {
        if (!IsPhone(value)) errors.Break(message ?? "must be a phone number, for example +49 30 1234567");
    }

    /// <summary>The number of a payment card, by its check digit (ISO/IEC 7812).</summary>
    public static void CreditCard(string value, ref BindingErrors errors, string? message = null)
    {
        if (!IsCard(value)) errors.Break(message ?? "must be the number of a card");
    }

    /// <summary>Bytes in Base64 (RFC 4648 section 4).</summary>
    public static void Base64(string value, ref BindingErrors errors, string? message = null)
    {
        if (!System.Buffers.Text.Base64.IsValid(value)) errors.Break(message ?? "must be Base64");
    }

    /// <summary>The whole text matches. An empty one has nothing to match: whether it may be empty is another rule.</summary>
    public static void Matches(string value, Regex expression, ref BindingErrors errors, string? message = null)
    {
        if (value.Length == 0 || IsMatch(value, expression)) return;
        errors.Break(message ?? "must match " + expression);
    }

    /// <summary>An expression that no text can make run for long: the engine whose time is linear in the text; where that cannot run it, a time limit
    /// (0 is 100 ms).</summary>
    public static Regex Expression(string pattern, int milliseconds = 0)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(milliseconds > 0 ? milliseconds : Milliseconds));
        }
    }

    private static bool IsMatch(string value, Regex expression)
    {
        try
        {
            foreach (ValueMatch match in expression.EnumerateMatches(value)) return match.Index == 0 && match.Length == value.Length;
        }
        catch (RegexMatchTimeoutException)
        {
            // A text that is made to take long is not one that was meant.
        }
        return false;
    }

    // 254 and 64 are the limits of RFC 5321 section 4.5.3.1.
    private static bool IsEmail(ReadOnlySpan<char> text)
    {
        int at = text.IndexOf('@'), dot = text.LastIndexOf('.');
        if (text.Length > 254 || at is < 1 or > 64 || at != text.LastIndexOf('@') || dot <= at + 1 || dot == text.Length - 1) return false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c)) return false;
        }
        return true;
    }

    private static bool IsUrl(ReadOnlySpan<char> text)
    {
        int scheme = 0;
        foreach (string one in s_schemes)
        {
            if (text.StartsWith(one, StringComparison.OrdinalIgnoreCase)) scheme = one.Length;
        }
        if (scheme == 0 || text.Length == scheme) return false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c)) return false;
        }
        return true;
    }

    private static bool IsPhone(ReadOnlySpan<char> text)
    {
        // A plus is read over, as .NET does; only one that is not in front costs a copy.
        text = text.TrimStart('+');
        if (text.Contains('+')) text = text.ToString().Replace("+", "", StringComparison.Ordinal);
        text = text.TrimEnd();
        foreach (string mark in s_extensions)
        {
            int whole = text.Length;
            text = WithoutExtension(text, mark);
            if (text.Length < whole) break;
        }
        bool hasDigit = false;
        foreach (char c in text)
        {
            if (char.IsDigit(c)) hasDigit = true;
            else if (!char.IsWhiteSpace(c) && c is not ('-' or '.' or '(' or ')')) return false;
        }
        return hasDigit;
    }

    private static ReadOnlySpan<char> WithoutExtension(ReadOnlySpan<char> text, string mark)
    {
        int at = text.LastIndexOf(mark, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return text;
        ReadOnlySpan<char> number = text[(at + mark.Length)..].TrimStart();
        foreach (char c in number)
        {
            if (!char.IsDigit(c)) return text;
        }
        return number.Length > 0 ? text[..at] : text;
    }

    private static bool IsCard(ReadOnlySpan<char> text)
    {
        int sum = 0, digits = 0;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            if (text[i] is '-' or ' ') continue;
            if (!char.IsAsciiDigit(text[i])) return false;
            int digit = (text[i] - '0') * (digits++ % 2 + 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0;
    }
}
