// Bodies on their way to streams, pipes and files over a socket: whole, bounded, cancelled, and cut off in the middle.

using System.IO.Pipelines;
using System.Text;

namespace Galley.Validate.Tests;

public sealed class Bodies_are_moved : Running
{
    private readonly string _folder = Directory.CreateTempSubdirectory("galley").FullName;
    private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private Stream? _kept;

    protected override void Declare(Backend app)
    {
        app.OnStop(() =>
        {
            Directory.Delete(_folder, recursive: true);
            return default;
        });
        app.Post("/stream", async request =>
        {
            using var all = new MemoryStream();
            long length = await request.Body.CopyToAsync(all);
            return Response.Text($"{length}:{Sum(all.ToArray())}");
        }).WithBodyLimit(4_000_000);
        app.Post("/pipe", async request =>
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 8192, resumeWriterThreshold: 4096));
            Task<long> copying = CopyAsync(request.Body, pipe.Writer);
            long length = 0;
            uint sum = 0;
            while (await pipe.Reader.ReadAsync() is { Buffer.IsEmpty: false } read)
            {
                foreach (ReadOnlyMemory<byte> piece in read.Buffer) sum = Sum(piece.Span, sum);
                length += read.Buffer.Length;
                pipe.Reader.AdvanceTo(read.Buffer.End);
            }
            return Response.Text($"{length}:{sum}:{await copying}");

