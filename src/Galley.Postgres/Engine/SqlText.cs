// What is known of SQL by its text: how it is sent, whether it may be, and what it may leave behind. Worked out once per text. Nothing is assumed of a
// function that is not known here: it could set a parameter or take a lock, so the session counts as dirty after it.

using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Galley.Storing;

/// <summary>What a statement may leave on its session.</summary>
[Flags]
internal enum Dirt
{
    None = 0,

    /// <summary>Something that only this session notices: a parameter, a role, a temporary table, a cursor.</summary>
    Inside = 1,

    /// <summary>Something that others notice while the session rests: a lock, a subscription.</summary>
    Outside = 2,
}

internal sealed class SqlText
{
    private const int Most = 4_096;

    private static readonly ConcurrentDictionary<Sql, SqlText> s_known = new(Sql.ByText);

    // Keywords that a parenthesis may follow, and functions that leave nothing behind.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_harmless = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "and", "or", "not", "in", "any", "all", "some", "exists", "values", "from", "join", "on", "using", "where", "having", "select", "as", "by", "over", "filter",
        "within", "group", "partition", "order", "union", "except", "intersect", "distinct", "lateral", "with", "materialized", "into", "set", "when", "then", "else",
        "case", "row", "array", "between", "like", "ilike", "is", "limit", "offset", "interval", "cast", "conflict", "key", "check", "references", "default", "unique",
        "primary", "numeric", "decimal", "varchar", "char", "character", "varying", "time", "timestamp", "timestamptz", "bit", "cube", "rollup", "sets", "only", "returning",
        "count", "sum", "avg", "min", "max", "coalesce", "nullif", "greatest", "least", "abs", "ceil", "ceiling", "floor", "round", "trunc", "mod", "power", "sqrt", "sign",
        "random", "lower", "upper", "length", "char_length", "octet_length", "trim", "ltrim", "rtrim", "btrim", "substring", "substr", "replace", "position", "strpos",
        "left", "right", "concat", "concat_ws", "repeat", "reverse", "split_part", "starts_with", "format", "md5", "encode", "decode", "to_char", "to_date",
        "to_timestamp", "to_number", "now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "date_trunc", "date_part", "extract", "age", "make_date",
        "make_interval", "gen_random_uuid", "array_agg", "string_agg", "array_length", "cardinality", "unnest", "array_to_string", "string_to_array", "generate_series",
        "bool_and", "bool_or", "every", "row_number", "rank", "dense_rank", "percent_rank", "ntile", "lag", "lead", "first_value", "last_value", "nth_value",
        "percentile_cont", "percentile_disc", "stddev", "variance", "json_agg", "jsonb_agg", "json_build_object", "jsonb_build_object", "json_build_array",
        "jsonb_build_array", "json_object_agg", "jsonb_object_agg", "to_json", "to_jsonb", "row_to_json", "jsonb_set", "jsonb_array_elements", "jsonb_array_elements_text",
        "jsonb_array_length", "jsonb_each", "jsonb_extract_path", "jsonb_extract_path_text", "jsonb_typeof", "jsonb_path_query", "jsonb_path_exists", "jsonb_strip_nulls",
        "regexp_replace", "regexp_match", "regexp_matches", "to_tsvector", "to_tsquery", "plainto_tsquery", "websearch_to_tsquery", "ts_rank", "pg_sleep", "pg_typeof",
        "pg_backend_pid", "current_setting", "pg_advisory_xact_lock", "pg_try_advisory_xact_lock", "pg_notify", "nextval", "hashtext", "version").GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_control = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare", "deallocate", "discard").GetAlternateLookup<ReadOnlySpan<char>>();

    // After these a name with a parenthesis is a table and its columns, not a call.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_beforeName = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "into", "table", "exists", "references", "index", "as", "with", "recursive", "constraint", "on").GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_writes = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "insert", "update", "delete", "merge", "into").GetAlternateLookup<ReadOnlySpan<char>>();

    private Columns? _columns;

    private SqlText(Sql sql)
    {
        Text = sql.ToText("$", 1, "= ANY(", "<> ALL(", ")");
        Words words = new(Text);
        if (!words.MoveNext())
        {
            Refusal = "there is no statement in it: write one";
            return;
        }
        if (words.IsAfterEnd) Refusal = "it begins with a semicolon";
        ReadOnlySpan<char> first = words.Current;
        if (s_control.Contains(first))
            Refusal = "it controls a transaction or the statements of the session: use TransactionAsync, which ends a transaction whatever happens";
        // Nobody sees what the body of a block or a procedure takes.
        Dirt = Is(first, "listen") || Is(first, "do") || Is(first, "call") ? Dirt.Outside
            : Is(first, "set") || Is(first, "reset") || Is(first, "load") || Is(first, "declare") ? Dirt.Inside : Dirt.None;
        bool isQuery = Is(first, "select") || Is(first, "values") || Is(first, "table") || Is(first, "with");
        bool isCreate = Is(first, "create"), isSet = Is(first, "set");
        ReadOnlySpan<char> before = first;
        while (words.MoveNext())
        {
            ReadOnlySpan<char> word = words.Current;
            // The body of a function may be statements.
            if (words.IsAfterEnd && !isCreate) Refusal ??= "there are several statements in it: run them one by one, as a batch, or in a migration";
            if (isSet && Is(before, "set") && (Is(word, "local") || Is(word, "transaction") || Is(word, "constraints"))) Dirt = Dirt.None;
            if (isQuery && s_writes.Contains(word)) isQuery = Is(word, "update") && Is(before, "for"); // FOR UPDATE is a query's
            if ((isCreate || Is(before, "into")) && (Is(word, "temp") || Is(word, "temporary")) || Is(word, "pg_temp")) Dirt |= Dirt.Inside;
            // ON stands before the table of an index, and before the condition of a join.
            if (words.IsCall && !s_harmless.Contains(word) && (!s_beforeName.Contains(before) || (Is(before, "on") && !isCreate)))
                Dirt |= word.Contains("advisory", StringComparison.OrdinalIgnoreCase) ? Dirt.Outside : Dirt.Inside;
            before = word;
        }
        IsQuery = isQuery;
        // The server would take the values that have no place without a word.
        if (words.Places < sql.Values.Length) Refusal ??= "a hole of it is inside quotes or a comment: a hole is a value already, take the quotes away";
        if (words.Places > sql.Values.Length) Refusal ??= "it names a parameter itself: put the value into a hole, as in {id}";
    }

    /// <summary>With $1, $2 for the values.</summary>
    public string Text { get; }

    /// <summary>Why it is not sent; null when it may be.</summary>
    public string? Refusal { get; }

    /// <summary>What it may leave behind.</summary>
    public Dirt Dirt { get; }

    /// <summary>Whether a cursor can be opened on it: it reads, and only reads.</summary>
    public bool IsQuery { get; }

    /// <summary>What is known of SQL.</summary>
    /// <exception cref="StoreException">It may not be sent.</exception>
    public static SqlText Of(Sql sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        if (!s_known.TryGetValue(sql, out SqlText? known))
        {
            known = new SqlText(sql);
            // Texts that a program makes up as it goes must not fill the memory.
            if (s_known.Count < Most) s_known.TryAdd(sql.WithoutValues(), known);
        }
        return known.Refusal is { } refusal
            ? throw new StoreException(StoreErrorKind.Misuse, $"{Failures.Site(sql)}'{sql.Excerpt}' is not sent: {refusal}")
            : known;
    }

    /// <summary>The ordinals of a shape in a result of this: found again only for another shape, or when the columns are called otherwise.</summary>
    public int[] OrdinalsOf(RowShape shape, Row row, Sql sql)
    {
        if (_columns is { } known && ReferenceEquals(known.Shape, shape) && known.Are(row)) return known.Ordinals;
        int[] ordinals = shape.Resolve(row, sql);
        string[] names = new string[row.ColumnCount];
        for (int i = 0; i < names.Length; i++) names[i] = row.ColumnName(i);
        _columns = new Columns(shape, names, ordinals);
        return ordinals;
    }

    private static bool Is(ReadOnlySpan<char> word, string name) => word.Equals(name, StringComparison.OrdinalIgnoreCase);

    private sealed class Columns(RowShape shape, string[] names, int[] ordinals)
    {
        public RowShape Shape => shape;

        public int[] Ordinals => ordinals;

        public bool Are(Row row)
        {
            if (row.ColumnCount != names.Length) return false;
            for (int i = 0; i < names.Length; i++)
                if (row.ColumnName(i) != names[i]) return false;
            return true;
        }
    }
}
