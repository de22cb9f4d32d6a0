// The query of a request for a list, sorted by what its names mean. A parameter without a value counts as left out, as elsewhere.

using System.Globalization;
using System.Text;

namespace Galley.Validating;

/// <summary>The parameters of one request.</summary>
internal sealed class ListText
{
    private readonly Dictionary<string, byte[]> _own = [];
    private readonly List<(ListFilter Filter, byte[] Value)> _filters = [];
    private readonly List<string> _twice = [];

    public ListText(ReadOnlySpan<byte> query, IReadOnlyList<ListFilter> filters)
    {
        foreach (Range at in query.Split((byte)'&'))
        {
            ReadOnlySpan<byte> pair = query[at];
            int equals = pair.IndexOf((byte)'=');
            string name = Encoding.UTF8.GetString(QueryString.Plain(equals < 0 ? pair : pair[..equals]));
            ReadOnlySpan<byte> value = equals < 0 ? default : QueryString.Plain(pair[(equals + 1)..]);
            ListFilter? filter = filters.FirstOrDefault(filter => filter.Name == name);
            bool isOwn = name is "sort" or "limit" or "cursor" or "page" or "count";
            if (name.Length == 0) continue;
            if (filter is null && name is not ("sort" or "limit" or "cursor") && !Strangers.Contains(name)) Strangers.Add(name);
            if (value.IsEmpty || (filter is null && !isOwn)) continue;
            bool isTwice = filter is null ? !_own.TryAdd(name, value.ToArray()) : !filter.IsMany && _filters.Exists(other => other.Filter == filter);
            if (isTwice) _twice.Add(name);
            else if (filter is not null) _filters.Add((filter, value.ToArray()));
        }
    }

    /// <summary>Names that not every list has.</summary>
    public List<string> Strangers { get; } = [];

    /// <summary>The names that came twice and may not.</summary>
    public IReadOnlyList<string> Twice => _twice;

    /// <summary>The value of a parameter that is no filter; null without one.</summary>
    public byte[]? Find(string name) => _own.GetValueOrDefault(name);

    /// <summary>The conditions of the filters, in the order of their declaration, and one spelling for all ways of asking for them.</summary>
    public (IReadOnlyList<Sql> Conditions, string Spelled) Filters(IReadOnlyList<ListFilter> filters, ref BindingErrors errors)
    {
        List<Sql> conditions = [];
        StringBuilder spelled = new();
        foreach (ListFilter filter in filters)
        {
            List<object> values = [];
            int number = 0;
            foreach ((ListFilter at, byte[] utf8) in _filters)
            {
                if (at != filter) continue;
                number++;
                if (filter.Text.Read(utf8) is { } value) values.Add(value);
                else errors.Add(filter.Name, (number > 1 ? $"value {number} must be " : "must be ") + (Wording.Beyond(filter.Text.Type, utf8) ?? filter.Text.Expected()));
            }
            if (values.Count == 0) continue;
            conditions.Add(filter.Condition([.. values]));
            spelled.Append('\u0002').Append(filter.Name);
            // Which comes first means nothing.
            foreach (string value in values.Select(Spell).Order(StringComparer.Ordinal)) spelled.Append('\u0003').Append(CultureInfo.InvariantCulture, $"{value.Length}:").Append(value);
        }
        return (conditions, spelled.ToString());
    }

    /// <summary>A whole number from 1 to <paramref name="most"/>.</summary>
    public int? Number(string name, int most, string beyond, ref BindingErrors errors)
    {
        if (Find(name) is not { } utf8) return null;
        if (Utf8<int>.TryRead(utf8, out int number) && number >= 1 && number <= most) return number;
        if (!Utf8<Int128>.TryRead(utf8, out _) && Wording.Beyond(typeof(int), utf8) is null)
        {
            errors.Add(name, "must be a whole number");
            return null;
        }
        errors.Break(beyond);
        errors.Named(name);
        return null;
    }

    /// <summary>Yes or no; no when it is missing.</summary>
    public bool IsTrue(string name, ref BindingErrors errors)
    {
        if (Find(name) is not { } utf8) return false;
        if (!Chars<bool>.TryRead(utf8, out bool value)) errors.Add(name, "must be true or false");
        return value;
    }

    // The same moment in another zone is the same question.
    private static string Spell(object value) => value switch
    {
        DateTimeOffset time => time.UtcTicks.ToString(CultureInfo.InvariantCulture),
        DateOnly date => date.DayNumber.ToString(CultureInfo.InvariantCulture),
        TimeOnly time => time.Ticks.ToString(CultureInfo.InvariantCulture),
        IFormattable known and not Enum => known.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
