// RFC 9110 chapter 12: lists with weights.

using System.Text;
using CsCheck;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_12_Weights
{
    static string Items(string value)
    {
        StringBuilder items = new();
        var list = new WeightedList(Encoding.Latin1.GetBytes(value));
        while (list.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> parameters, out int weight))
            items.Append($"{Encoding.Latin1.GetString(name)}{Encoding.Latin1.GetString(parameters)}={weight} ");
        return items.ToString().TrimEnd();
    }

    [Theory]
    [InlineData("gzip", "gzip=1000")]
    [InlineData("gzip, br", "gzip=1000 br=1000")]
    [InlineData("gzip;q=0.5,br;q=0.25 , *;q=0", "gzip=500 br=250 *=0")]
    [InlineData("gzip ; q=0.5\t,\tbr", "gzip=500 br=1000")]
    [InlineData("gzip;Q=1.000", "gzip=1000")]
    [InlineData("a;q=0.001,b;q=0.,c;q=1.", "a=1 b=0 c=1000")]
    [InlineData(",, gzip ,,", "gzip=1000")]
    [InlineData("", "")]
    [InlineData("text/html;level=1;q=0.4, text/*;v=\"a,b;c\\\"\";q=0.3", "text/html;level=1=400 text/*;v=\"a,b;c\\\"\"=300")]
    public void Section_12_4_2_items_have_weights(string value, string items) => Assert.Equal(items, Items(value));

    [Theory]
    [InlineData("1.001")]
    [InlineData("1.1")]
    [InlineData("2")]
    [InlineData("0.1234")]
    [InlineData("-1")]
    [InlineData(".5")]
    [InlineData("0,5")]
    [InlineData("0.5x")]
    [InlineData("")]
    [InlineData("0.5;x=1")]
    public void Section_12_4_2_what_is_no_weight_is_not_wanted(string weight) => Assert.StartsWith("gzip=0", Items("gzip;q=" + weight), StringComparison.Ordinal);

    [Theory]
    [InlineData("gzip, br;q=0.5", "br", 500)]
    [InlineData("GZIP", "gzip", 1000)]
    [InlineData("br, *;q=0.1", "gzip", 100)]
    [InlineData("*;q=0.1, gzip", "gzip", 1000)]
    [InlineData("gzip;q=0, *", "gzip", 0)]
    [InlineData("br", "gzip", -1)]
    [InlineData("", "gzip", -1)]
    [InlineData("gzipped", "gzip", -1)]
    public void Section_12_5_3_a_name_has_its_own_weight_or_that_of_the_star(string value, string name, int weight) =>
        Assert.Equal(weight, WeightedList.WeightOf(Encoding.ASCII.GetBytes(value), Encoding.ASCII.GetBytes(name)));

    [Fact]
    public void Section_12_4_2_no_bytes_make_it_throw_and_no_weight_leaves_its_bounds() => Gen.OneOf(Gen.Byte.Array[0, 60],
        Gen.Char["gq=;,.01 \"\\*"].Array[0, 60].Select(characters => Encoding.ASCII.GetBytes(characters))).Sample(bytes =>
    {
        var list = new WeightedList(bytes);
        int items = 0;
        while (list.TryNext(out _, out int weight))
        {
            Assert.InRange(weight, 0, WeightedList.MostWanted);
            Assert.True(++items <= bytes.Length);
        }
    });
}
