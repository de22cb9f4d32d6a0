// RFC 9112 where the engine answers for it and the codec alone cannot: whose turn it is on a connection, how it ends, and HTTP/1.0.

using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Rfc9112_Messages_over_epoll : Rfc9112_Messages<Epoll>;

public sealed class Rfc9112_Messages_over_sockets : Rfc9112_Messages<Sockets>;

public sealed class Rfc9112_Messages_over_memory : Rfc9112_Messages<Memory>;

public sealed class Rfc9112_Messages_over_tls_over_epoll : Rfc9112_Messages<TlsOverEpoll>;

public abstract class Rfc9112_Messages<T> : TransportContract<T> where T : Carrier, new()
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact(Timeout = Patience)]
    public async Task Section_2_2_An_empty_line_between_requests_is_ignored()
    {
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi\r\n" + Get);
        Assert.Equal("hi", (await client.ReadAsync()).Text);
        Assert.Equal("hello", (await client.ReadAsync()).Text);
    }

    [Fact(Timeout = Patience)]
    public async Task Section_2_3_The_answer_to_1_0_names_1_1_and_needs_none_of_it()
    {
        App.Get("/stream", static _ => Response.Stream("text/plain", static async (body, aborted) => await body.WriteAsync("hello"u8.ToArray())));
        await App.StartAsync();
        foreach (string path in new[] { "/", "/stream" })
        {
            ClientConnection client = await ConnectAsync();
            await client.SendAsync($"GET {path} HTTP/1.0\r\n\r\n" + Get);
            Answer answer = await client.ReadAsync();
            Assert.Equal(("hello", null, true), (answer.Text, answer["Transfer-Encoding"], answer.Closes));
            Assert.Empty(await client.ReadToEndAsync()); // the second request is not served
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Section_9_3_1_0_keeps_its_connection_if_it_asks_and_the_answer_has_a_length()
    {
        App.Get("/stream", static _ => Response.Stream("text/plain", static async (body, aborted) => await body.WriteAsync("hello"u8.ToArray())));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        const string Persistent = " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        await client.SendAsync("GET /" + Persistent + "GET /" + Persistent + "GET /stream" + Persistent + "GET /" + Persistent);
        for (int i = 0; i < 2; i++) Assert.Equal("keep-alive", (await client.ReadAsync())["Connection"]);
        Answer stream = await client.ReadAsync();
        Assert.Equal(("hello", true), (stream.Text, stream.Closes));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData("Content-Length: 6\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhel")]
    public async Task Section_8_A_body_that_ends_early_is_400_and_not_a_body(string rest)
    {
        int whole = 0;
        App.Post("/read", async request =>
        {
            await request.Body.ReadAllAsync();
            Interlocked.Increment(ref whole);
            return Response.NoContent();
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /read HTTP/1.1\r\nHost: a\r\n" + rest);
        client.HalfClose();
        Answer answer = await client.ReadAsync();
        Assert.Equal((400, true), (answer.Status, answer.Closes));
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(0, whole);
    }

    [Theory(Timeout = Patience)]
    [InlineData("GET / HTTP/1.1\r\nHost: a")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r")]
    public async Task Section_8_A_head_that_ends_early_is_no_request(string head)
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync(Get + head);
        client.HalfClose();
        Assert.Equal("hello", (await client.ReadAsync()).Text);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Section_8_A_stream_that_breaks_off_is_not_ended_as_if_it_were_whole()
    {
        App.Get("/cut", static _ => Response.Stream("text/plain", static async (body, aborted) =>
        {
            await body.WriteAsync("hello"u8.ToArray());
            throw new ProblemException(new Problem(500));
        }));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
        await Assert.ThrowsAnyAsync<IOException>(async () => await client.ReadAsync());
        lock (Happened) Happened.RemoveAll(static happened => happened is RequestFaulted); // the fault is what this test is about
    }

    [Fact(Timeout = Patience)]
    public async Task Section_9_6_What_is_sent_after_close_is_not_served()
    {
        int served = 0;
        App.Get("/count", _ => Response.Text($"{Interlocked.Increment(ref served)}"));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /count HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /count HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(("1", true), await client.ReadAsync() is { } answer ? (answer.Text, answer.Closes) : default);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(1, served);
    }

    [Fact(Timeout = Patience)]
    public async Task Section_9_6_A_client_that_is_still_sending_when_it_is_refused_reads_its_answer()
    {
        await App.StartAsync();
        byte[] more = Pattern(1024 * 1024);
        for (int i = 0; i < 20; i++)
        {
            using ClientConnection client = await ConnectAsync();
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n");
            Task sending = client.SendAsync(more).AsTask();
            Assert.Equal(400, (await client.ReadAsync()).Status);
            Assert.Empty(await client.ReadToEndAsync());
            await sending;
        }
    }
}
