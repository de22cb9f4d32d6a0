// RFC 9110 chapter 5: Fields. Every octet in every place of a field line, and what several lines of one name are.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_05_Fields
{
    const string TokenMarks = "!#$%&'*+-.^_`|~";

    static bool IsToken(char octet) => char.IsAsciiLetterOrDigit(octet) || TokenMarks.Contains(octet, StringComparison.Ordinal);

    public static TheoryData<int> Octets => [.. Enumerable.Range(0, 256)];

    [Theory]
    [MemberData(nameof(Octets))]
    public void Section_5_1_Every_octet_is_part_of_a_name_or_refused(int code)
    {
        char octet = (char)code;
        Verdict inside = Driver.Read(Driver.With($"a{octet}b: c"));
        Verdict first = Driver.Read(Driver.With($"{octet}b: c"));
        if (IsToken(octet))
        {
            Assert.Equal("c", inside.Field($"a{octet}b"));
            Assert.Equal("c", first.Field($"{octet}b"));
            return;
        }
        RejectionReason expected = octet switch
        {
            '\n' => RejectionReason.BareLf,
            ' ' or '\t' => RejectionReason.WhitespaceBeforeColon,
            _ => RejectionReason.InvalidFieldName,
        };
        // A colon ends the name; what follows is a value.
        if (octet == ':')
            Assert.Equal("b: c", inside.Field("a"));
        else
            Assert.Equal((ParseStatus.Rejected, expected), (inside.Status, inside.Reason));
        Assert.Equal(ParseStatus.Rejected, first.Status);
    }

    [Theory]
    [MemberData(nameof(Octets))]
    public void Section_5_5_Every_octet_is_part_of_a_value_or_refused(int code)
    {
        char octet = (char)code;
        Verdict verdict = Driver.Read(Driver.With($"X: a{octet}b"));
        RejectionReason expected = octet switch
        {
            '\n' => RejectionReason.BareLf,
            '\r' => RejectionReason.BareCr,
            '\t' => RejectionReason.None,
            < ' ' or '\u007F' => RejectionReason.InvalidFieldValue,
            _ => RejectionReason.None,
        };
        Assert.Equal(expected, verdict.Reason);
        if (expected == RejectionReason.None)
            Assert.Equal($"a{octet}b", verdict.Field("X"));
    }

    [Theory]
    [InlineData("X: a", "X")]
    [InlineData("x: a", "X")]
    [InlineData("CONTENT-type: a", "Content-Type")]
    public void Section_5_1_Names_have_no_case(string line, string name) => Assert.Equal("a", Driver.Complete(Driver.With(line)).Field(name));

    [Fact]
    public void Section_5_2_Lines_of_one_name_are_kept_each_in_their_order()
    {
        Verdict verdict = Driver.Complete(Driver.With("Accept: a\r\nX: 1\r\naccept: b\r\nX: 2"));
        string[] fields = [.. verdict.Head.Fields.ToArray().Select(field => $"{Text(field.Name(verdict.Input))}={Text(field.Value(verdict.Input))}")];
        Assert.Equal(["Host=a", "Accept=a", "X=1", "accept=b", "X=2"], fields);

        static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.Latin1.GetString(bytes);
    }

    [Theory]
    [InlineData("Host: b")]
    [InlineData("Content-Length: 0\r\nContent-Length: 0")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")]
    [InlineData("Expect: 100-continue\r\nExpect: 100-continue")]
    public void Section_5_3_A_field_that_decides_over_the_message_comes_once(string fields) =>
        Assert.Equal(ParseStatus.Rejected, Driver.Read(Driver.With(fields)).Status);

    [Fact]
    public void Section_5_4_Lines_are_bounded_in_number_and_in_octets()
    {
        HeadLimits limits = new() { MaxFields = 3, MaxHeadBytes = 100 };
        Assert.Equal(3, Driver.Complete(Driver.With("X: 1\r\nX: 2"), limits).Head.FieldCount);
        Driver.Rejects(RejectionReason.TooManyFields, Driver.With("X: 1\r\nX: 2\r\nX: 3"), limits);
        Driver.Rejects(RejectionReason.HeadTooLarge, Driver.With("X: " + new string('1', 100)), limits);
        Driver.Rejects(RejectionReason.HeadTooLarge, Driver.With(new string('X', 100) + ": 1"), limits);
    }

    [Theory]
    [InlineData("X:", "")]
    [InlineData("X:\t", "")]
    [InlineData("X: \t a \t b \t ", "a \t b")]
    public void Section_5_5_White_space_around_a_value_is_not_part_of_it(string line, string value) =>
        Assert.Equal(value, Driver.Complete(Driver.With(line)).Field("X"));

    [Theory]
    [InlineData("Connection: close")]
    [InlineData("Connection: ,close")]
    [InlineData("Connection: close,")]
    [InlineData("Connection: ,, ,\t close \t,,")]
    [InlineData("Connection: a ,b,close")]
    [InlineData("Connection: a\r\nConnection: CLOSE")]
    public void Section_5_6_1_A_list_may_have_empty_elements_and_several_lines(string lines) => Assert.False(Driver.Complete(Driver.With(lines)).Head.KeepAlive);

    [Theory]
    [InlineData("X: \"a, b\"")]
    [InlineData("X: \"")]
    [InlineData("X: (comment (nested))")]
    public void Section_5_6_4_Quotes_and_comments_mean_nothing_to_the_framing(string line) =>
        Assert.Equal(line[3..], Driver.Complete(Driver.With(line)).Field("X"));
}
