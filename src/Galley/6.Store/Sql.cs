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
/// one becomes <c>(NULL)</c>, which matches nothing - also under NOT IN; an enum becomes its name (cast it to its number to store that);
/// everything else becomes one parameter. Holes take no format or alignment. Not thread-safe while it is built; afterwards it may
/// be used any number of times.
/// </remarks>
[InterpolatedStringHandler]
public sealed class Sql
{
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

    /// <summary>The text between the parameters, one more than there are <see cref="Values"/>. Read by databases.</summary>
    public ReadOnlySpan<string> Segments => _segments.AsSpan(0, _count + 1);

    /// <summary>The parameters in order; null for SQL NULL. Read by databases.</summary>
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
        if (typeof(T).IsValueType && value is not IEnumerable) Add(value is Enum name ? name.ToString() : value);
        else if (value is Sql nested) Splice(nested);
        else if (value is IEnumerable list and not string and not byte[]) Expand(list);
        else Add(value is Enum boxed ? boxed.ToString() : value);
    }

    /// <summary>The text as a database wants it.</summary>
    /// <param name="prefix">What a placeholder starts with: <c>@p</c> or <c>$</c>.</param>
    /// <param name="first">The number of the first placeholder: 0 or 1.</param>
    public string ToText(string prefix, int first)
    {
        if (_count == 0) return _segments[0];
        StringBuilder text = new(_segments[0]);
        for (int i = 0; i < _count; i++) text.Append(prefix).Append(first + i).Append(_segments[i + 1]);
        return text.ToString();
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

    private void Add(object? value)
    {
        if (_count == _values.Length) Array.Resize(ref _values, Math.Max(4, _count * 2));
        if (_count + 1 == _segments.Length) Array.Resize(ref _segments, Math.Max(5, (_count * 2) + 1));
        _values[_count++] = value;
        _segments[_count] = "";
    }

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
            else Add(item is Enum name ? name.ToString() : item);
            isEmpty = false;
        }
        AppendLiteral(isEmpty ? "NULL)" : ")");
    }
}
