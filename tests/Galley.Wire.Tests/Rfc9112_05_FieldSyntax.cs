// RFC 9112 chapter 5: Field Syntax.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_05_FieldSyntax
{
    [Theory]
    [InlineData("X: y", "y")]
    [InlineData("X:y", "y")]
    [InlineData("X:  \t y \t ", "y")]
    [InlineData("X:", "")]
    [InlineData("X: \t ", "")]
    [InlineData("X: a b\tc", "a b\tc")]
    [InlineData("X: caf\u00C3\u00A9 \u0080\u00FF", "caf\u00C3\u00A9 \u0080\u00FF")]
    [InlineData("X: ::\"(),/;<=>?@[]{}", "::\"(),/;<=>?@[]{}")]
    public void Section_5_A_value_is_what_lies_between_optional_whitespace(string line, string value) =>
        Assert.Equal(value, Driver.Complete(Driver.With(line)).Field("x"));

    [Fact]
    public void Section_5_Names_are_tokens_of_any_case()
    {
        Verdict verdict = Driver.Complete(Driver.With("!#$%&'*+-.^_`|~0aZ: 1\r\nCoNtEnT-tYpE: 2\r\nX-A: 3\r\nx-a: 4"));
        Assert.Equal("1", verdict.Field("!#$%&'*+-.^_`|~0Az"));
        Assert.Equal("3", verdict.Field("x-A"));
        Assert.True(verdict.Head.TryGetField(verdict.Input, KnownField.ContentType, out ReadOnlySpan<byte> type));
        Assert.Equal("2"u8, type);
        Assert.False(verdict.Head.TryGetField(verdict.Input, KnownField.Other, out _));
        Assert.False(verdict.Head.TryGetField(verdict.Input, KnownField.Cookie, out _));
        Assert.Null(verdict.Field("absent"));
    }

    [Theory]
    [InlineData("X : y")]
    [InlineData("X\t: y")]
    [InlineData("X y: z")]
    public void Section_5_1_Whitespace_before_the_colon_is_rejected(string line) =>
        Driver.Rejects(RejectionReason.WhitespaceBeforeColon, Driver.With(line));

    [Theory]
    [InlineData(": y")]
    [InlineData("X")]
    [InlineData("X(: y")]
    [InlineData("X\0: y")]
    [InlineData("X\u00E4: y")]
    [InlineData("\"X\": y")]
    [InlineData("{")]
    public void Section_5_1_A_name_that_is_no_token_is_rejected(string line) =>
        Driver.Rejects(RejectionReason.InvalidFieldName, Driver.With(line));

    [Theory]
    [InlineData("X: a\r\n b")]
    [InlineData("X: a\r\n\tb")]
    [InlineData("X: a\r\n ")]
    [InlineData("X: a\r\n Content-Length: 5")]
    public void Section_5_2_A_folded_line_is_rejected(string lines) => Driver.Rejects(RejectionReason.ObsFold, Driver.With(lines));

    [Theory]
    [InlineData("X: \0")]
    [InlineData("X: a\u0001b")]
    [InlineData("X: a\u000Bb")]
    [InlineData("X: a\u007Fb")]
    [InlineData("Transfer-Encoding: \u000Bchunked")]
    public void Section_5_5_Of_RFC_9110_Control_characters_in_a_value_are_rejected(string line) =>
        Driver.Rejects(RejectionReason.InvalidFieldValue, Driver.With(line));

    [Fact]
    public void Section_5_More_fields_than_the_limit_are_431()
    {
        HeadLimits limits = new() { MaxFields = 20 };
        string lines = string.Join("\r\n", Enumerable.Range(0, 19).Select(number => $"X-{number}: {number}"));
        Verdict verdict = Driver.Complete(Driver.With(lines), limits);
        Assert.Equal(20, verdict.Head.FieldCount);
        Assert.Equal("18", verdict.Field("x-18"));
        Driver.Rejects(RejectionReason.TooManyFields, Driver.With(lines + "\r\nY: z"), limits);
    }

    [Fact]
    public void Section_5_A_head_beyond_the_limit_is_431()
    {
        string input = Driver.With("X: " + new string('x', 100));
        Driver.Complete(input, new HeadLimits { MaxHeadBytes = input.Length + 1 });
        Driver.Rejects(RejectionReason.HeadTooLarge, input, new HeadLimits { MaxHeadBytes = input.Length - 1 });
        Driver.Rejects(RejectionReason.HeadTooLarge, input + "\0", new HeadLimits { MaxHeadBytes = 60 });
        Assert.Equal(input.Length, Driver.Complete(input, new HeadLimits { MaxHeadBytes = input.Length }).Consumed);
    }

    [Fact]
    public void Section_5_Every_known_field_is_recognized_in_any_case_and_nothing_else_is()
    {
        KnownField[] all = Enum.GetValues<KnownField>();
        Assert.Equal(all.Length - 1, KnownFields.Count);
        foreach (KnownField field in all.Skip(1))
        {
            string name = System.Text.Encoding.ASCII.GetString(KnownFields.Name(field));
            Assert.Equal(field.ToString(), name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Equal(field, KnownFields.Classify(Driver.Bytes(name)));
            Assert.Equal(field, KnownFields.Classify(Driver.Bytes(name.ToUpperInvariant())));
            Assert.Equal(field, KnownFields.Classify(Driver.Bytes(name.ToLowerInvariant())));
            Assert.Equal(KnownField.Other, KnownFields.Classify(Driver.Bytes(name + "x")));
            for (int at = 0; at < name.Length; at++)
                Assert.Equal(KnownField.Other, KnownFields.Classify(Driver.Bytes(name.Remove(at, 1).Insert(at, "_"))));
        }
        Assert.Equal(KnownField.Other, KnownFields.Classify(default));
    }
}
