// RFC 9110 chapter 15: Status Codes. Which one a refusal has, and what a status says about the framing of its response.

using Galley.Wire.Http1;
using static Galley.Wire.Http1.RejectionReason;

namespace Galley.Wire.Tests;

public class Rfc9110_15_StatusCodes
{
    [Fact]
    public void Section_15_5_1_What_is_malformed_is_400_and_everything_else_has_a_status_of_its_own()
    {
        Dictionary<RejectionReason, int> others = new()
        {
            [HeadTimeout] = 408,
            [BodyTimeout] = 408,
            [BodyTooLarge] = 413,
            [TargetTooLong] = 414,
            [UnknownExpectation] = 417,
            [HeadTooLarge] = 431,
            [TooManyFields] = 431,
            [TrailersTooLarge] = 431,
            [ConnectUnsupported] = 501,
            [MethodTooLong] = 501,
            [UnknownTransferCoding] = 501,
            [UnsupportedVersion] = 505,
        };
        foreach (RejectionReason reason in Enum.GetValues<RejectionReason>().Where(reason => reason != None))
            Assert.Equal((reason, others.GetValueOrDefault(reason, 400)), (reason, Rejections.Of(reason).Status));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public void Section_15_3_5_And_15_4_5_No_content_and_not_modified_end_with_their_head(int status)
    {
        ResponsePlan plan = Handling("GET").Respond(status, 5, 0);
        Assert.Equal((ResponseFraming.None, false), (plan.Framing, plan.SendsBody));
    }

    [Theory]
    [InlineData(5L)]
    [InlineData(null)]
    public void Section_15_3_6_Reset_content_says_that_it_is_empty(long? length)
    {
        ResponsePlan plan = Handling("POST").Respond(205, length, 0);
        Assert.Equal((ResponseFraming.Length, 0L, false), (plan.Framing, plan.Length, plan.SendsBody));
    }

    [Fact]
    public void Section_15_Every_status_from_200_to_599_can_be_the_final_one()
    {
        for (int status = 200; status <= 599; status++)
            Assert.NotEqual(ResponseFraming.UntilClose, Handling("GET").Respond(status, null, 0).Framing);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(199)]
    public void Section_15_2_An_interim_status_is_not_the_final_one(int status) =>
        Assert.Throws<InvalidOperationException>(() => Handling("GET").Respond(status, null, 0));

    static ConnectionState Handling(string method)
    {
        ConnectionState connection = new();
        connection.RequestArrived(Driver.Head($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n"));
        return connection;
    }
}
