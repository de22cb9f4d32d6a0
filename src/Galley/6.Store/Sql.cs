// A question to a database: text the programmer wrote, and values that never become text. Interpolated strings build it, so a hole
// is always a parameter; a plain string does not convert, so unparameterised SQL cannot be written by accident. It knows where it is
// written (the compiler fills in file and line), so whatever goes wrong with it can be found.

using System.Collections;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text;
using Galley.Storing;

namespace Galley;

/// <summary>SQL with its parameters. Written as an interpolated string:
/// <c>db.QueryAsync&lt;User&gt;($"SELECT * FROM users WHERE id = {id}")</c>.</summary>
/// <remarks>
/// What a hole becomes: a <see cref="Sql"/> is spliced in with its own parameters; a collection (anything enumerable except
/// <see cref="string"/> and <c>byte[]</c>) becomes a parenthesised list of parameters, so <c>WHERE id IN {ids}</c> works, and an empty
/// one becomes <c>(NULL)</c>, which matches nothing - also under NOT IN; <see cref="Array{T}"/> becomes one parameter, also after IN; an enum becomes
/// its name (cast it to its number to store that); everything else becomes one parameter. NULL of a <c>Guid?</c> or another nullable type keeps its type. Holes take no format or alignment. Not thread-safe while it is built; afterwards it may
/// be used any number of times.
/// </remarks>
[InterpolatedStringHandler]
public sealed class Sql
{
    // In the text around an array that stands after IN or NOT IN, which every engine spells in its own way.
    private const char AnyOf = '\u0001', NoneOf = '\u0002', EndOf = '\u0003';

    // Always one more segment than values: text, value, text, value, text.
    private string[] _segments;
    private object?[] _values;
    private readonly CallSite _site;
    private int _count;

