// Every constraint: what it accepts and what it does not.

namespace Galley.Routing.Tests;

public class Constraints_choose_values
{
    [Theory]
    [InlineData("int", "0 5 -7 007 2147483647 -2147483648", "x 5x x5 +5 2147483648 -2147483649 5.0 - 1e3 000000000000000000001")]
    [InlineData("long", "0 -1 9223372036854775807 -9223372036854775808", "9223372036854775808 +1 1_0")]
    [InlineData("min(18)", "18 19 9223372036854775807", "17 -18 x")]
    [InlineData("max(-1)", "-1 -5", "0 1 x")]
    [InlineData("range(1,12)", "1 12 07", "0 13 -1")]
    [InlineData("range(-3, 3)", "-3 3", "-4 4")]
    [InlineData("decimal", "1 1.5 -0.10 .5 79228162514264337593543950335", "1e3 1,000 x 79228162514264337593543950336 (1)")]
    [InlineData("double", "1 1.5 -1e-3 1E300", "x NaN Infinity -Infinity 1e999 1,0")]
    [InlineData("bool", "true false True FALSE", "1 0 yes truee tru")]
    [InlineData("guid", "3f2504e0-4f89-11d3-9a0c-0305e82c3301 3F2504E0-4F89-11D3-9A0C-0305E82C3301",
        "3f2504e04f8911d39a0c0305e82c3301 {3f2504e0-4f89-11d3-9a0c-0305e82c3301} 3f2504e0-4f89-11d3-9a0c-0305e82c330g 3f2504e0-4f89-11d3-9a0c-0305e82c33011 x")]
    [InlineData("date", "2024-02-29 0001-01-01 9999-12-31", "2023-02-29 0000-01-01 2024-13-01 2024-00-10 2024-01-32 2024-1-1 2024/01/01 20240101 2024-0x-01")]
    [InlineData("alpha", "a Z abcXYZ", "a1 ä a-b 1 _")]
    [InlineData("length(3)", "abc äöü a☕c", "ab abcd äö 😀😀")]
    [InlineData("length(2,3)", "ab abc 😀", "a abcd")]
    [InlineData("minlength(2)", "ab abc", "a ä")]
    [InlineData("maxlength(2)", "a ab äö", "abc")]
    [InlineData("regex([a-z]+\\d{2})", "ab12", "ab1 ab123 1ab12 AB12 xab12!")]
    [InlineData("regex([a-z]+\\d{{2}})", "ab12", "ab1 ab123")]
    [InlineData("regex(a|bc)", "a bc", "ac abc b")]
    [InlineData("regex((\\(|x):)", "(: x:", "( :")]
    [InlineData("regex(x\\)|\\(y)", "x) (y", "x y")]
    [InlineData("regex(ä.)", "äö", "ao")]
    [InlineData("int:min(1)", "1 2147483647", "0 2147483648")]
    [InlineData("alpha:length(2):regex(a.)", "ab", "ba abc a1")]
    [InlineData("minlength(2):decimal", "10 .5", "1 xx")]
    public void A_constraint_accepts_and_refuses(string constraint, string accepted, string refused)
    {
        var table = Routing.Table($"GET /{{x:{constraint}}}");
        Assert.All(accepted.Split(' '), value => Assert.Equal($"GET /{{x:{constraint}}} x={value}", table.Ask($"GET /{value}")));
        Assert.All(refused.Split(' '), value => Assert.Equal("404", table.Ask($"GET /{value}")));
    }

    [Fact]
    public void A_regular_expression_sees_only_valid_utf8()
    {
        var table = Routing.Table("GET /{x:regex(.*)}");
        Assert.Equal("404", table.Ask("GET"u8.ToArray(), [(byte)'/', 0xC3]));
        Assert.Equal("404", table.Ask("GET"u8.ToArray(), [(byte)'/', 0xED, 0xA0, 0x80]));
    }

    [Fact]
    public void A_regular_expression_takes_long_values_in_linear_time()
    {
        var table = Routing.Table("GET /{x:regex((a+)+b)}");
        string many = new('a', 100_000);
        Assert.Equal("404", table.Ask($"GET /{many}"));
        Assert.StartsWith("GET", table.Ask($"GET /{many}b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int")]
    [InlineData("long")]
    [InlineData("decimal")]
    [InlineData("double")]
    [InlineData("date")]
    [InlineData("guid")]
    public void A_very_long_value_is_refused_quickly(string constraint) =>
        Assert.Equal("404", Routing.Table($"GET /{{x:{constraint}}}").Ask($"GET /{new string('1', 100_000)}x"));
}
