// The corpus of request smuggling over real connections: each attack gets the status of its rule, the connection closes, and the request behind
// it reaches nobody. RFC 9112 section 11.2.

using System.Text;
using System.Text.RegularExpressions;
using Galley.Smuggling;
using Galley.Testing;
using Galley.Wire.Http1;

namespace Galley.Transport.Tests;

public sealed class Smuggling_is_refused_over_epoll : Smuggling_is_refused<Epoll>;

public sealed class Smuggling_is_refused_over_sockets : Smuggling_is_refused<Sockets>;

public sealed class Smuggling_is_refused_over_memory : Smuggling_is_refused<Memory>;

public sealed class Smuggling_is_refused_over_tls_over_epoll : Smuggling_is_refused<TlsOverEpoll>;

public abstract class Smuggling_is_refused<T> : TransportContract<T> where T : Carrier, new()
{
    private readonly List<(string Method, string Target, string Body)> _seen = [];

    [Theory(Timeout = Patience)]
    [InlineData("whole")]
    [InlineData("in two")]
    [InlineData("byte by byte")]
    public async Task Section_11_2_An_attack_is_answered_with_its_status_and_nothing_behind_it_is_served(string delivery)
    {
        App.Use(async (request, next) =>
        {
            await ReadAsync(request);
            return await next(request);
        });
        await App.StartAsync();
        foreach (Attack attack in Attacks.All)
        {
            using ClientConnection client = await ConnectAsync();
            await SendAsync(client, attack.Bytes + Attacks.Canary, delivery);
            Answer answer = await client.ReadAsync();
            Assert.Equal((attack.Name, attack.Status, true), (attack.Name, answer.Status, answer.Closes));
            Assert.Equal((attack.Name, 0), (attack.Name, (await client.ReadToEndAsync()).Length));
        }
        Assert.Empty(_seen);
    }

    [Fact(Timeout = Patience)]
    public async Task Section_11_2_Also_where_the_body_is_read_by_nobody()
    {
        App.Use((request, next) =>
        {
            lock (_seen) _seen.Add((request.Method, Encoding.Latin1.GetString(request.Target), ""));
            return next(request);
        });
        App.Post("/attack", static _ => Response.NoContent());
        await App.StartAsync();
        foreach (Attack attack in Attacks.All)
        {
            using ClientConnection client = await ConnectAsync();
            await client.SendAsync(attack.Bytes + Attacks.Canary);
            string all = Encoding.Latin1.GetString(await client.ReadToEndAsync());
            // A mistake in the body comes too late for an answer of its own: that one is out, and closing is all that can be done.
            bool isAnswered = all.StartsWith($"HTTP/1.1 {attack.Status} ", StringComparison.Ordinal) || all.StartsWith("HTTP/1.1 204 ", StringComparison.Ordinal);
            Assert.True(isAnswered, $"{attack.Name}: {all}");
            Assert.Single(Regex.Matches(all, "HTTP/1.1 [0-9]{3} "));
        }
        Assert.All(_seen, static seen => Assert.Equal(("POST", "/attack"), (seen.Method, seen.Target)));
        lock (Happened) Assert.Equal(Attacks.All.Select(static attack => Rejections.Of(attack.Reason).Name), Happened.OfType<RequestRejected>().Select(static rejected => rejected.Reason));
    }

    [Theory(Timeout = Patience)]
    [InlineData("whole")]
    [InlineData("byte by byte")]
    public async Task Section_11_2_What_only_looks_like_an_attack_is_served_and_so_is_what_follows(string delivery)
    {
        App.Use(async (request, next) =>
        {
            await ReadAsync(request);
            return Response.NoContent();
        });
        await App.StartAsync();
        foreach (Lookalike lookalike in Lookalikes.All)
        {
            _seen.Clear();
            using ClientConnection client = await ConnectAsync();
            await SendAsync(client, lookalike.Bytes + Attacks.Canary, delivery);
            for (int i = 0; i <= lookalike.Requests.Length; i++) Assert.Equal(204, (await client.ReadAsync()).Status);
            Assert.Equal([.. lookalike.Requests, ("GET", "/canary", "")], _seen);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Section_9_3_2_What_came_before_an_attack_is_answered_first()
    {
        await App.StartAsync();
        foreach (Attack attack in Attacks.All)
        {
            using ClientConnection client = await ConnectAsync();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n" + attack.Bytes + Attacks.Canary);
            Assert.Equal("hello", (await client.ReadAsync()).Text);
            Assert.Equal("hello", (await client.ReadAsync()).Text);
            Assert.InRange((await client.ReadAsync()).Status, 400, 599);
            Assert.Empty(await client.ReadToEndAsync());
        }
    }

    private async Task ReadAsync(Request request)
    {
        (string method, string target) = (request.Method, Encoding.Latin1.GetString(request.Target));
        string body = Encoding.Latin1.GetString((await request.Body.ReadAllAsync()).Span);
        lock (_seen) _seen.Add((method, target, body));
    }

    private static async Task SendAsync(ClientConnection client, string bytes, string delivery)
    {
        int piece = delivery switch
        {
            "whole" => bytes.Length,
            "in two" => (bytes.Length + 1) / 2,
            _ => 1,
        };
        // Long padding arrives in one go: it is what is around it that matters.
        if (piece == 1 && bytes.Length > 2000) piece = 100;
        for (int at = 0; at < bytes.Length; at += piece) await client.SendAsync(bytes[at..Math.Min(bytes.Length, at + piece)]);
    }
}
