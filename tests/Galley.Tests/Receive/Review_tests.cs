using System.Net.Sockets;
using System.Text;
using Galley.Receiving;

namespace Galley.Tests;

public sealed class Review_tests
{
    [Fact]
    public async Task Smuggle_stream_reads_body()
    {
        int inner = 0;
        await using Running r = await Running.StartAsync(app =>
        {
            app.Get("/inner", _ => { inner++; return Response.Text("inner"); });
            app.Post("/echo", request => Response.Stream("text/plain", async (w, ct) =>
            {
                while (true)
                {
                    ReadOnlyMemory<byte> p = await request.Body.ReadAsync();
                    if (p.IsEmpty) break;
                    await w.WriteAsync(p);
                }
            }));
        });
        using RawClient c = r.Connect();
        string body = "GET /inner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        c.Send($"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await Task.Delay(300);
        c.HalfClose();
        string all = c.ReadToEnd();
        Assert.True(inner == 0, "SMUGGLED:\n" + all);
    }

    [Fact]
    public void Output_grows()
    {
        var pool = new BufferPool(16 * 1024, 16);
        var q = default(OutputQueue);
        long total = 0; int cap = 0;
        while (total < 200_000_000)
        {
            while (!q.IsFull) { cap = Math.Max(cap, q.Reserve(16 * 1024 + 20, pool).Length); q.Advance(16 * 1024); }
            q.Sent(30_000, pool); total += 30_000;
        }
        Assert.True(cap < 1_000_000, "capacity " + cap + " after " + total);
    }

    [Fact]
    public async Task Output_grows_end_to_end()
    {
        await using Running r = await Running.StartAsync(app => app.Get("/s", _ => Response.Stream("a/b", async (w, ct) =>
        {
            byte[] piece = new byte[16 * 1024];
            for (int i = 0; i < 16 * 1024; i++) await w.WriteAsync(piece);
        })));
        using var s = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2048 };
        s.SetRawSocketOption(6, 2, BitConverter.GetBytes(536));
        s.Connect(r.Address);
        s.Send(Encoding.ASCII.GetBytes("GET /s HTTP/1.1\r\nHost: a\r\n\r\n"));
        byte[] b = new byte[16384];
        long total = 0;
        long start = GC.GetTotalMemory(true);
        long most = 0;
        long began = Environment.TickCount64;
        while (total < 150_000_000 && Environment.TickCount64 - began < 12000)
        {
            total += s.Receive(b); Thread.Sleep(1);
            if (true) most = Math.Max(most, GC.GetTotalMemory(false) - start);
        }
        Assert.Fail($"read {total}, most {most}, now(after gc) {GC.GetTotalMemory(true) - start}");
    }

    [Fact]
    public async Task Crash_bytesbody_of()
    {
        await using Running r = await Running.StartAsync(app => app.Get("/", _ => Response.Of(200, BytesBody.Json, "text")));
        using RawClient c = r.Connect();
        c.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Contains("500", c.Read().Head);
    }

    [Fact]
    public async Task Crash_problem_status()
    {
        await using Running r = await Running.StartAsync(app => app.Get("/", _ => throw new ProblemException(new Problem(1000))));
        using RawClient c = r.Connect();
        c.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Contains("500", c.Read().Head);
    }

    [Fact]
    public async Task Crash_abort_callback()
    {
        var inHand = new TaskCompletionSource();
        await using Running r = await Running.StartAsync(app => app.Get("/", async request =>
        {
            request.Aborted.Register(() => throw new InvalidOperationException("callback"));
            inHand.TrySetResult();
            await Task.Delay(1500);
            return Response.Ok();
        }));
        RawClient c = r.Connect();
        c.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await inHand.Task;
        c.Reset();
        await Task.Delay(1000);
    }

    [Fact]
    public async Task Crash_stray_write()
    {
        BodyWriter? kept = null;
        await using Running r = await Running.StartAsync(app =>
        {
            app.Get("/s", _ => Response.Stream("a/b", async (w, ct) => { kept = w; await w.WriteAsync(new byte[3]); }));
            app.Get("/slow", async _ => { await Task.Delay(1000); return Response.Ok(); });
        }, "--Galley:Loops=1");
        using RawClient c = r.Connect();
        c.Send("GET /s HTTP/1.1\r\nHost: a\r\n\r\n");
        await Task.Delay(300);
        c.Send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        await Task.Delay(300);
        try { await kept!.WriteAsync(new byte[5]).AsTask().WaitAsync(TimeSpan.FromSeconds(1)); } catch (Exception e) { Console.WriteLine(e.Message); }
        await Task.Delay(500);
    }

    [Fact]
    public async Task Truncated_http10()
    {
        await using Running r = await Running.StartAsync(app => app.Get("/s", _ => Response.Stream("a/b", async (w, ct) => { await w.WriteAsync(new byte[3]); throw new InvalidOperationException("half way"); })));
        using RawClient c = r.Connect();
        c.Send("GET /s HTTP/1.0\r\n\r\n");
        Assert.Throws<SocketException>(() => c.ReadToEnd());
    }
}
public sealed class Review2_tests
{
    [Fact]
    public async Task Two_readers()
    {
        await using Running r = await Running.StartAsync(app => app.Post("/", async request =>
        {
            Task first = request.Body.ReadAsync().AsTask();
            await Task.Delay(200);
            try { await request.Body.ReadAsync(); return Response.Text("second read"); }
            catch (InvalidOperationException) { await first; return Response.Text("refused"); }
        }));
        using RawClient c = r.Connect();
        c.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
        await Task.Delay(500);
        c.Send("abcd");
        Assert.Equal("refused", c.Read().Body);
    }
}
