// RFC 9110 chapter 13: the lists of If-Match and If-None-Match.

using System.Text;
using CsCheck;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_13_Conditional
{
    static TagMatch Find(string list, string tag, bool strongly = false)
    {
        Assert.True(EntityTag.TryRead(Encoding.Latin1.GetBytes(tag), out EntityTag wanted));
        return EntityTagList.Find(Encoding.Latin1.GetBytes(list), wanted, strongly);
    }

    [Theory]
    [InlineData("\"a\"")]
    [InlineData("\"b\", \"a\"")]
    [InlineData("\"b\" ,\"a\",\"c\"")]
    [InlineData(", \"a\" ,, ")]
    [InlineData("\"b,\\\", \"a\"")]
    [InlineData("\t\"a\"\t")]
    public void Section_13_1_1_a_tag_is_found_in_a_list(string list)
    {
        Assert.Equal(TagMatch.Listed, Find(list, "\"a\"", strongly: true));
        Assert.Equal(TagMatch.Listed, Find(list, "W/\"a\"", strongly: false));
        Assert.Equal(TagMatch.None, Find(list, "W/\"a\"", strongly: true));
        Assert.Equal(TagMatch.None, Find(list, "\"z\""));
    }

    [Fact]
    public void Section_13_1_2_weak_tags_of_a_list_match_weakly_only()
    {
        Assert.Equal(TagMatch.Listed, Find("W/\"a\"", "\"a\""));
        Assert.Equal(TagMatch.None, Find("W/\"a\"", "\"a\"", strongly: true));
    }

    [Theory]
    [InlineData("*")]
    [InlineData(" * ")]
    public void Section_13_1_1_a_star_is_any_tag(string list) => Assert.Equal(TagMatch.Any, Find(list, "\"a\""));

    [Theory]
    [InlineData("\"a\" \"b\"")]
    [InlineData("\"a\", b")]
    [InlineData("\"a\", *")]
    [InlineData("*, \"a\"")]
    [InlineData("\"a\",\"b")]
    [InlineData("\"a\";\"b\"")]
    [InlineData("a")]
    public void Section_13_1_1_what_is_no_list_matches_nothing_even_where_it_begins_with_a_match(string list) => Assert.Equal(TagMatch.Malformed, Find(list, "\"a\""));

    [Theory]
    [InlineData("")]
    [InlineData(" , ,")]
    public void Section_5_6_1_2_an_empty_list_holds_nothing(string list) => Assert.Equal(TagMatch.None, Find(list, "\"a\""));

    [Fact]
    public void Section_13_1_1_any_list_of_tags_is_found_to_hold_what_it_holds()
    {
        Gen<string> tags = Gen.Char["ab,\\! "].Array[0, 3].Select(characters => "\"" + new string(characters).Replace(" ", "") + "\"");
        Gen.Select(tags.Array[0, 5], tags, Gen.Int[0, 3].Select(static i => new[] { ",", ", ", " ,\t", ",," }[i])).Sample((list, tag, comma) =>
            Assert.Equal(list.Contains(tag) ? TagMatch.Listed : TagMatch.None, Find(string.Join(comma, list), tag)));
    }

    [Fact]
    public void Section_13_1_no_bytes_make_it_throw() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        _ = EntityTagList.Find(bytes, default, strongly: false);
        _ = EntityTag.TryRead(bytes, out _);
    });
}
