// RFC 9110 section 8.8.3: entity tags.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_08_EntityTags
{
    [Theory]
    [InlineData("\"xyzzy\"", false, "\"xyzzy\"")]
    [InlineData("W/\"xyzzy\"", true, "\"xyzzy\"")]
    [InlineData("\"\"", false, "\"\"")]
    [InlineData("\"a\\\"", false, "\"a\\\"")] // a backslash escapes nothing
    [InlineData("\"a,b\"", false, "\"a,b\"")]
    [InlineData("\"\u00fc\"", false, "\"\u00fc\"")]
    public void Section_8_8_3_a_tag_is_read(string text, bool isWeak, string quoted)
    {
        Assert.True(EntityTag.TryRead(Encoding.Latin1.GetBytes(text), out EntityTag tag));
        Assert.Equal(isWeak, tag.IsWeak);
        Assert.Equal(quoted, Encoding.Latin1.GetString(tag.Quoted));
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyzzy")]
    [InlineData("\"xyzzy")]
    [InlineData("xyzzy\"")]
    [InlineData("w/\"xyzzy\"")] // the W is case-sensitive
    [InlineData("W/xyzzy")]
    [InlineData("W/")]
    [InlineData("W\"x\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"a\tb\"")]
    [InlineData("\"a\u007f\"")]
    [InlineData("\"a\" ")]
    [InlineData("\"a\"\"b\"")]
    public void Section_8_8_3_what_is_no_tag_is_not_read(string text) => Assert.False(EntityTag.TryRead(Encoding.Latin1.GetBytes(text), out _));

    // The table of section 8.8.3.2.
    [Theory]
    [InlineData("W/\"1\"", "W/\"1\"", false, true)]
    [InlineData("W/\"1\"", "W/\"2\"", false, false)]
    [InlineData("W/\"1\"", "\"1\"", false, true)]
    [InlineData("\"1\"", "\"1\"", true, true)]
    public void Section_8_8_3_2_tags_compare_strongly_and_weakly(string one, string other, bool strongly, bool weakly)
    {
        Assert.True(EntityTag.TryRead(Encoding.ASCII.GetBytes(one), out EntityTag first));
        Assert.True(EntityTag.TryRead(Encoding.ASCII.GetBytes(other), out EntityTag second));
        Assert.Equal(strongly, first.Matches(second, strongly: true));
        Assert.Equal(weakly, first.Matches(second, strongly: false));
        Assert.Equal(strongly, second.Matches(first, strongly: true));
        Assert.Equal(weakly, second.Matches(first, strongly: false));
    }
}
