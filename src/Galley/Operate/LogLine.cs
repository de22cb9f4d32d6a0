// One log line while it is made: bytes in a buffer that its thread keeps, so that a line allocates nothing. Text from outside cannot end a line or
// command a terminal: whatever is not printable is escaped, in both formats, and what is not UTF-8 becomes U+FFFD.

using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Builds one line: <see cref="Begin"/>, fields, <see cref="End"/>. Not thread-safe; reused.</summary>
internal abstract class LogLine
{
    /// <summary>A text is cut here: a line must fit its reader, and the buffer of the writer.</summary>
    public const int MostTextLength = 32 * 1024;

    private const int KeptBytes = 16 * 1024;

    private static readonly SearchValues<byte> s_plain = SearchValues.Create(Printable("\"\\"));
    private static readonly SearchValues<char> s_plainChars = SearchValues.Create(Encoding.ASCII.GetString(Printable("\"\\")));

    private readonly byte[] _second = new byte[20];
    private byte[] _bytes = new byte[1024];
    private long _secondOf = -1;

    protected int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Whether the buffer is small enough to be kept by its thread.</summary>
    public bool MayBeKept => _bytes.Length <= KeptBytes;

    public void Begin(DateTimeOffset now, LogLevel level, ReadOnlySpan<byte> happened)
    {
        Length = 0;
        BeginLine(now, level, happened);
    }

    public abstract void End();

    /// <summary>A field that needs no name where a person reads; its value follows, then <see cref="Pad"/>.</summary>
    public abstract void Lead(ReadOnlySpan<byte> name);

    /// <summary>Brings the last leading value to a width for a person; negative: to the right.</summary>
    public abstract void Pad(int width);

    /// <summary>Begins a field whose value follows. The name is known to be plain.</summary>
    public abstract void Name(ReadOnlySpan<byte> name);

    /// <summary>Begins a field whose name came from a program.</summary>
    public abstract void Name(string name);

    /// <summary>Fields up to <see cref="Close"/> belong together under a name.</summary>
    public abstract void Open(ReadOnlySpan<byte> name);

    public abstract void Close();

    public abstract void Text(ReadOnlySpan<byte> utf8);

    public abstract void Text(ReadOnlySpan<char> text);

    /// <summary>A field with a time in milliseconds to three places.</summary>
    public abstract void Time(ReadOnlySpan<byte> name, long microseconds);

    /// <summary>A leading field with a time in milliseconds.</summary>
    public abstract void LeadTime(ReadOnlySpan<byte> name, long microseconds);

    /// <summary>A text of several lines, such as an exception. The last field of its line.</summary>
    public abstract void Block(ReadOnlySpan<byte> name, string text);

    public void Add(ReadOnlySpan<byte> name, string? text)
    {
        if (text is null) return;
        Name(name);
        Text(text);
    }

    public void Add(ReadOnlySpan<byte> name, long number)
    {
        Name(name);
        Number(number);
    }

    /// <summary>A field that is there only when it is true.</summary>
    public void Flag(ReadOnlySpan<byte> name, bool isTrue)
    {
        if (!isTrue) return;
        Name(name);
        Raw("true"u8);
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out int written);
        Length += written;
    }

    public void Number<T>(T number) where T : IUtf8SpanFormattable
    {
        number.TryFormat(Room(64), out int written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    protected abstract void BeginLine(DateTimeOffset now, LogLevel level, ReadOnlySpan<byte> happened);

    protected Span<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    protected byte LastByte => _bytes[Length - 1];

    /// <summary>Adds spaces: at the end, or before what was written since <paramref name="start"/>.</summary>
    protected void Spaces(int count, int start)
    {
        if (count <= 0) return;
        Room(count);
        _bytes.AsSpan(start, Length - start).CopyTo(_bytes.AsSpan(start + count));
        _bytes.AsSpan(start, count).Fill((byte)' ');
        Length += count;
    }

    /// <summary>RFC 3339 in UTC with milliseconds. The second is formatted once.</summary>
    protected void Instant(DateTimeOffset now)
    {
        (long second, long rest) = Math.DivRem(now.UtcTicks, TimeSpan.TicksPerSecond);
        if (second != _secondOf)
        {
            _secondOf = second;
            now.UtcDateTime.TryFormat(_second, out _, "yyyy-MM-ddTHH:mm:ss.", CultureInfo.InvariantCulture);
        }
        Raw(_second);
        Thousandths(rest / TimeSpan.TicksPerMillisecond);
        Raw("Z"u8);
    }

    protected void Milliseconds(long microseconds)
    {
        (long whole, long rest) = Math.DivRem(Math.Max(0, microseconds), 1000);
        Number(whole);
        Raw("."u8);
        Thousandths(rest);
    }

    protected void Escaped(ReadOnlySpan<byte> utf8)
    {
        bool isCut = utf8.Length > MostTextLength;
        if (isCut) utf8 = utf8[..MostTextLength];
        while (true)
        {
            int plain = utf8.IndexOfAnyExcept(s_plain);
            if (plain < 0) plain = utf8.Length;
            Raw(utf8[..plain]);
            if (plain == utf8.Length) break;
            Rune.DecodeFromUtf8(utf8[plain..], out Rune rune, out int consumed); // U+FFFD for what is not UTF-8
            Escaped(rune);
            utf8 = utf8[(plain + consumed)..];
        }
        if (isCut) Raw("... (cut)"u8);
    }

    protected void Escaped(ReadOnlySpan<char> text, bool isQuoted = true)
    {
        bool isCut = text.Length > MostTextLength;
        if (isCut) text = text[..MostTextLength];
        while (true)
        {
            int plain = text.IndexOfAnyExcept(s_plainChars);
            if (plain < 0) plain = text.Length;
            Ascii.FromUtf16(text[..plain], Room(plain), out int written);
            Length += written;
            if (plain == text.Length) break;
            Rune.DecodeFromUtf16(text[plain..], out Rune rune, out int consumed);
            if (!isQuoted && rune.Value is ('"' or '\\')) Raw([(byte)rune.Value]);
            else Escaped(rune);
            text = text[(plain + consumed)..];
        }
        if (isCut) Raw("... (cut)"u8);
    }

    /// <summary>Every printable ASCII byte but some.</summary>
    protected static byte[] Printable(string except) =>
        [.. Enumerable.Range(' ', 0x7f - ' ').Select(static b => (byte)b).Where(b => !except.Contains((char)b))];

    private void Escaped(Rune rune)
    {
        switch (rune.Value)
        {
            case '"': Raw("\\\""u8); return;
            case '\\': Raw("\\\\"u8); return;
            case '\n': Raw("\\n"u8); return;
            case '\r': Raw("\\r"u8); return;
            case '\t': Raw("\\t"u8); return;
        }
        // Format characters reorder what a person sees (U+202E); C1 controls command some terminals (U+009B).
        bool isVisible = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
        if (isVisible)
        {
            Length += rune.EncodeToUtf8(Room(4));
            return;
        }
        Span<char> units = stackalloc char[2];
        foreach (char unit in units[..rune.EncodeToUtf16(units)])
        {
            Raw("\\u"u8);
            Utf8Formatter.TryFormat((int)unit, Room(4), out int written, new StandardFormat('x', 4));
            Length += written;
        }
    }

    private void Thousandths(long value)
    {
        Span<byte> room = Room(3);
        room[0] = (byte)('0' + value / 100);
        room[1] = (byte)('0' + value / 10 % 10);
        room[2] = (byte)('0' + value % 10);
        Length += 3;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        return _bytes.AsSpan(Length);
    }
}
