// Told responses, and values that come one after another: as a JSON array, as lines, in pieces of a good size, and cut when they fail.

using System.Runtime.CompilerServices;
using System.Text;

namespace Galley.Validate.Tests;

public sealed class Streams_are_answered : Running
{
    private readonly SemaphoreSlim _go = new(0);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override void Declare(Backend app)
    {
        app.Get("/told/{n:int}", Response<Item> (int n) => n switch { 1 => new Item("a"), 2 => new Problem(409, "taken"), 3 => Response.NoContent(), 4 => (Item?)null!, _ => (Problem?)null! });
        app.Get("/told/later", async Task<Response<Item>> () => { await Task.Yield(); return new Item("a"); });
        app.Get("/told/text", Response<string> () => "plain");
        app.Get("/told/maybe", Response<Item>? () => null);

        app.Get("/items/{count:int}", (int count) => Fast(count));
        app.Get("/items/task", async Task<IAsyncEnumerable<Item>?> (int count) => { await Task.Yield(); return count < 0 ? null : Fast(count); });
        app.Get("/items/null", IAsyncEnumerable<Item?> () => Nulls());
        app.Get("/slow", (CancellationToken aborted) => Slow(aborted));
        app.Get("/fails/{after:int}", (int after) => Fails(after));
        app.Get("/endless", (CancellationToken aborted) => Endless(aborted));
        app.Get("/measured", Measure);
        app.Get("/replaced", (CancellationToken aborted) => Endless(aborted)).Use(async (request, next) => { await next(request); return Response.Text("replaced"); });
    }

    private static async IAsyncEnumerable<Item> Fast(int count)
    {
        await Task.CompletedTask;
        for (int i = 0; i < count; i++) yield return new("a", i);
    }

    private static async IAsyncEnumerable<Item?> Nulls()
    {
        await Task.Yield();
        yield return null;
        yield return new("a");
    }

    private async IAsyncEnumerable<int> Slow([EnumeratorCancellation] CancellationToken aborted)
    {
        for (int i = 0; i < 3; i++)
        {
            await _go.WaitAsync(aborted);
            yield return i;
        }
    }

    private async IAsyncEnumerable<int> Fails(int after)
    {
        try
        {
            for (int i = 0; i < after; i++)
            {
                await Task.Yield();
                yield return i;
            }
            throw new InvalidOperationException("secret");
        }
        finally
        {
            _disposed.TrySetResult();
        }
    }

    private async IAsyncEnumerable<int> Endless([EnumeratorCancellation] CancellationToken aborted)
    {
        try
        {
            yield return 1;
            while (true)
            {
                await Task.Delay(Timeout.Infinite, aborted);
                yield return 2;
            }
        }
        finally
        {
            if (aborted.IsCancellationRequested) _cancelled.TrySetResult();
            _disposed.TrySetResult();
        }
    }

    [Theory]
    [InlineData("/told/1", 200, """{"sku":"a","count":1,"price":0,"note":null}""")]
    [InlineData("/told/later", 200, """{"sku":"a","count":1,"price":0,"note":null}""")]
    [InlineData("/told/2", 409, """{"title":"Conflict","status":409,"detail":"taken"}""")]
    [InlineData("/told/3", 204, "")]
    [InlineData("/told/4", 404, null)]
    [InlineData("/told/5", 404, null)]
    [InlineData("/told/maybe", 404, null)]
    [InlineData("/told/text", 200, "plain")]
    public async Task A_told_response_is_what_it_was_made_of(string target, int status, string? text)
    {
        Got got = await GetAsync(target);
        Assert.Equal(status, got.Status);
        if (text is not null) Assert.Equal(text, got.Text);
    }

    [Theory]
    [InlineData("/items/0", null, "application/json", "[]")]
    [InlineData("/items/2", null, "application/json", """[{"sku":"a","count":0,"price":0,"note":null},{"sku":"a","count":1,"price":0,"note":null}]""")]
    [InlineData("/items/2", "*/*", "application/json", """[{"sku":"a","count":0,"price":0,"note":null},{"sku":"a","count":1,"price":0,"note":null}]""")]
    [InlineData("/items/task?count=1", null, "application/json", """[{"sku":"a","count":0,"price":0,"note":null}]""")]
    [InlineData("/items/null", null, "application/json", """[null,{"sku":"a","count":1,"price":0,"note":null}]""")]
    [InlineData("/items/0", "application/x-ndjson", "application/x-ndjson", "")]
    [InlineData("/items/2", "application/x-ndjson", "application/x-ndjson", "{\"sku\":\"a\",\"count\":0,\"price\":0,\"note\":null}\n{\"sku\":\"a\",\"count\":1,\"price\":0,\"note\":null}\n")]
    public async Task Items_are_an_array_or_lines(string target, string? accept, string type, string text)
    {
        Got got = await GetAsync(target, accept is null ? [] : [("Accept", accept)]);
        Assert.Equal((200, type, text), (got.Status, got.Type, got.Text));
    }

