// Rule of the house 6: zero bytes allocated per request in the steady state on the raw path, over real sockets. Counted for the whole process, so
// nothing on any thread can hide.

namespace Galley.Tests.Receive;

[Collection(nameof(Alone))]
public sealed class Allocation_tests
{
    private const int Requests = 20_000;

    [Theory]
    [InlineData("epoll", "GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("epoll", "GET /text HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nUser-Agent: test\r\n\r\n")]
    [InlineData("epoll", "GET /users/42 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("epoll", "GET /middleware HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("epoll", "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("epoll", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task A_request_on_the_raw_path_allocates_nothing(string transport, string request)
    {
        byte[] hello = "hello"u8.ToArray();
        Response five = Response.Text("five");
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/bytes", _ => Response.Bytes(hello, BytesBody.Text));
            app.Get("/text", _ => Response.Text("Hello, World!"));
            app.Get("/users/{id}", r => r.TryGetRouteValue("id"u8, out ReadOnlySpan<byte> id) && id.Length == 2 ? Response.Text("two") : Response.NotFound());
            app.Get("/middleware", _ => Response.Text("inside")).Use((r, next) => next(r)).Use((r, next) => next(r)).Use((r, next) => next(r));
            app.Post("/length", r => r.Body.ReadAllAsync() is { IsCompleted: true } body && body.GetAwaiter().GetResult().Length == 5 ? five : Response.BadRequest());
            app.Get("/nothing", _ => Response.NoContent());
        }, "--Galley:Loops=1", "--transport", transport);

        using RawClient client = running.Connect();
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(request);
        for (int i = 0; i < 5000; i++) Exchange(client, bytes);

        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Requests; i++) Exchange(client, bytes);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        // Whole-process counting sees the runtime's own background work (tiered compilation) now and then: less than a byte per request is none.
        Assert.InRange(least, 0, Requests / 10);
    }

    private static void Exchange(RawClient client, byte[] request)
    {
        client.Send(request);
        int status = client.Skip();
        if (status is not (200 or 204)) Assert.Fail($"Status {status}");
    }
}

/// <summary>Tests that measure the whole process run while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
