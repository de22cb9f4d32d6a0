// Framing over real connections: however the bytes are cut on their way, each request gets its answer, in order.

using System.Text;
using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Requests_are_answered_over_epoll : Requests_are_answered<Epoll>;

public sealed class Requests_are_answered_over_sockets : Requests_are_answered<Sockets>;

public sealed class Requests_are_answered_over_memory : Requests_are_answered<Memory>;

public sealed class Requests_are_answered_over_tls_over_epoll : Requests_are_answered<TlsOverEpoll>;

public sealed class Requests_are_answered_over_tls_over_sockets : Requests_are_answered<TlsOverSockets>;

public sealed class Requests_are_answered_over_tls_in_memory : Requests_are_answered<TlsInMemory>;

public abstract class Requests_are_answered<T> : TransportContract<T> where T : Carrier, new()
{
    [Fact(Timeout = Patience)]
    public async Task A_connection_is_kept_for_many_requests()
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        for (int i = 0; i < 200; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Answer answer = await client.ReadAsync();
            Assert.Equal((200, "hello", false), (answer.Status, answer.Text, answer.Closes));
        }
        Assert.Equal(1, App.Connections);
    }

    [Fact(Timeout = Patience)]
    public async Task A_thousand_requests_in_one_write_are_answered_in_order()
    {
        App.Get("/n/{number}", static request => Response.Text(request.RouteValue("number")));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        var all = new StringBuilder();
        for (int i = 0; i < 1000; i++) all.Append("GET /n/").Append(i).Append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        Task sending = client.SendAsync(all.ToString()).AsTask();
        for (int i = 0; i < 1000; i++) Assert.Equal($"{i}", (await client.ReadAsync()).Text);
        await sending;
    }

    [Fact(Timeout = Patience)]
    public async Task Pipelined_requests_to_slow_handlers_are_answered_in_order()
    {
        App.Get("/n/{number}", static async request =>
        {
            string number = request.RouteValue("number");
            await Task.Yield();
            return Response.Text(number);
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        var all = new StringBuilder();
        for (int i = 0; i < 100; i++) all.Append("GET /n/").Append(i).Append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.SendAsync(all.ToString());
        for (int i = 0; i < 100; i++) Assert.Equal($"{i}", (await client.ReadAsync()).Text);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_may_come_byte_by_byte()
    {
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        foreach (char one in "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world") await client.SendAsync(one.ToString());
        Assert.Equal("hello world", (await client.ReadAsync()).Text);
        foreach (char one in "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n") await client.SendAsync(one.ToString());
        Assert.Equal("hello world", (await client.ReadAsync()).Text);
    }

    [Fact(Timeout = Patience)]
    public async Task A_large_body_arrives_whole()
    {
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        byte[] body = Pattern(1024 * 1024);
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync($"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n");
            await client.SendAsync(body);
            Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(body));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_may_be_read_in_pieces_while_it_is_pipelined_with_others()
    {
        App.Post("/count", static async request =>
        {
            int length = 0;
            while (await request.Body.ReadAsync() is { IsEmpty: false } piece) length += piece.Length;
            return Response.Text($"{length}");
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        var all = new StringBuilder();
        for (int i = 0; i < 50; i++) all.Append($"POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: {i * 997}\r\n\r\n").Append('x', i * 997);
        Task sending = client.SendAsync(all.ToString()).AsTask();
        for (int i = 0; i < 50; i++) Assert.Equal($"{i * 997}", (await client.ReadAsync()).Text);
        await sending;
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_nobody_reads_does_not_disturb_the_next_request()
    {
        App.Post("/ignore", static _ => Response.NoContent());
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync($"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n{new string('x', 30000)}GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal(204, (await client.ReadAsync()).Status);
            Assert.Equal("hello", (await client.ReadAsync()).Text);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_expects_100_is_told_to_continue_when_the_body_is_read()
    {
        App.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        App.Post("/refuse", static _ => Response.Text("no", 403));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await client.ReadAsync()).Status);
        await client.SendAsync("hello");
        Assert.Equal("hello", (await client.ReadAsync()).Text);
        await client.SendAsync("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Answer refused = await client.ReadAsync();
        Assert.Equal((403, true), (refused.Status, refused.Closes));
        client.HalfClose();
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task HEAD_is_answered_without_a_body()
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("5", (await client.ReadAsync(isHead: true))["Content-Length"]);
        Assert.Equal("hello", (await client.ReadAsync()).Text);
    }

    [Fact(Timeout = Patience)]
    public async Task Connection_close_is_answered_and_obeyed()
    {
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Answer answer = await client.ReadAsync();
        Assert.Equal(("hello", true), (answer.Text, answer.Closes));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_is_chunked_for_1_1_and_ends_with_the_connection_for_1_0()
    {
        App.Get("/stream", static _ => Response.Stream("text/plain", static async (body, aborted) =>
        {
            for (int i = 0; i < 100; i++) await body.WriteAsync(Encoding.ASCII.GetBytes($"piece {i}\n"));
        }));
        string all = string.Concat(Enumerable.Range(0, 100).Select(static i => $"piece {i}\n"));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
            Answer answer = await client.ReadAsync();
            Assert.Equal(("chunked", all), (answer["Transfer-Encoding"], answer.Text));
        }
        await client.SendAsync("GET /stream HTTP/1.0\r\n\r\n");
        Answer old = await client.ReadAsync();
        Assert.Equal((null, null, all), (old["Transfer-Encoding"], old["Content-Length"], old.Text));
    }

    [Fact(Timeout = Patience)]
    public async Task What_one_request_keeps_in_an_AsyncLocal_no_other_sees()
    {
        var local = new AsyncLocal<string?>();
        App.Get("/sync", request =>
        {
            string? seen = local.Value;
            local.Value = "sync";
            return Response.Text(seen ?? "nothing");
        });
        App.Get("/async", async request =>
        {
            string? seen = local.Value;
            local.Value = "async";
            await Task.Yield();
            return Response.Text(local.Value == "async" ? seen ?? "nothing" : "lost");
        });
        await App.StartAsync();
        local.Value = "test";
        ClientConnection[] clients = [await ConnectAsync(), await ConnectAsync(), await ConnectAsync(), await ConnectAsync()];
        for (int i = 0; i < 50; i++)
        {
            foreach (ClientConnection client in clients) await client.SendAsync($"GET /{(i % 3 == 0 ? "async" : "sync")} HTTP/1.1\r\nHost: a\r\n\r\n");
            foreach (ClientConnection client in clients) Assert.Equal("nothing", (await client.ReadAsync()).Text);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_handler_that_blocks_holds_up_nobody_else()
    {
        using var release = new ManualResetEventSlim();
        App.Get("/block", _ =>
        {
            release.Wait();
            return Response.Text("released");
        });
        await App.StartAsync();
        var blocked = new List<ClientConnection>();
        for (int i = 0; i < 8; i++)
        {
            blocked.Add(await ConnectAsync());
            await blocked[i].SendAsync("GET /block HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        for (int i = 0; i < 20; i++)
        {
            ClientConnection other = await ConnectAsync();
            await other.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("hello", (await other.ReadAsync()).Text);
        }
        release.Set();
        foreach (ClientConnection client in blocked) Assert.Equal("released", (await client.ReadAsync()).Text);
    }
}
