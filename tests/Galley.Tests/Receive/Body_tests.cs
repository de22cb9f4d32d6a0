// What a handler sees when it asks for a body that the request does not have.

namespace Galley.Tests.Receive;

public sealed class Body_tests
{
    [Theory]
    [InlineData("GET /all HTTP/1.1\r\nHost: a\r\n\r\n", "0")]
    [InlineData("POST /all HTTP/1.1\r\nHost: a\r\n\r\n", "0")]
    [InlineData("POST /all HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "0")]
    [InlineData("POST /all HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "3")]
    [InlineData("POST /all HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", "2")]
    [InlineData("POST /pieces HTTP/1.1\r\nHost: a\r\n\r\n", "0")]
    [InlineData("POST /pieces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "3")]
    public async Task A_body_that_is_not_there_is_empty_and_the_next_request_is_found(string request, string length)
    {
        await using Running running = await Running.StartAsync(app =>
        {
            app.Map("GET", "/all", AllAsync);
            app.Map("POST", "/all", AllAsync);
            app.Post("/pieces", async r =>
            {
                int total = 0;
                while ((await r.Body.ReadAsync()) is { Length: > 0 } piece) total += piece.Length;
                return Response.Text(total.ToString());
            });
        });
        using RawClient client = running.Connect();
        client.Send(request + request);
        Assert.Equal(length, client.Read().Body);
        Assert.Equal(length, client.Read().Body);

        static async ValueTask<Response> AllAsync(Request request) => Response.Text((await request.Body.ReadAllAsync()).Length.ToString());
    }
}
