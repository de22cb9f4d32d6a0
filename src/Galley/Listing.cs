// The declaration of a list: its query, and the names that clients may use with what they stand for. A name that is not declared here reaches no SQL: it
// is an error that lists those that are.

using System.Buffers;
using System.Globalization;
using System.Text;
using Galley.Storing;
using Galley.Validating;

namespace Galley;

/// <summary>A list as the OpenAPI document sees it.</summary>
internal abstract class Listing
{
    /// <summary>The names of the parameters that every list may have.</summary>
    public static readonly string[] OwnNames = ["sort", "limit", "cursor", "page", "count"];

    /// <summary>Every parameter of the list: name, JSON Schema, description.</summary>
    /// <param name="pages">How large pages are.</param>
    /// <param name="named">What stands for the schema of a type, given that: a reference, where the type has a name in the document.</param>
    public abstract IEnumerable<(string Name, string Schema, string Description)> Parameters(PageOptions pages, Func<Type, string, string> named);

    /// <summary>Of a row; made once.</summary>
    /// <exception cref="StartException">The declaration is wrong.</exception>
    public static Listing<T> Of<T>() where T : IListed<T> => Declared<T>.Only.Value;

    private static class Declared<T> where T : IListed<T>
    {
        public static readonly Lazy<Listing<T>> Only = new(static () =>
        {
            Listing<T> list = new();
            T.Declare(list);
            list.Check();
            return list;
        }, LazyThreadSafetyMode.ExecutionAndPublication);
    }
}

