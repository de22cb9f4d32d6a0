// Programs make mistakes. None of them may cost another client its answer, let a body be taken for a request, or end the process.

using System.Net.Sockets;
using Galley.Receiving;

namespace Galley.Tests.Receive;

public sealed class Careless_program_tests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task A_request_body_that_a_stream_reads_is_never_taken_for_a_request()
    {
        int inner = 0;
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/inner", _ =>
            {
                inner++;
                return Response.Text("inner");
            });
            app.Post("/echo", request => Response.Stream("text/plain", async (writer, _) =>
            {
                while ((await request.Body.ReadAsync()) is { Length: > 0 } piece) await writer.WriteAsync(piece);
            }));
        });
        using RawClient client = running.Connect();
        string body = "GET /inner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        client.Send($"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        client.HalfClose();
        Assert.EndsWith("\r\n0\r\n\r\n", client.ReadToEnd());
        Assert.Equal(0, inner);
    }

    [Fact]
    public void The_output_of_a_slow_reader_takes_no_more_memory_than_is_unsent()
    {
        var pool = new BufferPool(16 * 1024, 16);
        var queue = default(OutputQueue);
        int most = 0;
        for (long sent = 0; sent < 200_000_000; sent += 30_000)
        {
            while (!queue.IsFull)
            {
                most = Math.Max(most, queue.Reserve((16 * 1024) + 20, pool).Length);
                queue.Advance(16 * 1024);
            }
            queue.Sent(30_000, pool);
        }
        Assert.InRange(most, 1, 1_000_000);
    }

    [Fact]
    public async Task Content_that_does_not_fit_its_body_is_a_500() => await FaultsAsync(_ => Response.Of(200, BytesBody.Json, "text"));

    [Fact]
    public async Task A_problem_with_an_impossible_status_is_a_500() => await FaultsAsync(_ => throw new ProblemException(new Problem(1000)));

    [Fact]
    public async Task A_body_whose_media_type_would_split_the_response_is_a_500() => await FaultsAsync(_ => Response.Of(200, new SplittingBody(), null));

    [Fact]
    public async Task A_body_that_claims_more_than_it_wrote_is_a_500() => await FaultsAsync(_ => Response.Of(200, new ClaimingBody(), null));

    [Fact]
    public async Task Listeners_that_throw_cost_nobody_an_answer()
    {
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/", _ => throw new InvalidOperationException("fault"));
            app.Events.Subscribe(_ => throw new InvalidOperationException("event"));
            app.Events.SubscribeRequests((in RequestSummary _) => throw new InvalidOperationException("request"));
        });
        using RawClient client = running.Connect();
        for (int i = 0; i < 3; i++)
        {
            client.Send(Get);
            Assert.StartsWith("HTTP/1.1 500 ", client.Read().Head);
        }
    }

    [Fact]
    public async Task An_abort_callback_that_throws_does_not_end_the_process()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/", async request =>
            {
                request.Aborted.Register(() =>
                {
                    called.SetResult();
                    throw new InvalidOperationException("callback");
                });
                entered.SetResult();
                await called.Task;
                return Response.Ok();
            });
            app.Get("/after", _ => Response.Text("alive"));
        });
        RawClient gone = running.Connect();
        gone.Send(Get);
        await entered.Task;
        gone.Reset();
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20));
        using RawClient client = running.Connect();
        client.Send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("alive", client.Read().Body);
    }

    [Fact]
    public async Task A_write_after_the_end_of_its_stream_is_refused_and_harms_nobody()
    {
        BodyWriter? kept = null;
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Running running = await Running.StartAsync(app =>
        {
            app.Get("/stream", _ => Response.Stream("a/b", async (writer, _) =>
            {
                kept = writer;
                await writer.WriteAsync(new byte[3]);
            }));
            app.Get("/slow", async _ =>
            {
                entered.SetResult();
                await hold.Task;
                return Response.Text("slow");
            });
        }, "--Galley:Loops=1");
        using RawClient client = running.Connect();
        client.Send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        await entered.Task; // the turn of the stream serves this request now
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await kept!.WriteAsync(new byte[5]));
        hold.SetResult();
        client.HalfClose();
        Assert.EndsWith("\r\n0\r\n\r\n", client.ReadToEnd().Split("HTTP/1.1 200 OK")[1]);
    }

    [Fact]
    public async Task A_stream_that_fails_does_not_look_complete_to_an_old_client()
    {
        await using Running running = await Running.StartAsync(app => app.Get("/", _ => Response.Stream("a/b", async (writer, _) =>
        {
            await writer.WriteAsync(new byte[3]);
            throw new InvalidOperationException("half way");
        })));
        using RawClient client = running.Connect();
        client.Send("GET / HTTP/1.0\r\n\r\n");
        Assert.Throws<SocketException>(client.ReadToEnd);
    }

    [Fact]
    public async Task A_second_reader_of_a_body_is_refused()
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Running running = await Running.StartAsync(app => app.Post("/", async request =>
        {
            Task first = request.Body.ReadAsync().AsTask();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await request.Body.ReadAsync());
            refused.SetResult();
            await first;
            return Response.Text("one at a time");
        }));
        using RawClient client = running.Connect();
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
        await refused.Task;
        client.Send("abcd");
        Assert.Equal("one at a time", client.Read().Body);
    }

    private static async Task FaultsAsync(Handler handler)
    {
        await using Running running = await Running.StartAsync(app => app.Get("/", handler));
        using RawClient client = running.Connect();
        for (int i = 0; i < 2; i++)
        {
            client.Send(Get);
            Assert.StartsWith("HTTP/1.1 500 ", client.Read().Head);
        }
        Assert.NotEmpty(running.Events.OfType<RequestFaulted>());
    }

    private sealed class SplittingBody : Body
    {
        public override ReadOnlySpan<byte> ContentType => "text/plain\r\nSet-Cookie: a=b"u8;

        public override void Serialize(object? content, System.Buffers.IBufferWriter<byte> output) => output.GetSpan(1);
    }

    private sealed class ClaimingBody : Body
    {
        public override ReadOnlySpan<byte> ContentType => "text/plain"u8;

        public override void Serialize(object? content, System.Buffers.IBufferWriter<byte> output) => output.Advance(1 << 20);
    }
}
