// The memory network cuts every receive and every send as short as it is told to: the answers must be the same.

using System.Text;
using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Any_split_is_the_same
{
    [Theory(Timeout = 30_000)]
    [InlineData(1, 1, 1)]
    [InlineData(1, int.MaxValue, 1024)]
    [InlineData(int.MaxValue, 1, 1024)]
    [InlineData(2, 3, 5)]
    [InlineData(7, 13, 64)]
    [InlineData(1000, 100, 200)]
    public async Task Whatever_one_receive_and_one_send_move(int receive, int send, int pipe)
    {
        await using Backend app = Backend.Create();
        app.Options.LogRequests = false;
        app.Get("/", static _ => Response.Text("hello"));
        app.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        app.Post("/skip", static _ => Response.NoContent());
        app.Get("/stream", static _ => Response.Stream("text/plain", static async (body, aborted) =>
        {
            for (int i = 0; i < 5; i++) await body.WriteAsync(Encoding.ASCII.GetBytes($"piece {i};"));
        }));
        MemoryNetwork network = app.UseMemory(pipe);
        network.MaxReceiveBytes = receive;
        network.MaxSendBytes = send;
        await app.StartAsync();
        using var client = new ClientConnection(network.Connect());
        Task sending = SendAsync(client);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("hello", (await client.ReadAsync()).Text);
            Assert.Equal("some text", (await client.ReadAsync()).Text);
            Assert.Equal(204, (await client.ReadAsync()).Status);
            Assert.Equal("chunked", (await client.ReadAsync()).Text);
            Assert.Equal("piece 0;piece 1;piece 2;piece 3;piece 4;", (await client.ReadAsync()).Text);
        }
        await sending;
        client.HalfClose();
        Assert.Empty(await client.ReadToEndAsync());

        static async Task SendAsync(ClientConnection client)
        {
            for (int i = 0; i < 10; i++)
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome text" +
                    "POST /skip HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome text" +
                    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nchunk\r\n2\r\ned\r\n0\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
            }
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_body_that_nobody_reads_stays_with_the_client()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend app = Backend.Create();
        app.Options.LogRequests = false;
        app.Post("/wait", async request =>
        {
            await release.Task;
            int length = 0;
            while (await request.Body.ReadAsync() is { IsEmpty: false } piece) length += piece.Length;
            return Response.Text($"{length}");
        });
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using var client = new ClientConnection(network.Connect());
        await client.SendAsync("POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        Task sending = client.SendAsync(new byte[1_000_000]).AsTask();
        await network.WhenQuietAsync();
        Assert.False(sending.IsCompleted);
        release.SetResult();
        Assert.Equal("1000000", (await client.ReadAsync()).Text);
        await sending;
    }

    [Fact(Timeout = 30_000)]
    public async Task The_client_of_tests_speaks_for_itself()
    {
        await using Backend app = Backend.Create();
        app.Options.LogRequests = false;
        app.Get("/hello", static request => Response.Text($"hello {request.QueryValue("name")}"));
        app.Post("/echo", static async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
        app.Get("/close", static _ => Response.Text("bye"));
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using var client = new TestClient(network);
        Assert.Equal("hello you", (await client.GetAsync("/hello?name=you")).Text);
        Assert.Equal(42, (await client.PostJsonAsync("/echo", """{"answer":42}""")).Json().GetProperty("answer").GetInt32());
        Assert.True((await client.GetAsync("/close", ("Connection", "close"))).Closes);
        Assert.Equal(404, (await client.GetAsync("/none")).Status);
        Assert.Empty((await client.SendAsync("HEAD", "/hello")).Text);
    }
}
