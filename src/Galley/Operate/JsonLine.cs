// A log line for machines: one JSON object (RFC 8259), flat, with times in milliseconds under names that end in _ms.

using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Builds JSON lines.</summary>
internal sealed class JsonLine : LogLine
{
    public override void End() => Raw("}\n"u8);

    public override void Lead(ReadOnlySpan<byte> name) => Name(name);

    public override void Pad(int width)
    {
    }

    public override void Name(ReadOnlySpan<byte> name)
    {
        Comma();
        Raw("\""u8);
        Raw(name);
        Raw("\":"u8);
    }

    public override void Name(string name)
    {
        Comma();
        Text(name);
        Raw(":"u8);
    }

    public override void Open(ReadOnlySpan<byte> name)
    {
        Name(name);
        Raw("{"u8);
    }

    public override void Close() => Raw("}"u8);

    public override void Text(ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        Escaped(utf8);
        Raw("\""u8);
    }

    public override void Text(ReadOnlySpan<char> text)
    {
        Raw("\""u8);
        Escaped(text);
        Raw("\""u8);
    }

    public override void Time(ReadOnlySpan<byte> name, long microseconds)
    {
        Comma();
        Raw("\""u8);
        Raw(name);
        Raw("_ms\":"u8);
        Milliseconds(microseconds);
    }

    public override void LeadTime(ReadOnlySpan<byte> name, long microseconds) => Time(name, microseconds);

    public override void Block(ReadOnlySpan<byte> name, string text) => Add(name, text);

    protected override void BeginLine(DateTimeOffset now, LogLevel level, ReadOnlySpan<byte> happened)
    {
        Raw("{\"time\":\""u8);
        Instant(now);
        Raw("\",\"level\":\""u8);
        Raw(LevelNames.Of(level));
        Raw("\",\"event\":\""u8);
        Raw(happened);
        Raw("\""u8);
    }

    // Every field but the first of an object follows a comma; a value never ends in an opening brace outside of its quotes.
    private void Comma()
    {
        if (LastByte != '{') Raw(","u8);
    }
}
