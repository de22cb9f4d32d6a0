// RFC 9112 chapter 9: Connection Management. Upgrade and Expect are in the files of RFC 9110.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_09_Connections
{
    static RequestHead Head(string request) => Driver.Head(request, new HeadLimits { AcceptConnect = true });

    static ConnectionState Handling(string request)
    {
        ConnectionState connection = new();
        connection.HeadBegun();
        connection.RequestArrived(Head(request));
        return connection;
    }

    public const string Get11 = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    public const string Get10 = "GET / HTTP/1.0\r\n\r\n";
    public const string Get10Persistent = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    public const string Head11 = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData("1.1", "X: y", true)]
    [InlineData("1.1", "Connection: close", false)]
    [InlineData("1.1", "Connection: keep-alive", true)]
    [InlineData("1.1", "Connection: keep-alive, CLOSE", false)]
    [InlineData("1.1", "Connection: keep-alive\r\nConnection: close", false)]
    [InlineData("1.1", "Connection: x-close", true)]
    [InlineData("1.1", "Connection:", true)]
    [InlineData("1.0", "X: y", false)]
    [InlineData("1.0", "Connection: Keep-Alive", true)]
    [InlineData("1.0", "Connection: x ,\tkeep-alive,", true)]
    [InlineData("1.0", "Connection: keep-alive, close", false)]
    public void Section_9_3_Persistence_follows_version_and_Connection(string version, string field, bool isPersistent) =>
        Assert.Equal(isPersistent, Driver.Complete($"GET / HTTP/{version}\r\nHost: a\r\n{field}\r\n\r\n").Head.KeepAlive);

    [Theory]
    [InlineData(Get11, 200, 5L, ResponseFraming.Length, true, ConnectionOption.None)]
    [InlineData(Get11, 200, 0L, ResponseFraming.Length, true, ConnectionOption.None)]
    [InlineData(Get11, 200, null, ResponseFraming.Chunked, true, ConnectionOption.None)]
    [InlineData(Get11, 404, 5L, ResponseFraming.Length, true, ConnectionOption.None)]
    [InlineData(Get11, 204, 5L, ResponseFraming.None, false, ConnectionOption.None)]
    [InlineData(Get11, 204, null, ResponseFraming.None, false, ConnectionOption.None)]
    [InlineData(Get11, 304, 5L, ResponseFraming.None, false, ConnectionOption.None)]
    [InlineData(Get11, 205, null, ResponseFraming.Length, false, ConnectionOption.None)]
    [InlineData(Head11, 200, 5L, ResponseFraming.Length, false, ConnectionOption.None)]
    [InlineData(Head11, 200, null, ResponseFraming.None, false, ConnectionOption.None)]
    [InlineData(Get10, 200, 5L, ResponseFraming.Length, true, ConnectionOption.Close)]
    [InlineData(Get10, 200, null, ResponseFraming.UntilClose, true, ConnectionOption.Close)]
    [InlineData(Get10Persistent, 200, 5L, ResponseFraming.Length, true, ConnectionOption.KeepAlive)]
    [InlineData(Get10Persistent, 200, null, ResponseFraming.UntilClose, true, ConnectionOption.Close)]
    public void Section_6_3_The_framing_of_a_response_follows_request_status_and_length(
        string request, int status, long? length, ResponseFraming framing, bool sendsBody, ConnectionOption option)
    {
        ConnectionState connection = Handling(request);
        ResponsePlan plan = connection.Respond(status, length, unreadBody: 0);
        long announced = framing == ResponseFraming.Length ? status == 205 ? 0 : length!.Value : plan.Length;
        Assert.Equal(new ResponsePlan(framing, announced, sendsBody, option), plan);
        bool persists = option != ConnectionOption.Close;
        Assert.Equal(persists, connection.Persists);
        Assert.Equal(persists ? AfterResponse.NextRequest : AfterResponse.Close, connection.ResponseEnded(0));
        Assert.Equal(persists ? ConnectionPhase.Idle : ConnectionPhase.MustClose, connection.Phase);
    }

    [Fact]
    public void Section_9_3_A_persistent_connection_carries_one_request_after_the_other()
    {
        ConnectionState connection = new();
        for (int count = 0; count < 3; count++)
        {
            Assert.Equal(ConnectionPhase.Idle, connection.Phase);
            connection.RequestArrived(Head(Get11));
            connection.Respond(200, 1, 0);
            Assert.Equal(AfterResponse.NextRequest, connection.ResponseEnded(0));
        }
        connection.Closed();
        Assert.Equal(ConnectionPhase.Closed, connection.Phase);
    }

    [Fact]
    public void Section_9_3_A_little_unread_body_is_drained()
    {
        ConnectionState connection = Handling(Driver.With("Content-Length: 1000"));
        Assert.Equal(ConnectionOption.None, connection.Respond(200, 1, unreadBody: 1000).Option);
        Assert.Equal(AfterResponse.Drain, connection.ResponseEnded(1000));
        Assert.Equal(AfterResponse.Drain, connection.Drained(400, isComplete: false));
        Assert.Equal(AfterResponse.NextRequest, connection.Drained(600, isComplete: true));
        Assert.Equal(ConnectionPhase.Idle, connection.Phase);
    }

    [Fact]
    public void Section_9_6_Much_unread_body_closes_the_connection_and_lingers_for_the_client_to_read()
    {
        ConnectionState connection = Handling(Driver.With("Content-Length: 1000000"));
        Assert.Equal(ConnectionOption.Close, connection.Respond(200, 1, unreadBody: 1000000).Option);
        Assert.Equal(AfterResponse.Linger, connection.ResponseEnded(1000000));
    }

    [Fact]
    public void Section_9_6_A_chunked_body_is_drained_within_a_budget()
    {
        ConnectionState connection = Handling(Driver.With("Transfer-Encoding: chunked"));
        connection.Respond(200, 1, unreadBody: -1);
        Assert.Equal(AfterResponse.Drain, connection.ResponseEnded(-1));
        Assert.Equal(AfterResponse.Drain, connection.Drained(60_000, isComplete: false));
        Assert.Equal(AfterResponse.Linger, connection.Drained(60_000, isComplete: false));
        Assert.Equal(ConnectionPhase.MustClose, connection.Phase);
    }

    [Fact]
    public void Section_8_A_truncated_response_can_only_be_told_by_closing()
    {
        ConnectionState connection = Handling(Get11);
        connection.Respond(200, 5, 0);
        Assert.Equal(AfterResponse.Close, connection.ResponseEnded(0, isTruncated: true));
    }

    [Fact]
    public void Section_9_6_The_last_response_says_so()
    {
        ConnectionState connection = Handling(Get11);
        connection.Last();
        Assert.Equal(ConnectionOption.Close, connection.Respond(200, 1, 0).Option);
        Assert.Equal(AfterResponse.Close, connection.ResponseEnded(0));
    }

    [Fact]
    public void Section_9_6_A_half_close_ends_the_connection_after_the_answer()
    {
        ConnectionState connection = Handling(Get11);
        connection.InputEnded();
        Assert.Equal(ConnectionPhase.Handling, connection.Phase);
        connection.Respond(200, 1, 0);
        Assert.Equal(AfterResponse.Close, connection.ResponseEnded(0));

        ConnectionState idle = new();
        idle.InputEnded();
        Assert.Equal(ConnectionPhase.MustClose, idle.Phase);
    }

    [Fact]
    public void Section_9_A_rejected_message_is_the_last()
    {
        ConnectionState connection = new();
        connection.HeadBegun();
        connection.Rejected();
        Assert.Equal(ConnectionPhase.MustClose, connection.Phase);
        Assert.False(connection.Persists);
    }

    [Fact]
    public void An_event_in_the_wrong_phase_is_a_bug_of_the_engine_and_throws()
    {
        Assert.Throws<InvalidOperationException>(() => new ConnectionState().Respond(200, 0, 0));
        Assert.Throws<InvalidOperationException>(() => new ConnectionState().ResponseEnded(0));
        Assert.Throws<InvalidOperationException>(() => new ConnectionState().Drained(1, false));
        Assert.Throws<InvalidOperationException>(() => { ConnectionState c = Handling(Get11); c.RequestArrived(Head(Get11)); });
        Assert.Throws<InvalidOperationException>(() => { ConnectionState c = Handling(Get11); c.HeadBegun(); });
        Assert.Throws<InvalidOperationException>(() => { ConnectionState c = Handling(Get11); c.Respond(100, null, 0); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { ConnectionState c = Handling(Get11); c.Respond(600, null, 0); });
    }
}
