// RFC 9110 where the engine answers for it and the codec alone cannot: Date, HEAD, OPTIONS, Expect, interim and bodyless statuses.

using System.Globalization;
using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Rfc9110_Semantics_over_epoll : Rfc9110_Semantics<Epoll>;

public sealed class Rfc9110_Semantics_over_sockets : Rfc9110_Semantics<Sockets>;

public sealed class Rfc9110_Semantics_over_memory : Rfc9110_Semantics<Memory>;

public sealed class Rfc9110_Semantics_over_tls_over_epoll : Rfc9110_Semantics<TlsOverEpoll>;

public abstract class Rfc9110_Semantics<T> : TransportContract<T> where T : Carrier, new()
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory(Timeout = Patience)]
    [InlineData(200, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(200, "GET / HTTP/1.0\r\n\r\n")]
    [InlineData(404, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(405, "POST / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n\r\n")]
    public async Task Section_6_6_1_Every_answer_has_one_Date_of_now(int status, string request)
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync(request);
        Answer answer = await client.ReadAsync();
        string date = Assert.Single(answer.Fields, static field => field.Key == "Date").Value;
        var time = DateTimeOffset.ParseExact(date, "ddd, dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.Equal(status, answer.Status);
        Assert.InRange(time, DateTimeOffset.UtcNow.AddSeconds(-10), DateTimeOffset.UtcNow.AddSeconds(2));
    }

    [Theory(Timeout = Patience)]
    [InlineData("/", "a", "a")]
    [InlineData("http://target:81/", "a", "target:81")]
    [InlineData("https://target", "a", "target")]
    [InlineData("/", "[::1]:80", "[::1]:80")]
    public async Task Section_7_2_The_host_is_the_targets_own_or_that_of_the_field(string target, string field, string host)
    {
        App.Get("/host", static request => Response.Bytes(request.Host.ToArray()));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET {(target == "/" ? "" : target.TrimEnd('/'))}/host HTTP/1.1\r\nHost: {field}\r\n\r\n");
        Assert.Equal(host, (await client.ReadAsync()).Text);
    }

    [Fact(Timeout = Patience)]
    public async Task Section_7_8_An_upgrade_that_nobody_wants_is_answered_as_ever()
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" + Get);
        for (int i = 0; i < 2; i++) Assert.Equal((200, "hello", false), await client.ReadAsync() is { } answer ? (answer.Status, answer.Text, answer.Closes) : default);
    }

    [Theory(Timeout = Patience)]
    [InlineData("/")]
    [InlineData("/stream")]
    [InlineData("/none")]
    public async Task Section_9_3_2_HEAD_has_the_fields_of_GET_and_no_content(string path)
    {
        App.Get("/stream", static _ => Response.Stream("text/plain", static async (body, aborted) => await body.WriteAsync("hello"u8.ToArray())));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\nHEAD {path} HTTP/1.1\r\nHost: a\r\n\r\n" + Get);
        Answer get = await client.ReadAsync();
        Answer head = await client.ReadAsync(isHead: true);
        Assert.Equal((get.Status, get["Content-Type"], get["Content-Length"]), (head.Status, head["Content-Type"], head["Content-Length"]));
        Assert.Equal("hello", (await client.ReadAsync()).Text); // what follows is not shifted by a body
    }

    [Theory(Timeout = Patience)]
    [InlineData("BREW", 405)]
    [InlineData("get", 405)]
    [InlineData("TRACE", 405)]
    [InlineData("DELETE", 405)]
    public async Task Section_9_1_And_15_5_6_A_method_that_a_path_does_not_have_is_405_with_Allow(string method, int status)
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\nX-Secret: mirrored\r\n\r\n" + Get);
        Answer answer = await client.ReadAsync();
        Assert.Equal((status, "GET, HEAD, OPTIONS"), (answer.Status, string.Join(", ", answer["Allow"]!.Split(", ").Order())));
        Assert.DoesNotContain("mirrored", answer.Text, StringComparison.Ordinal); // section 9.3.8: TRACE would reflect it
        Assert.Equal(200, (await client.ReadAsync()).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task Section_9_3_6_CONNECT_is_501_and_the_last()
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n" + Get);
        Answer answer = await client.ReadAsync();
        Assert.Equal((501, true), (answer.Status, answer.Closes));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData("*", "DELETE, GET, HEAD, OPTIONS")]
    [InlineData("/", "GET, HEAD, OPTIONS")]
    public async Task Section_9_3_7_OPTIONS_tells_what_a_path_or_the_server_allows(string target, string allow)
    {
        App.Delete("/other", static _ => Response.NoContent());
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer answer = await client.ReadAsync();
        Assert.Equal((204, allow), (answer.Status, string.Join(", ", answer["Allow"]!.Split(", ").Order())));
    }

    [Fact(Timeout = Patience)]
    public async Task Section_10_1_1_100_is_said_when_the_body_is_asked_for_and_not_before()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Post("/echo", async request =>
        {
            asked.SetResult();
            await read.Task;
            return Response.Bytes((await request.Body.ReadAllAsync()).ToArray());
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        await asked.Task;
        Task<Answer> interim = client.ReadAsync();
        // Another client's answer: the loops have been round since.
        ClientConnection other = await ConnectAsync();
        await other.SendAsync(Get);
        await other.ReadAsync();
        Assert.False(interim.IsCompleted);
        read.SetResult();
        Answer said = await interim;
        Assert.Equal((100, 0), (said.Status, said.Fields.Count));
        await client.SendAsync("hello");
        Assert.Equal("hello", (await client.ReadAsync()).Text);
    }

    [Theory(Timeout = Patience)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")]
    public async Task Section_10_1_1_100_is_not_said_to_whom_it_tells_nothing(string request)
    {
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync(request);
        Assert.Equal(200, (await client.ReadAsync()).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task Section_10_1_1_A_client_of_1_0_is_not_told_100_while_its_body_is_waited_for()
    {
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        await client.SendAsync("hello");
        Answer answer = await client.ReadAsync();
        Assert.Equal((200, "hello", true), (answer.Status, answer.Text, answer.Closes));
    }

    [Theory(Timeout = Patience)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 5\r\n\r\nhello", 417)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100000000\r\n\r\n", 413)]
    [InlineData("POST /none HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", 404)]
    public async Task Section_10_1_1_Whoever_is_refused_before_100_is_told_at_once_and_the_connection_ends(string request, int status)
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync(request);
        Answer answer = await client.ReadAsync();
        // What is next cannot be told apart: the body that was announced, or another request. A body that is here is no riddle.
        Assert.Equal((status, true), (answer.Status, answer.Closes));
        await client.SendAsync(Get);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData(204, null)]
    [InlineData(304, null)]
    [InlineData(205, "0")]
    public async Task Section_15_3_And_15_4_Answers_without_content_have_none_whatever_the_handler_gave(int status, string? length)
    {
        App.Get("/empty", _ => Response.Text("content that must not be sent", status));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n" + Get);
        Answer answer = await client.ReadAsync();
        Assert.Equal((status, length, null, 0), (answer.Status, answer["Content-Length"], answer["Transfer-Encoding"], answer.Body.Length));
        Assert.Equal("hello", (await client.ReadAsync()).Text);
    }

    [Theory(Timeout = Patience)]
    [InlineData(413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")]
    [InlineData(501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData(505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n")]
    public async Task Section_15_5_And_15_6_A_refusal_has_the_status_of_its_reason_and_is_the_last(int status, string request)
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync(request + Get);
        Answer answer = await client.ReadAsync();
        Assert.Equal((status, true, "application/problem+json"), (answer.Status, answer.Closes, answer["Content-Type"]));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData(414, 9000, 0)]
    [InlineData(431, 10, 40_000)]
    public async Task Section_15_5_What_is_too_long_is_refused_before_it_is_all_here(int status, int target, int field)
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET /{new string('a', target)}{(field > 0 ? " HTTP/1.1\r\nHost: a\r\nX: " : "")}{new string('x', field)}");
        Answer answer = await client.ReadAsync();
        Assert.Equal((status, true), (answer.Status, answer.Closes));
        Assert.Empty(await client.ReadToEndAsync());
    }
}
