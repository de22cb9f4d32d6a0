// A log line for people: time, level and event in columns, then name=value. A value is quoted when it holds anything that could be mistaken for the
// line's own punctuation, so that a line still has one reading.

using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Builds lines for a terminal.</summary>
internal sealed class TextLine : LogLine
{
    private const int EventColumn = 18;

    private static readonly SearchValues<byte> s_bare = SearchValues.Create(Printable(" \"\\="));
    private static readonly SearchValues<char> s_bareChars = SearchValues.Create(Encoding.ASCII.GetString(Printable(" \"\\=")));

    private int _lead;

    public override void End() => Raw("\n"u8);

    public override void Lead(ReadOnlySpan<byte> name)
    {
        Raw(" "u8);
        _lead = Length;
    }

    public override void Pad(int width) => Spaces(Math.Abs(width) - (Length - _lead), width < 0 ? _lead : Length);

    public override void Name(ReadOnlySpan<byte> name)
    {
        Raw(" "u8);
        Raw(name);
        Raw("="u8);
    }

    public override void Name(string name)
    {
        Raw(" "u8);
        Text(name);
        Raw("="u8);
    }

    public override void Open(ReadOnlySpan<byte> name)
    {
    }

    public override void Close()
    {
    }

    public override void Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is > 0 and <= MostTextLength && !utf8.ContainsAnyExcept(s_bare))
        {
            Raw(utf8);
            return;
        }
        Raw("\""u8);
        Escaped(utf8);
        Raw("\""u8);
    }

    public override void Text(ReadOnlySpan<char> text)
    {
        if (text.Length is > 0 and <= MostTextLength && !text.ContainsAnyExcept(s_bareChars))
        {
            Escaped(text);
            return;
        }
        Raw("\""u8);
        Escaped(text);
        Raw("\""u8);
    }

    public override void Time(ReadOnlySpan<byte> name, long microseconds)
    {
        Name(name);
        Milliseconds(microseconds);
        Raw("ms"u8);
    }

    public override void LeadTime(ReadOnlySpan<byte> name, long microseconds)
    {
        Lead(name);
        Milliseconds(microseconds);
        Raw("ms"u8);
    }

    // Every line of it is indented: a message cannot pass for a line of the log.
    public override void Block(ReadOnlySpan<byte> name, string text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan(0, Math.Min(text.Length, MostTextLength)).EnumerateLines())
        {
            Raw("\n    "u8);
            Escaped(line, isQuoted: false);
        }
        if (text.Length > MostTextLength) Raw("\n    ... (cut)"u8);
    }

    protected override void BeginLine(DateTimeOffset now, LogLevel level, ReadOnlySpan<byte> happened)
    {
        Instant(now);
        Raw(" "u8);
        int column = Length;
        Raw(LevelNames.Of(level));
        Spaces(6 - (Length - column), Length);
        column = Length;
        Raw(happened);
        Spaces(EventColumn - (Length - column), Length);
    }
}
