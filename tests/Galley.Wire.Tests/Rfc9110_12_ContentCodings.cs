// RFC 9110 sections 8.4.1 and 12.5.3: which coding a client would rather have.

using System.Text;
using CsCheck;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public sealed class Rfc9110_12_ContentCodings
{
    private static readonly ContentCoding[] s_offered = [ContentCoding.Brotli, ContentCoding.Gzip];

    [Theory]
    [InlineData("gzip", ContentCoding.Gzip)]
    [InlineData("GZIP", ContentCoding.Gzip)]
    [InlineData("x-gzip", ContentCoding.Gzip)]
    [InlineData("gzip, deflate, br, zstd", ContentCoding.Brotli)]
    [InlineData("br;q=0.5, gzip;q=0.8", ContentCoding.Gzip)]
    [InlineData("br;q=0.8, gzip;q=0.8", ContentCoding.Brotli)]
    [InlineData("gzip;q=0.001", ContentCoding.Gzip)]
    [InlineData("*", ContentCoding.Brotli)]
    [InlineData("br;q=0, *", ContentCoding.Gzip)]
    [InlineData("*;q=0.1, gzip;q=0.2", ContentCoding.Gzip)]
    [InlineData("", ContentCoding.Identity)]
    [InlineData("identity", ContentCoding.Identity)]
    [InlineData("zstd, compress", ContentCoding.Identity)]
    [InlineData("gzip;q=0", ContentCoding.Identity)]
    [InlineData("*;q=0", ContentCoding.Identity)]
    [InlineData("gzip;q=0.5, identity", ContentCoding.Identity)]
    [InlineData("gzip;q=0.5, identity;q=0.5", ContentCoding.Gzip)]
    [InlineData("gzip;q=2", ContentCoding.Identity)]
    [InlineData("gzip;q=0.0001", ContentCoding.Identity)]
    [InlineData("gzip;q=", ContentCoding.Identity)]
    [InlineData(", ,gzip ; q=1.000,", ContentCoding.Gzip)]
    public void Section_12_5_3_The_coding_that_is_wanted_most_is_chosen(string field, ContentCoding expected) => Assert.Equal(expected, Of(field).Choose(s_offered));

    [Theory]
    [InlineData("identity;q=0", true)]
    [InlineData("*;q=0", true)]
    [InlineData("gzip, *;q=0", true)]
    [InlineData("*;q=0, identity;q=0.1", false)]
    [InlineData("gzip", false)]
    [InlineData("", false)]
    [InlineData("identity", false)]
    public void Section_12_5_3_No_coding_at_all_may_be_refused(string field, bool isRefused) => Assert.Equal(isRefused, Of(field).IsIdentityRefused);

    [Fact]
    public void Section_12_5_3_Without_the_field_nothing_is_asked_for() => Assert.Equal(ContentCoding.Identity, default(AcceptedCodings).Choose(s_offered));

    [Theory]
    [InlineData("zstd", true)]
    [InlineData("*", true)]
    [InlineData("zstd;q=0.5, identity;q=0.5", true)]
    [InlineData("zstd;q=0.5, identity", false)]
    [InlineData("zstd;q=0, *", false)]
    [InlineData("gzip", false)]
    [InlineData("", false)]
    public void Section_12_5_3_A_coding_is_wanted_where_the_plain_body_is_not_wanted_more(string field, bool isWanted) =>
        Assert.Equal(isWanted, Of(field).IsWanted(ContentCoding.Zstd));

    [Fact]
    public void Section_5_3_Several_lines_are_one_list()
    {
        AcceptedCodings accepted = Of("gzip;q=0.2");
        accepted.Add("br;q=0.1"u8);
        Assert.Equal(ContentCoding.Gzip, accepted.Choose(s_offered));
    }

    [Fact]
    public void Section_8_4_1_Names_and_codings_belong_together() =>
        Assert.All([ContentCoding.Brotli, ContentCoding.Gzip, ContentCoding.Deflate, ContentCoding.Zstd, ContentCoding.Identity],
            static coding => Assert.Equal(coding, ContentCodings.Of(Encoding.ASCII.GetBytes(ContentCodings.NameOf(coding)))));

    [Fact]
    public void No_field_makes_it_throw_or_choose_what_was_refused() =>
        Gen.Char["*brgzip,;q=01. \"\\identyx-"].Array[0, 60].Select(static chars => new string(chars)).Sample(static field =>
        {
            AcceptedCodings accepted = Of(field);
            ContentCoding chosen = accepted.Choose(s_offered);
            return chosen == ContentCoding.Identity || accepted.WeightOf(chosen) is > 0 and <= WeightedList.MostWanted;
        });

    private static AcceptedCodings Of(string field)
    {
        var accepted = default(AcceptedCodings);
        accepted.Add(Encoding.Latin1.GetBytes(field));
        return accepted;
    }
}