    /// <summary>Called by the compiler for an interpolated string; it also says where that stands.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Sql(int literalLength, int formattedCount, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        _ = literalLength;
        _site = new CallSite(file, line);
        _segments = new string[formattedCount + 1];
        _segments[0] = "";
        _values = formattedCount == 0 ? [] : new object?[formattedCount];
    }

    // A statement that is run many times.
    internal Sql(string[] segments, object?[] values, CallSite site) => (_segments, _values, _count, _site) = (segments, values, values.Length, site);

    /// <summary>The text between the parameters, one more than there are <see cref="Values"/>. Read by databases.</summary>
    public ReadOnlySpan<string> Segments => _segments.AsSpan(0, _count + 1);

    /// <summary>The parameters in order; null or a <see cref="SqlNull"/> for SQL NULL. Read by databases.</summary>
    public ReadOnlySpan<object?> Values => _values.AsSpan(0, _count);

    /// <summary>The SQL of an interpolated string, for composing: <c>Sql where = Sql.Of($"WHERE age &gt; {age}");</c>.</summary>
    public static Sql Of(Sql sql) => sql;

    /// <summary>Text embedded as it is: an identifier or a fragment. Never give it anything that came from outside the program.</summary>
    /// <param name="text">The SQL.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public static Sql Raw(string text, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(text);
        Sql sql = new(text.Length, 0, file, line);
        sql.AppendLiteral(text);
        return sql;
    }

    /// <summary>Many values as one parameter, so that the text stays the same whatever their number: <c>WHERE id IN {Sql.Array(ids)}</c> on every engine,
    /// or a value for a column of an array: <c>VALUES ({Sql.Array(tags)})</c>. PostgreSQL gets an array (after IN it is <c>= ANY</c>), SQLite a JSON text
    /// (after IN it is <c>json_each</c>). Under NOT IN an empty one excludes nothing.</summary>
    /// <param name="values">The values, copied; null for NULL. Of a type that a column holds, except bytes; null elements where it says so.</param>
    /// <exception cref="StoreException">The elements are of another type.</exception>
    public static SqlArray Array<T>(IEnumerable<T>? values) => SqlArray.Of(values);

    /// <summary>A value as JSON: text that PostgreSQL takes for json or jsonb, and SQLite's functions for JSON read.</summary>
    public static Json<T> Json<T>(T value) => new(value);

    /// <summary>Several pieces with a separator between them: <c>Sql.Join($" AND ", conditions)</c>. No pieces give empty SQL.</summary>
    /// <param name="separator">What stands between two pieces.</param>
    /// <param name="pieces">The pieces in order.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public static Sql Join(Sql separator, IEnumerable<Sql> pieces, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(separator);
        ArgumentNullException.ThrowIfNull(pieces);
        Sql joined = new(0, 0, file, line);
        bool isFirst = true;
        foreach (Sql piece in pieces)
        {
            if (!isFirst) joined.Splice(separator);
            joined.Splice(piece);
            isFirst = false;
        }
        return joined;
    }

    /// <summary>Called by the compiler for the text of an interpolated string.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendLiteral(string value)
    {
        ref string last = ref _segments[_count];
        last = last.Length == 0 ? value : last + value;
    }

    /// <summary>Called by the compiler for a hole of an interpolated string.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendFormatted<T>(T value)
    {
        if (value is null || (typeof(T).IsValueType && value is not IEnumerable)) Add(Value(value));
        else if (value is Sql nested) Splice(nested);
        else if (value is SqlArray array) Add(array);
        else if (value is IEnumerable list and not string and not byte[]) Expand(list);
        else Add(Value(value));
    }

    /// <summary>The text as a database wants it.</summary>
    /// <param name="prefix">What a placeholder starts with: <c>@p</c> or <c>$</c>.</param>
    /// <param name="first">The number of the first placeholder: 0 or 1.</param>
    public string ToText(string prefix, int first) => ToText(prefix, first, "IN ", "NOT IN ", "");

    /// <summary>The text as a database wants it, with its own words for an array after IN.</summary>
    /// <param name="prefix">What a placeholder starts with: <c>@p</c> or <c>$</c>.</param>
    /// <param name="first">The number of the first placeholder: 0 or 1.</param>
    /// <param name="any">What stands before the placeholder where IN was written, as in <c>= ANY(</c>.</param>
    /// <param name="none">What stands there for NOT IN.</param>
    /// <param name="end">What stands after it.</param>
    public string ToText(string prefix, int first, string any, string none, string end)
    {
        if (_count == 0) return _segments[0];
        StringBuilder text = new();
        Append(text, _segments[0], any, none, end);
        for (int i = 0; i < _count; i++) Append(text.Append(prefix).Append(first + i), _segments[i + 1], any, none, end);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string segment, string any, string none, string end)
    {
        ReadOnlySpan<char> rest = segment;
        if (rest is [EndOf, ..])
        {
            text.Append(end);
            rest = rest[1..];
        }
        // Only the last character: a mark stands next to its parameter.
        string? word = rest is [.., AnyOf] ? any : rest is [.., NoneOf] ? none : null;
        text.Append(word is null ? rest : rest[..^1]).Append(word);
    }

    /// <summary>The text with <c>@p0</c>, <c>@p1</c> in place of the values: safe to log.</summary>
    public override string ToString() => ToText("@p", 0);

    /// <summary>Takes two for the same when their text is, whatever the values: finds what was prepared for it without building the text.</summary>
    public static IEqualityComparer<Sql> ByText { get; } = new SqlByText();

    /// <summary>A copy to keep as a key: the values would otherwise stay in memory.</summary>
    public Sql WithoutValues()
    {
        Sql copy = new(0, _count, _site.File ?? "", _site.Line) { _count = _count };
        Segments.CopyTo(copy._segments);
        return copy;
    }

    /// <summary>Where it is written: the name of the source file and the line, as in <c>OrderRows.cs:31</c>. Empty when the compiler did not
    /// say. A piece that is spliced in does not change it.</summary>
    public string Site => _site.ToString();

    /// <summary>Where it is written, before it is text. Read by databases.</summary>
    public CallSite CallSite => _site;

    /// <summary>The first 80 characters on one line, for messages.</summary>
    public string Excerpt
    {
        get
        {
            string line = string.Join(' ', ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return line.Length <= 80 ? line : line[..80];
        }
    }

    // How a message about this query begins.
    internal string Prefix => Site is { Length: > 0 } site ? site + ": " : "";

    // What becomes of a value that is one parameter.
    internal static object? Value<T>(T value) => value is null ? SqlNull.Of<T>() : value is Enum or IJsonText ? value.ToString() : value;

    private void Add(object? value)
    {
        if (_count == _values.Length) System.Array.Resize(ref _values, Math.Max(4, _count * 2));
        if (_count + 1 == _segments.Length) System.Array.Resize(ref _segments, Math.Max(5, (_count * 2) + 1));
        _values[_count++] = value;
        _segments[_count] = "";
    }

    // After IN the text before and after the parameter is the engine's to choose; elsewhere it is a value like any other.
    private void Add(SqlArray array)
    {
        string before = _segments[_count].TrimEnd();
        bool isAfterIn = EndsWithWord(before, "IN");
        string start = isAfterIn ? before[..^2].TrimEnd() : "";
        bool isNot = isAfterIn && EndsWithWord(start, "NOT");
        if (isAfterIn) _segments[_count] = isNot ? start[..^3] + NoneOf : before[..^2] + AnyOf;
        Add((object)array);
        if (isAfterIn) _segments[_count] = EndOf.ToString();
    }

    private static bool EndsWithWord(string text, string word) => text.EndsWith(word, StringComparison.OrdinalIgnoreCase) &&
        (text.Length == word.Length || !(char.IsLetterOrDigit(text[^(word.Length + 1)]) || text[^(word.Length + 1)] is '_' or '"' or '.'));

    private void Splice(Sql nested)
    {
        // A piece spliced into itself would grow while it is read.
        int count = nested._count;
        AppendLiteral(nested._segments[0]);
        for (int i = 0; i < count; i++)
        {
            Add(nested._values[i]);
            AppendLiteral(nested._segments[i + 1]);
        }
    }

    private void Expand(IEnumerable list)
    {
        AppendLiteral("(");
        bool isEmpty = true;
        foreach (object? item in list)
        {
            if (!isEmpty) AppendLiteral(", ");
            if (item is Sql nested) Splice(nested);
            else if (item is SqlArray array) Add((object)array);
            else Add(item is Enum name ? name.ToString() : item);
            isEmpty = false;
        }
        AppendLiteral(isEmpty ? "NULL)" : ")");
    }
}
