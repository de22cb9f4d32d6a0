// RFC 9110 chapter 7: Routing HTTP Messages. Host, Connection and Upgrade.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9110_07_Routing
{
    static string Get(string fields, string version = "1.1") => $"GET / HTTP/{version}\r\n{fields}\r\n\r\n";

    public static TheoryData<int> Octets => [.. Enumerable.Range(0, 256)];

    [Theory]
    [MemberData(nameof(Octets))]
    public void Section_7_2_Every_octet_is_part_of_a_host_or_refused(int code)
    {
        char octet = (char)code;
        Verdict verdict = Driver.Read(Get($"Host: a{octet}1"));
        // A colon begins a port.
        if (char.IsAsciiLetterOrDigit(octet) || "-._~:".Contains(octet, StringComparison.Ordinal))
            Assert.Equal((ParseStatus.Complete, $"a{octet}1"), (verdict.Status, verdict.Host));
        else
            Assert.Equal(ParseStatus.Rejected, verdict.Status);
    }

    [Theory]
    [InlineData("/", "field")]
    [InlineData("http://target/", "target")]
    [InlineData("http://target:81", "target:81")]
    public void Section_7_2_The_authority_of_the_target_wins_over_Host(string target, string host) =>
        Assert.Equal(host, Driver.Complete($"GET {target} HTTP/1.1\r\nHost: field\r\n\r\n").Host);

    [Fact]
    public void Section_7_2_Host_may_be_any_field_of_the_head() => Assert.Equal("a", Driver.Complete(Get("X: y\r\nZ: z\r\nHost: a")).Host);

    [Theory]
    [InlineData("1.1", RejectionReason.MissingHost)]
    [InlineData("1.0", RejectionReason.None)]
    public void Section_7_2_Host_is_needed_since_1_1(string version, RejectionReason reason) => Assert.Equal(reason, Driver.Read(Get("X: y", version)).Reason);

    [Theory]
    [InlineData("Host: a,b", RejectionReason.InvalidHost)]
    [InlineData("Host: a\r\nHost: a", RejectionReason.RepeatedHost)]
    public void Section_7_2_In_1_0_Host_is_judged_like_in_1_1(string fields, RejectionReason reason) => Driver.Rejects(reason, Get(fields, "1.0"));

    [Theory]
    [InlineData("close", false)]
    [InlineData("Close", false)]
    [InlineData("keep-alive, close", false)]
    [InlineData("keep-alive", true)]
    [InlineData("closed", true)]
    [InlineData("x-custom, X-Other", true)]
    [InlineData("TE", true)]
    public void Section_7_6_1_Options_have_no_case_and_unknown_ones_are_ignored(string value, bool isPersistent) =>
        Assert.Equal(isPersistent, Driver.Complete(Get($"Host: a\r\nConnection: {value}")).Head.KeepAlive);

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("content-length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Host")]
    [InlineData("close, Host")]
    [InlineData("keep-alive,TRANSFER-ENCODING ,x")]
    [InlineData("x\r\nConnection: Content-Length")]
    public void Section_7_6_1_An_option_that_names_a_framing_field_is_refused(string value) =>
        Driver.Rejects(RejectionReason.InvalidConnection, Get($"Host: a\r\nConnection: {value}"));

    [Theory]
    [InlineData("close;x")]
    [InlineData("close keep-alive")]
    [InlineData("\"close\"")]
    [InlineData("close, =")]
    [InlineData("\u00E4")]
    public void Section_7_6_1_What_is_no_list_of_tokens_is_refused(string value) =>
        Driver.Rejects(RejectionReason.InvalidConnection, Get($"Host: a\r\nConnection: {value}"));

    [Theory]
    [InlineData("1.1", "Connection: upgrade\r\nUpgrade: x", true)]
    [InlineData("1.1", "Upgrade: x/1, y\r\nConnection: keep-alive, Upgrade", true)]
    [InlineData("1.1", "Upgrade: x", false)]
    [InlineData("1.1", "Connection: upgrade", false)]
    [InlineData("1.0", "Connection: upgrade\r\nUpgrade: x", false)]
    public void Section_7_8_An_upgrade_is_offered_with_the_connection_option_and_not_by_1_0(string version, string fields, bool isOffered) =>
        Assert.Equal(isOffered, Driver.Complete(Get($"Host: a\r\n{fields}", version)).Head.HasUpgrade);

    [Fact]
    public void Section_7_8_An_upgrade_may_come_with_a_body_that_is_framed_as_ever()
    {
        Verdict verdict = Driver.Complete(Driver.With("Connection: upgrade\r\nUpgrade: x\r\nContent-Length: 5", "hello\u0081\u0005"));
        Assert.Equal((true, "hello"), (verdict.Head.HasUpgrade, verdict.BodyText));
    }

    const string Upgrading = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    [Fact]
    public void Section_7_8_101_switches_only_if_it_was_offered()
    {
        ConnectionState connection = Handling(Upgrading);
        Assert.True(connection.CanSwitch);
        Assert.Equal(new ResponsePlan(ResponseFraming.None, 0, false, ConnectionOption.Upgrade), connection.Respond(101, null, 0));
        Assert.Equal(AfterResponse.Switch, connection.ResponseEnded(0));
        Assert.Equal(ConnectionPhase.Upgraded, connection.Phase);

        Assert.False(Handling(Get("Host: a")).CanSwitch);
        Assert.Throws<InvalidOperationException>(() =>
        {
            ConnectionState other = Handling(Get("Host: a"));
            other.Respond(101, null, 0);
        });
    }

    [Fact]
    public void Section_7_8_An_offer_may_be_declined()
    {
        ConnectionState connection = Handling(Upgrading);
        connection.Respond(200, 1, 0);
        Assert.Equal(AfterResponse.NextRequest, connection.ResponseEnded(0));
    }

    static ConnectionState Handling(string request)
    {
        ConnectionState connection = new();
        connection.RequestArrived(Driver.Head(request));
        return connection;
    }
}
