// RFC 9110 chapter 10: Message Context. Expect; what the engine does about it is in Galley.Transport.Tests.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_10_Context
{
    const string Waiting = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

    static ConnectionState Handling(string request)
    {
        ConnectionState connection = new();
        connection.RequestArrived(Driver.Head(request));
        return connection;
    }

    [Theory]
    [InlineData("100-continue")]
    [InlineData("100-Continue")]
    [InlineData("\t100-CONTINUE ")]
    public void Section_10_1_1_A_client_may_wait_for_100_and_one_of_1_0_does_not(string value)
    {
        Assert.True(Driver.Complete(Driver.With($"Expect: {value}\r\nContent-Length: 5", "hello")).Head.ExpectContinue);
        Assert.False(Driver.Complete($"POST / HTTP/1.0\r\nExpect: {value}\r\n\r\n").Head.ExpectContinue);
    }

    [Fact]
    public void Section_10_1_1_Whoever_waits_is_told_or_sends_on_his_own()
    {
        ConnectionState connection = Handling(Waiting);
        Assert.True(connection.AwaitsContinue);
        connection.ContinueSettled();
        Assert.False(connection.AwaitsContinue);
        Assert.Equal(ConnectionOption.None, connection.Respond(200, 1, 0).Option);
    }

    [Theory]
    [InlineData("Content-Length: 0")]
    [InlineData("X: y")]
    public void Section_10_1_1_Without_a_body_nobody_waits(string field) => Assert.False(Handling(Driver.With($"Expect: 100-continue\r\n{field}")).AwaitsContinue);

    [Fact]
    public void Section_10_1_1_A_chunked_body_is_waited_for_too() =>
        Assert.True(Handling(Driver.With("Expect: 100-continue\r\nTransfer-Encoding: chunked")).AwaitsContinue);

    [Fact]
    public void Section_10_1_1_A_final_answer_instead_of_100_closes_the_connection()
    {
        ConnectionState connection = Handling(Waiting);
        Assert.Equal(ConnectionOption.Close, connection.Respond(417, 0, unreadBody: 5).Option);
        Assert.Equal(AfterResponse.Linger, connection.ResponseEnded(5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("200-ok")]
    [InlineData("100-continue, 100-continue")]
    [InlineData("100-continue;q=1")]
    [InlineData("100-continue,")]
    [InlineData("\"100-continue\"")]
    [InlineData("100")]
    public void Section_10_1_1_Any_other_expectation_is_417(string value) =>
        Driver.Rejects(RejectionReason.UnknownExpectation, Driver.With($"Expect: {value}"));

    [Theory]
    [InlineData("Expect: 100-continue\r\nExpect: 100-continue")]
    [InlineData("Expect: 100-continue\r\nExpect: x")]
    public void Section_10_1_1_Two_lines_are_a_list_too(string fields) => Driver.Rejects(RejectionReason.UnknownExpectation, Driver.With(fields));
}
