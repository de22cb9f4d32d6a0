// RFC 9112 section 11.1: what a program puts into a field cannot end the field, the head or the message.

namespace Galley.Tests.Respond;

public sealed class Response_field_tests
{
    [Theory]
    [InlineData("Content-Length")]
    [InlineData("content-length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("CONNECTION")]
    [InlineData("Date")]
    public void Section_11_1_Framing_and_Date_are_not_a_programs_to_write(string name) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => Response.NoContent().With(name, "1")).Message, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("a\u007Fb")]
    public void Section_11_1_A_value_with_control_characters_is_refused_where_it_is_given(string value) =>
        Assert.Throws<ArgumentException>(() => Response.NoContent().With("X", value));

    [Theory]
    [InlineData("")]
    [InlineData("X Y")]
    [InlineData("X:")]
    [InlineData("X\r\nY")]
    [InlineData("\u00E4")]
    public void Section_11_1_A_name_that_is_no_token_is_refused_where_it_is_given(string name) =>
        Assert.Throws<ArgumentException>(() => Response.NoContent().With(name, "y"));
}
