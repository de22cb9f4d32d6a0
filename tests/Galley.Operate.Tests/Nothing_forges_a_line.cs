// Text from outside in a line: control characters, broken UTF-8, what reorders a terminal, and too much of it.

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Galley.Operating.Tests;

public class Nothing_forges_a_line
{
    public static TheoryData<string> Hostile => new(
        "a\r\n{\"event\":\"forged\"}", "a\nb", "a\rb", "\u001b[2J\u001b[1;1H", "a\0b", "a\u007fb", "tab\there", "quote\" and \\ backslash", "\",\"level\":\"info",
        "\u009b31m", "abc\u202Etxt.exe", "line\u2028separator", "paragraph\u2029separator", "\ufeffmark", "\U000E0041tag", "höher, 高い, 🙂", "", " ", "a=b c=d", "{");

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Json_reads_back_as_it_was_sent_and_is_one_printable_line(string text)
    {
        foreach (string line in new[] { Json(line => line.Text(Encoding.UTF8.GetBytes(text))), Json(line => line.Text(text)) })
        {
            AssertPrintable(line);
            JsonElement json = JsonDocument.Parse(line).RootElement;
            Assert.Equal(text, json.GetProperty("value").GetString());
            Assert.Equal(1, json.GetProperty("last").GetInt32());
            Assert.Equal(5, json.EnumerateObject().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Text_is_one_printable_line(string text)
    {
        string utf8 = Text(line => line.Text(Encoding.UTF8.GetBytes(text)));
        string utf16 = Text(line => line.Text(text));

        Assert.Equal(utf8, utf16);
        AssertPrintable(utf8);
    }

    [Theory]
    [InlineData(new byte[] { 0xff }, "\ufffd")]
    [InlineData(new byte[] { (byte)'a', 0xc3 }, "a\ufffd")]
    [InlineData(new byte[] { 0xc0, 0x8a }, "\ufffd\ufffd")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80, (byte)'b' }, "\ufffd\ufffd\ufffdb")]
    public void What_is_not_utf8_becomes_replacement_characters(byte[] bytes, string expected)
    {
        Assert.Equal(expected, JsonDocument.Parse(Json(line => line.Text(bytes))).RootElement.GetProperty("value").GetString());
    }

    [Fact]
    public void A_lone_surrogate_becomes_a_replacement_character()
    {
        Assert.Equal("a\ufffdb", JsonDocument.Parse(Json(line => line.Text("a\ud800b"))).RootElement.GetProperty("value").GetString());
    }

    [Fact]
    public void A_text_without_end_is_cut()
    {
        string endless = new('x', 10 * LogLine.MostTextLength);

        Assert.InRange(Json(line => line.Text(endless)).Length, LogLine.MostTextLength, LogLine.MostTextLength + 200);
        Assert.InRange(Text(line => line.Text(Encoding.UTF8.GetBytes(endless))).Length, LogLine.MostTextLength, LogLine.MostTextLength + 200);
        Assert.Contains("(cut)", Text(line => line.Block("exception"u8, endless)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_of_text_is_indented_so_that_no_line_of_it_looks_like_ours()
    {
        string[] lines = Text(line => line.Block("exception"u8, "first\r\n2026-03-04T05:06:07.089Z info  forged\nthird\u001b[2J")).Split('\n');

        Assert.All(lines[1..^1], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
        Assert.Equal(@"    third\u001b[2J last=1", lines[3]);
    }

    [Fact]
    public void Words_are_bare_and_anything_else_is_quoted()
    {
        Assert.EndsWith("value=/a/b?c last=1\n", Text(line => line.Text("/a/b?c")), StringComparison.Ordinal);
        Assert.EndsWith("value=\"a b\" last=1\n", Text(line => line.Text("a b")), StringComparison.Ordinal);
        Assert.EndsWith("value=\"\" last=1\n", Text(line => line.Text("")), StringComparison.Ordinal);
        Assert.EndsWith("value=\"a=b\" last=1\n", Text(line => line.Text("a=b")), StringComparison.Ordinal);
    }

    private static string Json(Action<LogLine> value) => Line(new JsonLine(), value);

    private static string Text(Action<LogLine> value) => Line(new TextLine(), value);

    private static string Line(LogLine line, Action<LogLine> value)
    {
        line.Begin(DateTimeOffset.UnixEpoch, LogLevel.Information, "test"u8);
        line.Name("value"u8);
        value(line);
        line.Add("last"u8, 1);
        line.End();
        return Encoding.UTF8.GetString(line.Written);
    }

    private static void AssertPrintable(string line)
    {
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line[..^1].EnumerateRunes(), rune => Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0x202e or 0xfeff or 0xe0041);
    }
}