    [Theory]
    [InlineData("application/x-ndjson, application/json", false)]
    [InlineData("application/x-ndjson, application/json;q=0.9", true)]
    [InlineData("application/x-ndjson;q=0.5, application/json;q=0.9", false)]
    [InlineData("application/json;q=0.1, */*;q=0.5", true)]
    [InlineData("application/x-ndjson, */*;q=0.8", true)]
    [InlineData("application/*;q=0.8, application/json;q=0", true)]
    [InlineData("APPLICATION/X-NDJSON ; Q=0.001", true)]
    [InlineData("application/x-ndjson;q=0", false)]
    [InlineData("application/x-ndjson;q=2", false)]
    [InlineData("application/x-ndjson;q=x", false)]
    [InlineData("text/html", false)]
    [InlineData(",;/,", false)]
    public async Task Accept_decides(string accept, bool isLines) =>
        Assert.Equal(isLines ? "application/x-ndjson" : "application/json", (await GetAsync("/items/1", ("Accept", accept))).Type);

    [Fact]
    public async Task No_stream_is_404() => Assert.Equal(404, (await GetAsync("/items/task?count=-1")).Status);

    [Fact]
    public async Task A_fast_source_is_sent_in_large_pieces()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /items/100000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string wire = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        int at = wire.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        int chunks = 0;
        long bytes = 0;
        while (true)
        {
            int line = wire.IndexOf("\r\n", at, StringComparison.Ordinal);
            int size = Convert.ToInt32(wire[at..line], 16);
            if (size == 0) break;
            chunks++;
            bytes += size;
            at = line + 2 + size + 2;
        }
        Assert.Equal(4_788_891, bytes);
        Assert.InRange(chunks, 1, (bytes / (14 * 1024)) + 1);
    }

    [Fact]
    public async Task What_is_ready_does_not_wait_for_what_is_not()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        _go.Release();
        await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("2\r\n[0\r\n", await UntilAsync(client, "[0\r\n"), StringComparison.Ordinal);
        _go.Release();
        Assert.Equal("2\r\n,1\r\n", await UntilAsync(client, ",1\r\n"));
        _go.Release();
        Assert.EndsWith("0\r\n\r\n", await UntilAsync(client, "0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_fails_at_once_is_a_clean_500()
    {
        Got got = await GetAsync("/fails/0");
        Assert.Equal((500, "application/problem+json"), (got.Status, got.Type));
        Assert.DoesNotContain("secret", got.Text, StringComparison.Ordinal);
        await _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_source_that_fails_later_cuts_the_connection()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /fails/3 HTTP/1.1\r\nHost: a\r\n\r\n");
        string wire = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", wire, StringComparison.Ordinal);
        Assert.False(wire.EndsWith("0\r\n\r\n", StringComparison.Ordinal), wire);
        Assert.DoesNotContain("]", wire, StringComparison.Ordinal);
        Assert.Contains(Events, e => e is RequestFaulted { Error: InvalidOperationException });
        await _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_source()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        await UntilAsync(client, "[1\r\n");
        client.Reset();
        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task HEAD_reads_nothing_and_lets_go_of_the_source()
    {
        Got got = await SendAsync("HEAD", "/endless", (byte[]?)null);
        Assert.Equal((200, "application/json", ""), (got.Status, got.Type, got.Text));
        await _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_stream_that_middleware_replaces_is_let_go_of()
    {
        Assert.Equal("replaced", (await GetAsync("/replaced")).Text);
        await _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task An_item_costs_no_memory_of_its_own(string accept) => Assert.Equal("0", (await GetAsync("/measured", ("Accept", accept))).Text);

    // Bytes that a thousand items allocate more than ten do. Nothing here waits, so that all of it is on one thread.
    private static async ValueTask<Response> Measure(Request request)
    {
        Item[] items = [.. Enumerable.Range(0, 1000).Select(n => new Item("a", n))];
        long few = long.MaxValue;
        long many = long.MaxValue;
        for (int round = 0; round < 50; round++)
        {
            few = Math.Min(few, await AllocatedAsync(request, items[..10]));
            many = Math.Min(many, await AllocatedAsync(request, items));
        }
        return Response.Text((many - few).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async ValueTask<long> AllocatedAsync(Request request, Item[] items)
    {
        Response response = await Galley.Validating.Answer.Items(request, new Ready<Item>(items));
        var write = (Func<BodyWriter, CancellationToken, ValueTask>)response.Content!;
        var nowhere = new Nowhere();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask writing = write(nowhere, default);
        Assert.True(writing.IsCompletedSuccessfully);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class Nowhere : BodyWriter
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece) => default;
    }

    private sealed class Ready<T>(T[] items) : IAsyncEnumerable<T>, IAsyncEnumerator<T>
    {
        private int _at = -1;

        public T Current => items[_at];

        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => new(++_at < items.Length);

        public ValueTask DisposeAsync() => default;
    }

    private static async Task<string> UntilAsync(Testing.ClientConnection client, string end)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int received = await client.Channel.ReceiveAsync(buffer, late.Token);
            Assert.True(received > 0, "closed after " + text);
            text.Append(Encoding.ASCII.GetString(buffer, 0, received));
        }
        return text.ToString();
    }
}
