// One prepared statement, which is also the row it stands on: reading a column goes straight to SQLite, no value is boxed. Used by one
// thread at a time; its connection sees to that.

using System.Globalization;
using System.Text;
using SQLitePCL;

namespace Galley.Storing;

internal sealed class Statement : Row
{
    private const int StatusReprepare = 5; // SQLITE_STMTSTATUS_REPREPARE, which SQLitePCLRaw does not name

    private readonly sqlite3_stmt _handle;
    private string?[] _names = [];
    private object? _shape;
    private int[] _ordinals = [];

    public Statement(sqlite3_stmt handle, bool isKept, bool runsAlone)
    {
        _handle = handle;
        IsKept = isKept;
        RunsAlone = runsAlone;
        IsReadOnly = raw.sqlite3_stmt_readonly(handle) != 0;
    }

    /// <summary>Whether it cannot change the database (https://sqlite.org/c3ref/stmt_readonly.html).</summary>
    public bool IsReadOnly { get; }

    /// <summary>Whether the connection keeps it for the next use of the same SQL.</summary>
    public bool IsKept { get; }

    /// <summary>Whether SQLite refuses to run it inside a transaction, or it would mean something else there.</summary>
    public bool RunsAlone { get; }

    /// <summary>Whether somebody stands on one of its rows.</summary>
    public bool IsInUse { get; set; }

    /// <summary>When it was last used, in uses of its connection.</summary>
    public long LastUse { get; set; }

    public sqlite3_stmt Handle => _handle;

    public override int ColumnCount => raw.sqlite3_column_count(_handle);

    public int Bind(Sql sql)
    {
        ReadOnlySpan<object?> values = sql.Values;
        for (int i = 0; i < values.Length; i++)
        {
            int code = Binding.Bind(_handle, i + 1, values[i]);
            if (code != raw.SQLITE_OK) return code;
        }
        return raw.SQLITE_OK;
    }

    public int Step() => raw.sqlite3_step(_handle);

    public void Reset()
    {
        _ = raw.sqlite3_reset(_handle); // repeats the error of the last step, which has been thrown already
        _ = raw.sqlite3_clear_bindings(_handle);
    }

    public void Close() => _handle.Dispose();

    /// <summary>The ordinals of a shape, found again only when the shape or the columns changed. Call after the first step: a change of
    /// the schema shows there.</summary>
    public override int[] OrdinalsOf(RowShape shape, Sql sql)
    {
        bool isPreparedAgain = raw.sqlite3_stmt_status(_handle, StatusReprepare, 1) != 0;
        if (isPreparedAgain || _names.Length == 0) _names = new string?[ColumnCount];
        if (ReferenceEquals(_shape, shape) && !isPreparedAgain) return _ordinals;
        _ordinals = shape.Resolve(this, sql);
        _shape = shape;
        return _ordinals;
    }

    public override string ColumnName(int ordinal) => _names[ordinal] ??= raw.sqlite3_column_name(_handle, ordinal).utf8_to_string();

    public override bool IsNull(int ordinal) => raw.sqlite3_column_type(_handle, ordinal) == raw.SQLITE_NULL;

    // The tests of typeof(T) are constants for a value type, so one branch remains and nothing is boxed.
    public override T Get<T>(int ordinal)
    {
        if (typeof(T) == typeof(long)) return (T)(object)Integer<T>(ordinal, long.MinValue, long.MaxValue);
        if (typeof(T) == typeof(int)) return (T)(object)(int)Integer<T>(ordinal, int.MinValue, int.MaxValue);
        if (typeof(T) == typeof(string)) return (T)(object)Text<T>(ordinal, isAnyNumberFine: true);
        if (typeof(T) == typeof(bool)) return (T)(object)(Integer<T>(ordinal, 0, 1) == 1);
        if (typeof(T) == typeof(short)) return (T)(object)(short)Integer<T>(ordinal, short.MinValue, short.MaxValue);
        if (typeof(T) == typeof(byte)) return (T)(object)(byte)Integer<T>(ordinal, byte.MinValue, byte.MaxValue);
        if (typeof(T) == typeof(double)) return (T)(object)Real<T>(ordinal);
        if (typeof(T) == typeof(float)) return (T)(object)(float)Real<T>(ordinal);
        if (typeof(T) == typeof(decimal)) return (T)(object)Decimal<T>(ordinal);
        if (typeof(T) == typeof(byte[])) return (T)(object)Blob<T>(ordinal);
        string text = Text<T>(ordinal, isAnyNumberFine: false);
        return StoredText.TryRead(text, out T? value) ? value! : throw Misfit<T>(ordinal);
    }

    public override T[] GetArray<T>(int ordinal, bool takesNull = false)
    {
        if (IsNull(ordinal)) throw Unfit<T[]>(ordinal, null);
        if (raw.sqlite3_column_type(_handle, ordinal) != raw.SQLITE_TEXT) throw Misfit<T[]>(ordinal);
        return JsonArray.Read<T>(raw.sqlite3_column_blob(_handle, ordinal), takesNull, out string? problem) ??
            throw Unfit<T[]>(ordinal, $"{problem} in {Utf8(ordinal)}");
    }

    private string Utf8(int ordinal) => $"'{Shorten(Encoding.UTF8.GetString(raw.sqlite3_column_blob(_handle, ordinal)))}'";

    private long Integer<T>(int ordinal, long least, long most)
    {
        // SQLite would turn the text 'abc' into 0 without a word; here a value of another kind is an error.
        if (raw.sqlite3_column_type(_handle, ordinal) != raw.SQLITE_INTEGER) throw Misfit<T>(ordinal);
        long value = raw.sqlite3_column_int64(_handle, ordinal);
        return value >= least && value <= most ? value : throw Misfit<T>(ordinal);
    }

    private double Real<T>(int ordinal) => raw.sqlite3_column_type(_handle, ordinal) is raw.SQLITE_FLOAT or raw.SQLITE_INTEGER
        ? raw.sqlite3_column_double(_handle, ordinal) : throw Misfit<T>(ordinal);

    private decimal Decimal<T>(int ordinal)
    {
        string text = Text<T>(ordinal, isAnyNumberFine: true);
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? value : throw Misfit<T>(ordinal);
    }

    private byte[] Blob<T>(int ordinal) => raw.sqlite3_column_type(_handle, ordinal) == raw.SQLITE_BLOB
        ? raw.sqlite3_column_blob(_handle, ordinal).ToArray() : throw Misfit<T>(ordinal);

    private string Text<T>(int ordinal, bool isAnyNumberFine)
    {
        int type = raw.sqlite3_column_type(_handle, ordinal);
        // The bytes of a text, taken as a blob, keep what follows a NUL character.
        if (type == raw.SQLITE_TEXT) return Encoding.UTF8.GetString(raw.sqlite3_column_blob(_handle, ordinal));
        if (isAnyNumberFine && type is raw.SQLITE_INTEGER or raw.SQLITE_FLOAT) return raw.sqlite3_column_text(_handle, ordinal).utf8_to_string();
        throw Misfit<T>(ordinal);
    }

    private StoreException Misfit<T>(int ordinal)
    {
        return Unfit<T>(ordinal, raw.sqlite3_column_type(_handle, ordinal) switch
        {
            raw.SQLITE_NULL => null,
            raw.SQLITE_BLOB => "a BLOB",
            _ => $"'{Shorten(raw.sqlite3_column_text(_handle, ordinal).utf8_to_string())}'",
        });
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
