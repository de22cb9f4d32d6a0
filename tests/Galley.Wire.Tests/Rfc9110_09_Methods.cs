// RFC 9110 chapter 9: Methods.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_09_Methods
{
    public static TheoryData<int> Octets => [.. Enumerable.Range(0, 256)];

    [Theory]
    [MemberData(nameof(Octets))]
    public void Section_9_1_Every_octet_is_part_of_a_method_or_refused(int code)
    {
        char octet = (char)code;
        bool isToken = char.IsAsciiLetterOrDigit(octet) || "!#$%&'*+-.^_`|~".Contains(octet, StringComparison.Ordinal);
        Verdict verdict = Driver.Read($"G{octet}T / HTTP/1.1\r\nHost: a\r\n\r\n");
        if (isToken)
            Assert.Equal((ParseStatus.Complete, $"G{octet}T"), (verdict.Status, verdict.Method));
        else
            Assert.Equal(ParseStatus.Rejected, verdict.Status);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("HEAd")]
    public void Section_9_1_A_method_has_its_case(string method) => Assert.Equal(Method.Other, Driver.Complete($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n").Head.Method);

    [Fact]
    public void Section_9_1_Every_registered_method_has_its_name()
    {
        foreach (Method method in Enum.GetValues<Method>().Where(method => method is not (Method.None or Method.Other)))
        {
            string name = Encoding.ASCII.GetString(Methods.Name(method));
            Assert.Equal(method, Methods.Parse(Encoding.ASCII.GetBytes(name)));
            Assert.Equal(method.ToString(), name, ignoreCase: true);
        }
        Assert.Equal(Method.None, Methods.Parse(default));
        Assert.True(Methods.Name(Method.Other).IsEmpty);
    }

    [Fact]
    public void Section_9_3_2_HEAD_is_framed_like_GET_and_sends_nothing()
    {
        ConnectionState connection = new();
        connection.RequestArrived(Driver.Head("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
        Assert.Equal(new ResponsePlan(ResponseFraming.Length, 5, SendsBody: false, ConnectionOption.None), connection.Respond(200, 5, 0));
        Assert.Equal(AfterResponse.NextRequest, connection.ResponseEnded(0));
    }

    [Theory]
    [InlineData("a:443", RejectionReason.ConnectUnsupported)]
    [InlineData("[::1]:443", RejectionReason.ConnectUnsupported)]
    [InlineData("a", RejectionReason.InvalidTarget)]
    [InlineData("a:", RejectionReason.InvalidTarget)]
    [InlineData(":443", RejectionReason.InvalidTarget)]
    [InlineData("a:443/", RejectionReason.InvalidTarget)]
    [InlineData("u@a:443", RejectionReason.InvalidTarget)]
    [InlineData("/a", RejectionReason.InvalidTarget)]
    public void Section_9_3_6_CONNECT_has_a_host_and_a_port_and_opens_no_tunnel(string target, RejectionReason reason) =>
        Driver.Rejects(reason, $"CONNECT {target} HTTP/1.1\r\nHost: a\r\n\r\n");

    [Theory]
    [InlineData(200, AfterResponse.Switch)]
    [InlineData(502, AfterResponse.NextRequest)]
    public void Section_9_3_6_Where_CONNECT_is_accepted_only_success_opens_a_tunnel(int status, AfterResponse after)
    {
        ConnectionState connection = new();
        connection.RequestArrived(Driver.Head("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", new HeadLimits { AcceptConnect = true }));
        connection.Respond(status, 0, 0);
        Assert.Equal(after, connection.ResponseEnded(0));
    }

    [Theory]
    [InlineData("OPTIONS", RejectionReason.None)]
    [InlineData("GET", RejectionReason.InvalidTarget)]
    [InlineData("HEAD", RejectionReason.InvalidTarget)]
    [InlineData("POST", RejectionReason.InvalidTarget)]
    [InlineData("options", RejectionReason.InvalidTarget)]
    public void Section_9_3_7_Only_OPTIONS_asks_about_the_server_as_a_whole(string method, RejectionReason reason) =>
        Assert.Equal(reason, Driver.Read($"{method} * HTTP/1.1\r\nHost: a\r\n\r\n").Reason);
}