/// <summary>What a client may ask of a list. Filled by <see cref="IListed{TSelf}.Declare"/>, then fixed.</summary>
/// <remarks>The query stands in parentheses behind FROM, so names of columns are the names of its result, whatever it joins. Names are snake_case and are
/// the column's name unless SQL says otherwise. Misuse is a <see cref="StartException"/>: the backend does not start.</remarks>
/// <typeparam name="T">The row.</typeparam>
public sealed class Listing<T>
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly List<SortKey<T>> _keys = [];
    private readonly List<ListFilter> _filters = [];
    private string? _order;

    internal Listing() => Face = new Listed(this);

    internal Listing Face { get; }

    internal Sql? Query { get; private set; }

    internal IReadOnlyList<SortKey<T>> Keys => _keys;

    internal IReadOnlyList<ListFilter> Filters => _filters;

    internal (SortKey<T> Key, bool IsDescending)[] Order { get; private set; } = [];

    internal int? Rows { get; private set; }

    internal int? MostRows { get; private set; }

    internal int MostSkipped { get; private set; }

    internal bool HasCount { get; private set; }

    /// <summary>What makes one list another one: a cursor of this one is none of it.</summary>
    internal string Identity { get; private set; } = "";

    /// <summary>The query of all rows, without ORDER BY and LIMIT. It may have values of its own.</summary>
    public Listing<T> From(Sql query)
    {
        Query = query;
        return this;
    }

    /// <summary>A column that rows may be sorted by, never NULL.</summary>
    /// <param name="name">What clients call it: <c>?sort=name</c>, <c>?sort=-name</c> for the greatest first.</param>
    /// <param name="key">The value of a row, exactly as the column holds it.</param>
    /// <param name="column">The column of the query's result; null for the one with the same name.</param>
    public Listing<T> Sort<TKey>(string name, Func<T, TKey> key, Sql? column = null) where TKey : notnull => Add(name, key, column, isUnique: false, canBeNull: false);

    /// <summary>A column that rows may be sorted by, and that may be NULL: which is greater than every value.</summary>
    /// <inheritdoc cref="Sort"/>
    public Listing<T> SortNullable<TKey>(string name, Func<T, TKey> key, Sql? column = null) => Add(name, key, column, isUnique: false, canBeNull: true);

    /// <summary>A column that rows may be sorted by and that no two rows share, never NULL. Every order ends with the first of these, because rows that
    /// tie would be lost or repeated between two pages. A list needs one.</summary>
    /// <inheritdoc cref="Sort"/>
    public Listing<T> Unique<TKey>(string name, Func<T, TKey> key, Sql? column = null) where TKey : notnull => Add(name, key, column, isUnique: true, canBeNull: false);

    /// <summary>The order when the client names none, written as clients write it: <c>-placed_at,id</c>. Default: the first unique column, ascending.</summary>
    public Listing<T> InOrder(string sort)
    {
        _order = sort;
        return this;
    }

    /// <summary>A filter by value: <c>?state=placed</c>, several for any of them.</summary>
    /// <typeparam name="TValue">A string, a number, bool, Guid, DateTimeOffset, DateOnly, TimeOnly or an enum (by its names).</typeparam>
    /// <param name="name">What clients call it.</param>
    /// <param name="column">The column of the query's result; null for the one with the same name.</param>
    public Listing<T> Filter<TValue>(string name, Sql? column = null)
    {
        Sql at = column ?? Column(name);
        return Add<TValue>(name, isMany: true, "Only rows with one of these.", values => Sql.Of($"{at} IN ({Sql.Join($", ", values.Select(static value => Sql.Of($"{value}")))})"));
    }

    /// <summary>A filter of the program's own: <c>.Filter&lt;string&gt;("name_like", text => $"name LIKE {text + "%"}")</c>.</summary>
    /// <param name="name">What clients call it.</param>
    /// <param name="condition">The condition for a value. What is in a hole becomes a parameter, never text.</param>
    public Listing<T> Filter<TValue>(string name, Func<TValue, Sql> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Add<TValue>(name, isMany: false, "Only rows that match.", values => condition((TValue)values[0]));
    }

    /// <summary>Two filters by bounds, which are included: <c>?total_min=500&amp;total_max=900</c>.</summary>
    /// <inheritdoc cref="Filter{TValue}(string, Sql?)"/>
    public Listing<T> Range<TValue>(string name, Sql? column = null)
    {
        Sql at = column ?? Column(name);
        return Add<TValue>(name + "_min", isMany: false, "Only rows with at least this.", values => Sql.Of($"{at} >= {values[0]}"))
            .Add<TValue>(name + "_max", isMany: false, "Only rows with at most this.", values => Sql.Of($"{at} <= {values[0]}"));
    }

    /// <summary>Rows of a page. Default: <see cref="PageOptions.Rows"/> and <see cref="PageOptions.MostRows"/>.</summary>
    /// <param name="rows">When the client does not say.</param>
    /// <param name="most">The most it may ask for; beyond is an error that says so.</param>
    public Listing<T> PageSize(int rows, int most)
    {
        if (rows < 1 || most < rows || most == int.MaxValue) throw Wrong($"has pages of {rows} rows, at most {most}", "give PageSize at least 1 row, and a maximum that is not less");
        (Rows, MostRows) = (rows, most);
        return this;
    }

    /// <summary>Lets clients jump to a page by number, <c>?page=3</c>. The database reads everything before it, and rows shift while others are
    /// inserted; the links of that page lead on by cursor.</summary>
    /// <param name="mostSkipped">Rows that may be before it; beyond is an error.</param>
    public Listing<T> AllowPages(int mostSkipped = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostSkipped);
        MostSkipped = mostSkipped;
        return this;
    }

    /// <summary>Lets clients ask how many rows there are, <c>?count=true</c>: a second query that reads all of them.</summary>
    public Listing<T> AllowCount()
    {
        HasCount = true;
        return this;
    }

    /// <summary>Reads an order as clients write it; null when a name in it is none, or comes twice.</summary>
    internal (SortKey<T> Key, bool IsDescending)[]? TryOrder(string sort)
    {
        List<(SortKey<T> Key, bool IsDescending)> order = [];
        foreach (string part in sort.Split(','))
        {
            bool isDescending = part.StartsWith('-');
            string name = isDescending ? part[1..] : part;
            if (_keys.Find(key => key.Name == name) is not { } key || order.Exists(other => other.Key == key)) return null;
            order.Add((key, isDescending));
        }
        // Behind a unique column nothing ties any more.
        int unique = order.FindIndex(static one => one.Key.IsUnique);
        if (unique >= 0) order.RemoveRange(unique + 1, order.Count - unique - 1);
        // In the direction of what it breaks the ties of: one index in one direction answers both.
        else order.Add((_keys.First(static key => key.IsUnique), order[^1].IsDescending));
        return [.. order];
    }

    internal void Check()
    {
        if (Query is null) throw Wrong("has no query", "give it one with From($\"SELECT ...\")");
        if (!_keys.Exists(static key => key.IsUnique))
            throw Wrong("has no unique column to end its orders with, so rows that tie would be lost between pages", "declare one with Unique(\"id\", row => row.Id)");
        Order = TryOrder(_order ?? _keys.First(static key => key.IsUnique).Name) ??
            throw Wrong($"has the order '{_order}', which names something twice or that is not declared", $"name some of {Names()}, each with - for the greatest first");
        StringBuilder identity = new();
        foreach (string segment in Query.Segments) identity.Append(segment).Append('\u0001');
        foreach (object? value in Query.Values) identity.Append(CultureInfo.InvariantCulture, $"{value}").Append('\u0001');
        foreach (SortKey<T> key in _keys) identity.Append(key.Name).Append(':').Append(key.Type.Name).Append('\u0001');
        Identity = identity.ToString();
    }

    /// <summary>What clients may sort by.</summary>
    internal string Names() => string.Join(", ", _keys.Select(static key => key.Name));

    private Listing<T> Add<TKey>(string name, Func<T, TKey> key, Sql? column, bool isUnique, bool canBeNull)
    {
        ArgumentNullException.ThrowIfNull(key);
        CheckName(name);
        if (_keys.Exists(known => known.Name == name)) throw Wrong($"has '{name}' to sort by twice", "declare it once");
        if (!canBeNull && Nullable.GetUnderlyingType(typeof(TKey)) is not null) throw Wrong($"sorts by '{name}', which may be null", "declare it with SortNullable");
        if (!Position.CanHold(Nullable.GetUnderlyingType(typeof(TKey)) ?? typeof(TKey)))
            throw Wrong($"sorts by '{name}' of type {typeof(TKey).Name}, which no cursor holds", "take a number, a text, a bool, a Guid or a time; of an enum, select what it is stored as");
        _keys.Add(new SortKey<T, TKey>(name, column ?? Column(name), isUnique, canBeNull, key));
        return this;
    }

    private Listing<T> Add<TValue>(string name, bool isMany, string about, Func<object[], Sql> condition)
    {
        CheckName(name);
        if (Listing.OwnNames.Contains(name)) throw Wrong($"has a filter '{name}', which is a parameter of every list", "give it another name");
        if (_filters.Exists(known => known.Name == name)) throw Wrong($"has the filter '{name}' twice", "declare it once");
        FilterText text = FilterText.Of<TValue>() ?? throw Wrong($"has the filter '{name}' of type {typeof(TValue).Name}, which no text becomes", "take a text, a number, a bool, a Guid, a time or an enum");
        _filters.Add(new ListFilter(name, text, isMany, about, condition));
        return this;
    }

    // Qualified, or SQLite would take a name that is no column for a text.
    private static Sql Column(string name)
    {
        CheckName(name);
        return Sql.Raw($"listed.\"{name}\"");
    }

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(s_nameCharacters)) throw Wrong($"has the name '{name}'", "write names in snake_case, as columns have them, and give other SQL as an argument of its own");
    }

    private static StartException Wrong(string problem, string fix) => new($"the list of {typeof(T).Name} {problem}", fix);

    // Without the row's type, for the document.
    private sealed class Listed(Listing<T> list) : Listing
    {
        public override IEnumerable<(string Name, string Schema, string Description)> Parameters(PageOptions pages, Func<Type, string, string> named)
        {
            foreach (ListFilter filter in list._filters)
            {
                string schema = named(filter.Text.Type, filter.Text.Schema());
                yield return (filter.Name, filter.IsMany ? $$"""{"type":"array","items":{{schema}}}""" : schema, filter.About);
            }
            string one = $"-?({string.Join('|', list._keys.Select(static key => key.Name))})";
            string order = string.Join(',', list.Order.Select(static key => (key.IsDescending ? "-" : "") + key.Key.Name));
            yield return ("sort", $$"""{"type":"string","pattern":"^{{one}}(,{{one}})*$","default":"{{order}}"}""", $"The order, most important first: some of {list.Names()}, each with - for the greatest first.");
            yield return ("limit", $$"""{"type":"integer","format":"int32","minimum":1,"maximum":{{list.MostRows ?? pages.MostRows}},"default":{{list.Rows ?? Math.Min(pages.Rows, list.MostRows ?? pages.MostRows)}}}""", "At most so many rows.");
            yield return ("cursor", """{"type":"string"}""", "Where the page begins: `next` or `previous` of another page of the same list, with the same filters in the same order.");
            if (list.MostSkipped > 0) yield return ("page", """{"type":"integer","format":"int32","minimum":1}""", "The number of the page, in place of a cursor.");
            if (list.HasCount) yield return ("count", """{"type":"boolean","default":false}""", "Whether to count the rows of all pages.");
        }
    }
}
