// RFC 9112 chapter 4: Status Line, and the fields of a response (RFC 9110 chapters 5 and 15).

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_04_StatusLine
{
    delegate bool Write(ref ResponseHeadWriter writer);

    static string Written(Write write)
    {
        byte[] buffer = new byte[512];
        ResponseHeadWriter writer = new(buffer);
        Assert.True(write(ref writer));
        Assert.Equal(HeadWriteFailure.None, writer.Failure);
        // Every span that is too small says so, and nothing is written beyond it.
        string whole = Encoding.UTF8.GetString(buffer, 0, writer.Written);
        for (int size = 0; size < writer.Written; size++)
        {
            ResponseHeadWriter small = new(new byte[size]);
            Assert.False(write(ref small));
            Assert.Equal(HeadWriteFailure.NeedsMore, small.Failure);
            Assert.False(small.End());
        }
        ResponseHeadWriter exact = new(new byte[writer.Written]);
        Assert.True(write(ref exact));
        return whole;
    }

    static void Fails(HeadWriteFailure failure, Write write)
    {
        byte[] buffer = new byte[512];
        ResponseHeadWriter writer = new(buffer);
        Assert.True(writer.Status(200));
        int before = writer.Written;
        Assert.False(write(ref writer));
        Assert.Equal(failure, writer.Failure);
        Assert.Equal(before, writer.Written);
        Assert.False(writer.Field("X"u8, "y"u8));
        Assert.False(writer.ContentLength(1));
        Assert.False(writer.End());
        Assert.Equal(before, writer.Written);
    }

    [Theory]
    [InlineData(200, "HTTP/1.1 200 OK\r\n")]
    [InlineData(404, "HTTP/1.1 404 Not Found\r\n")]
    [InlineData(431, "HTTP/1.1 431 Request Header Fields Too Large\r\n")]
    [InlineData(100, "HTTP/1.1 100 Continue\r\n")]
    [InlineData(299, "HTTP/1.1 299 \r\n")]
    [InlineData(599, "HTTP/1.1 599 \r\n")]
    public void Section_4_A_status_line_is_version_code_and_phrase(int status, string line) =>
        Assert.Equal(line, Written((ref writer) => writer.Status(status)));

    [Fact]
    public void Section_4_Every_registered_line_is_well_formed()
    {
        for (int status = 100; status <= 599; status++)
        {
            string line = Written((ref writer) => writer.Status(status));
            Assert.StartsWith($"HTTP/1.1 {status} ", line, StringComparison.Ordinal);
            Assert.EndsWith("\r\n", line, StringComparison.Ordinal);
            Assert.Equal(line[13..^2], Encoding.ASCII.GetString(StatusLines.Phrase(status)));
        }
    }

    [Theory]
    [InlineData(99)]
    [InlineData(600)]
    [InlineData(0)]
    [InlineData(-200)]
    public void Section_15_Of_RFC_9110_Other_statuses_do_not_exist(int status) =>
        Fails(HeadWriteFailure.InvalidStatus, (ref writer) => writer.Status(status));

    [Fact]
    public void Section_2_1_A_head_is_status_line_fields_and_an_empty_line() => Assert.Equal(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 22 Nov 2026 15:15:16 GMT\r\nServer: galley\r\nContent-Length: 27\r\n\r\n",
        Written((ref writer) =>
        {
            writer.Status(200);
            writer.Field("Content-Type"u8, "application/json"u8);
            writer.Date("Sun, 22 Nov 2026 15:15:16 GMT"u8);
            writer.Lines("Server: galley\r\n"u8);
            writer.ContentLength(27);
            return writer.End();
        }));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(1234567890123)]
    [InlineData(long.MaxValue)]
    public void Section_8_6_Of_RFC_9110_Content_Length_is_decimal(long length)
    {
        Assert.Equal($"Content-Length: {length}\r\n", Written((ref writer) => writer.ContentLength(length)));
        Assert.Equal($"Age: {length}\r\n", Written((ref writer) => writer.Field("Age"u8, length)));
    }

    [Fact]
    public void Section_8_6_Of_RFC_9110_Content_Length_is_not_negative() =>
        Fails(HeadWriteFailure.InvalidValue, (ref writer) => writer.ContentLength(-1));

    [Theory]
    [InlineData("y")]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("caf\u00E9 \u20AC \U0001F600")]
    public void Section_5_5_Of_RFC_9110_Text_is_written_as_UTF_8(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Assert.Equal($"X: {value}\r\n", Written((ref writer) => writer.Field("X"u8, bytes)));
        Assert.Equal($"X: {value}\r\n", Written((ref writer) => writer.Field("X"u8, value)));
        Assert.Equal($"X: {value}\r\n", Written((ref writer) => writer.Field("X", value)));
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: x")]
    [InlineData("a\n")]
    [InlineData("\r")]
    [InlineData("a\0b")]
    [InlineData("a\u007F")]
    [InlineData("a\u000B")]
    public void Section_5_5_Of_RFC_9110_A_value_cannot_split_the_response(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Fails(HeadWriteFailure.InvalidValue, (ref writer) => writer.Field("X"u8, bytes));
        Fails(HeadWriteFailure.InvalidValue, (ref writer) => writer.Field("X"u8, value));
        Fails(HeadWriteFailure.InvalidValue, (ref writer) => writer.Field("X", value));
    }

    [Fact]
    public void Section_5_5_Of_RFC_9110_Half_a_surrogate_pair_is_no_text() =>
        Fails(HeadWriteFailure.InvalidValue, (ref writer) => writer.Field("X", "\uD800"));

    [Theory]
    [InlineData("")]
    [InlineData("X Y")]
    [InlineData("X:")]
    [InlineData("X\r\nY")]
    [InlineData("\u00E4")]
    public void Section_5_1_Of_RFC_9110_A_name_is_a_token(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        Fails(HeadWriteFailure.InvalidName, (ref writer) => writer.Field(bytes, "y"u8));
        Fails(HeadWriteFailure.InvalidName, (ref writer) => writer.Field(bytes, "y"));
        if (!name.Contains('\r', StringComparison.Ordinal))
            Fails(HeadWriteFailure.InvalidName, (ref writer) => writer.Field(name, "y"));
    }
}
