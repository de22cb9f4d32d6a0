// The rules that have a name, for the types they make sense for.

using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Galley.Validating;

namespace Galley;

/// <summary>What can be asked of a member by name. OpenAPI shows these when their arguments are constants.</summary>
public static class RuleVocabulary
{
    // Texts without annotations: string and string? are the same to these rules.
#nullable disable annotations

    /// <summary>From <paramref name="least"/> to <paramref name="most"/> characters (UTF-16 code units).</summary>
    public static MemberRules<T, string> Length<T>(this MemberRules<T, string> rules, int least, int most) =>
        rules.Add((string value, ref BindingErrors errors) => Check.Length(value, least, most, ref errors));

    /// <summary>An e-mail address.</summary>
    public static MemberRules<T, string> Email<T>(this MemberRules<T, string> rules) =>
        rules.Add(static (string value, ref BindingErrors errors) => Check.Email(value, ref errors));

    /// <summary>An absolute URL of http, https or ftp.</summary>
    public static MemberRules<T, string> Url<T>(this MemberRules<T, string> rules) =>
        rules.Add(static (string value, ref BindingErrors errors) => Check.Url(value, ref errors));

    /// <summary>The whole text matches the expression; an empty text always does.</summary>
    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    public static MemberRules<T, string> Matches<T>(this MemberRules<T, string> rules, [StringSyntax(StringSyntaxAttribute.Regex)] string pattern)
    {
        Regex expression = Check.Expression(pattern);
        return rules.Add((string value, ref BindingErrors errors) => Check.Matches(value, expression, ref errors));
    }

#nullable restore annotations

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public static MemberRules<T, TMember> Between<T, TMember>(this MemberRules<T, TMember> rules, TMember least, TMember most)
        where TMember : struct, IComparable<TMember> =>
        rules.Add((TMember value, ref BindingErrors errors) => Check.Range(value, least, most, ref errors));

    /// <inheritdoc cref="Between{T, TMember}(MemberRules{T, TMember}, TMember, TMember)"/>
    public static MemberRules<T, TMember?> Between<T, TMember>(this MemberRules<T, TMember?> rules, TMember least, TMember most)
        where TMember : struct, IComparable<TMember> =>
        rules.Add((TMember? value, ref BindingErrors errors) => Check.Range(value!.Value, least, most, ref errors));

    /// <summary>Not below <paramref name="least"/>.</summary>
    public static MemberRules<T, TMember> AtLeast<T, TMember>(this MemberRules<T, TMember> rules, TMember least)
        where TMember : struct, IComparable<TMember> =>
        rules.Add((TMember value, ref BindingErrors errors) => Check.AtLeast(value, least, ref errors));

    /// <inheritdoc cref="AtLeast{T, TMember}(MemberRules{T, TMember}, TMember)"/>
    public static MemberRules<T, TMember?> AtLeast<T, TMember>(this MemberRules<T, TMember?> rules, TMember least)
        where TMember : struct, IComparable<TMember> =>
        rules.Add((TMember? value, ref BindingErrors errors) => Check.AtLeast(value!.Value, least, ref errors));

    /// <summary>Not above <paramref name="most"/>.</summary>
    public static MemberRules<T, TMember> AtMost<T, TMember>(this MemberRules<T, TMember> rules, TMember most)
        where TMember : struct, IComparable<TMember> =>
        rules.Add((TMember value, ref BindingErrors errors) => Check.AtMost(value, most, ref errors));

    /// <inheritdoc cref="AtMost{T, TMember}(MemberRules{T, TMember}, TMember)"/>
    public static MemberRules<T, TMember?> AtMost<T, TMember>(this MemberRules<T, TMember?> rules, TMember most)
        where TMember : struct, IComparable<TMember> =>
        rules.Add((TMember? value, ref BindingErrors errors) => Check.AtMost(value!.Value, most, ref errors));

    /// <summary>From <paramref name="least"/> to <paramref name="most"/> items.</summary>
    public static MemberRules<T, TItems> Count<T, TItems>(this MemberRules<T, TItems> rules, int least, int most) where TItems : IEnumerable? =>
        rules.Add((TItems value, ref BindingErrors errors) => Check.Count(Counted(value, most), least, most, ref errors));

    private static int Counted<TItems>(TItems items, int most) where TItems : IEnumerable?
    {
        // An ImmutableArray that was left out is the default one, which cannot be asked for anything.
        if (typeof(TItems).IsValueType && EqualityComparer<TItems>.Default.Equals(items, default)) return 0;
        if (items is ICollection collection) return collection.Count;
        int count = 0;
        foreach (object? _ in items!)
        {
            if (count++ > most) break;
        }
        return count;
    }
}