            static async Task<long> CopyAsync(RequestBody body, PipeWriter writer)
            {
                long length = await body.CopyToAsync(writer);
                await writer.CompleteAsync();
                return length;
            }
        }).WithBodyLimit(4_000_000);
        app.Post("/pipe/closed", async request =>
        {
            var pipe = new Pipe();
            await pipe.Reader.CompleteAsync();
            return Response.Text($"{await request.Body.CopyToAsync(pipe.Writer) > 0}");
        });
        app.Post("/save/{name}", async request => Response.Text($"{await request.Body.SaveAsync(Path.Combine(_folder, request.RouteValue("name")))}")).WithBodyLimit(4_000_000);
        app.Post("/nowhere", async request =>
        {
            await Assert.ThrowsAsync<DirectoryNotFoundException>(() => request.Body.SaveAsync(Path.Combine(_folder, "no", "such", "folder")));
            return Response.Ok();
        });
        app.Post("/reader", async request =>
        {
            await using Stream body = request.Body.AsStream();
            using var reader = new StreamReader(body, Encoding.UTF8, bufferSize: 100);
            string first = await reader.ReadLineAsync() ?? "";
            return Response.Text($"{first}|{(await reader.ReadToEndAsync()).Length}");
        }).WithBodyLimit(4_000_000);
        app.Post("/blocking", request =>
        {
            byte[] piece = new byte[1000];
            uint sum = 0;
            int length = 0;
            using Stream body = request.Body.AsStream();
            for (int read; (read = body.Read(piece)) > 0; length += read) sum = Sum(piece.AsSpan(0, read), sum);
            return Response.Text($"{length}:{sum}");
        }).WithBodyLimit(4_000_000);
        app.Post("/mixed", async request =>
        {
            await using Stream body = request.Body.AsStream();
            byte[] first = new byte[10];
            await body.ReadExactlyAsync(first);
            using var all = new MemoryStream();
            all.Write(first);
            await body.CopyToAsync(all);
            return Response.Text($"{all.Length}:{Sum(all.ToArray())}");
        }).WithBodyLimit(4_000_000);
        app.Post("/kept", async request =>
        {
            _kept = request.Body.AsStream();
            await _kept.ReadExactlyAsync(new byte[1]);
            return Response.Ok();
        });
        app.Post("/cancelled", async request =>
        {
            Task<long> copying = request.Body.CopyToAsync(Stream.Null, _cancel.Token);
            _reading.SetResult();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying);
            return Response.Text("cancelled");
        });
        app.Post("/cut", async request =>
        {
            _reading.SetResult();
            try
            {
                await request.Body.SaveAsync(Path.Combine(_folder, "cut"), request.Aborted);
                _ended.SetResult(null);
            }
            catch (Exception error)
            {
                _ended.SetResult(error);
                throw;
            }
            return Response.Ok();
        });
    }

    [Theory]
    [InlineData("/stream")]
    [InlineData("/blocking")]
    [InlineData("/mixed")]
    public async Task A_body_of_any_length_arrives_whole(string path)
    {
        foreach (int length in new[] { 10, 1000, 16_384, 100_000, 3_000_000 })
        {
            byte[] body = Bytes(length);
            Got got = await SendAsync("POST", path, body);
            Assert.Equal($"{length}:{Sum(body)}", got.Text);
        }
    }

    [Fact]
    public async Task A_pipe_gets_no_more_than_it_takes()
    {
        byte[] body = Bytes(3_000_000);
        Assert.Equal($"3000000:{Sum(body)}:3000000", (await SendAsync("POST", "/pipe", body)).Text);
        Assert.Equal("True", (await SendAsync("POST", "/pipe/closed", Bytes(100_000))).Text);
    }

    [Fact]
    public async Task A_chunked_body_arrives_whole()
    {
        byte[] body = Bytes(500_000);
        using HttpResponseMessage response = await Client.PostAsync("/stream", new StreamContent(new MemoryStream(body), 1234));
        Assert.Equal($"500000:{Sum(body)}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_file_is_there_when_all_of_it_is()
    {
        byte[] body = Bytes(3_000_000);
        Assert.Equal("3000000", (await SendAsync("POST", "/save/one", body)).Text);
        Assert.Equal(body, await File.ReadAllBytesAsync(Path.Combine(_folder, "one")));
        // In place of the one before.
        Assert.Equal("5", (await SendAsync("POST", "/save/one", Bytes(5))).Text);
        Assert.Equal(Bytes(5), await File.ReadAllBytesAsync(Path.Combine(_folder, "one")));
        Assert.Equal("0", (await SendAsync("POST", "/save/empty", [])).Text);
        Assert.Equal(200, (await SendAsync("POST", "/nowhere", Bytes(5))).Status);
        Assert.Empty(Directory.GetFiles(_folder, ".*"));
    }

    [Fact]
    public async Task A_file_stays_as_it_was_when_the_body_is_cut_off()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "cut"), "before");
        using (Testing.ClientConnection client = await ConnectAsync())
        {
            await client.SendAsync("POST /cut HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome of it");
            await _reading.Task;
            client.Reset();
        }
        Assert.NotNull(await _ended.Task);
        Assert.Equal("before", await File.ReadAllTextAsync(Path.Combine(_folder, "cut")));
        Assert.Empty(Directory.GetFiles(_folder, ".*"));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_of_its_route_leaves_no_file()
    {
        using HttpResponseMessage response = await Client.PostAsync("/save/large", new StreamContent(new MemoryStream(Bytes(4_100_000))));
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Empty(Directory.GetFiles(_folder, ".*"));
        Assert.False(File.Exists(Path.Combine(_folder, "large")));
    }

    [Fact]
    public async Task Readers_read_lines_while_they_arrive()
    {
        Got got = await SendAsync("POST", "/reader", Encoding.UTF8.GetBytes("first\n" + new string('x', 200_000)));
        Assert.Equal("first|200000", got.Text);
    }

    [Fact]
    public async Task A_token_ends_the_wait_for_a_client_that_sends_nothing()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync("POST /cancelled HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
        await _reading.Task;
        await _cancel.CancelAsync();
        Assert.Equal("cancelled", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task A_stream_kept_beyond_its_request_throws_even_over_bytes_it_has()
    {
        Assert.Equal(200, (await SendAsync("POST", "/kept", Bytes(100))).Status);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _kept!.ReadExactlyAsync(new byte[10]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _kept!.CopyToAsync(Stream.Null));
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes, uint sum = 0)
    {
        foreach (byte octet in bytes) sum = (sum * 31) + octet;
        return sum;
    }
}
