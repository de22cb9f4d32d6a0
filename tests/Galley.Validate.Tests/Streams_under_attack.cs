// Sources of items that are never read, never end, fail while they are let go of, or hand out what no JSON can be made of.

using System.Runtime.CompilerServices;
using System.Text;

namespace Galley.Validate.Tests;

public record Loop(string Name)
{
    public Loop? Self { get; set; }

    public List<Loop>? All { get; set; }
}

public sealed class Streams_under_attack : Running
{
    private readonly SemaphoreSlim _disposed = new(0);
    private int _begun;
    private long _produced;

    protected override void Declare(Backend app)
    {
        app.Get("/twice", (CancellationToken aborted) => Endless(aborted)).Use(async (request, next) => { await next(request); return await next(request); });
        app.Get("/thrice", (CancellationToken aborted) => Endless(aborted)).Use(async (request, next) => { await next(request); await next(request); await next(request); return Response.Text("none"); });
        app.Get("/throws", (CancellationToken aborted) => Endless(aborted)).Use(async ValueTask<Response> (request, next) => { await next(request); throw new InvalidTimeZoneException("secret"); });
        app.Get("/bad-end", () => BadEnd(3));
        app.Get("/bad-end/replaced", () => BadEnd(3)).Use(async (request, next) => { await next(request); return Response.Text("replaced"); });
        app.Get("/flood", (CancellationToken aborted) => Flood(aborted));
        app.Get("/loops", () => Loops());
        app.Get("/loop", () => Looped());
        app.Get("/alive", () => "yes");
    }

    private static Loop Looped()
    {
        var loop = new Loop("a");
        loop.Self = loop;
        loop.All = [loop];
        return loop;
    }

    private static async IAsyncEnumerable<Loop> Loops()
    {
        await Task.Yield();
        yield return new("fine");
        yield return Looped();
    }

    private async IAsyncEnumerable<int> Endless([EnumeratorCancellation] CancellationToken aborted)
    {
        Interlocked.Increment(ref _begun);
        try
        {
            yield return 1;
            await Task.Delay(Timeout.Infinite, aborted);
        }
        finally
        {
            _disposed.Release();
        }
    }

    private static async IAsyncEnumerable<int> BadEnd(int count)
    {
        await using var end = new ThrowingEnd();
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private async IAsyncEnumerable<string> Flood([EnumeratorCancellation] CancellationToken aborted)
    {
        string kilobyte = new('x', 1021);
        await Task.Yield();
        try
        {
            while (!aborted.IsCancellationRequested)
            {
                Interlocked.Increment(ref _produced);
                yield return kilobyte;
            }
        }
        finally
        {
            _disposed.Release();
        }
    }

    private sealed class ThrowingEnd : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            throw new InvalidTimeZoneException("secret");
        }
    }

    private async Task DisposedAsync(int times)
    {
        for (int i = 0; i < times; i++) Assert.True(await _disposed.WaitAsync(TimeSpan.FromSeconds(20)), $"{i} of {_begun} sources were let go of");
    }

    [Theory]
    [InlineData("/twice", 2)]
    [InlineData("/thrice", 3)]
    [InlineData("/throws", 1)]
    public async Task Every_source_that_a_middleware_began_is_let_go_of(string target, int times)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        if (times == 2)
        {
            for (string got = ""; !got.Contains("[1", StringComparison.Ordinal);)
            {
                byte[] bytes = new byte[1];
                Assert.Equal(1, await client.Channel.ReceiveAsync(bytes));
                got += (char)bytes[0];
            }
            client.Reset();
        }
        else
        {
            Assert.InRange((await client.ReadAsync()).Status, 200, 500);
        }
        await DisposedAsync(times);
        Assert.Equal(times, _begun);
    }

    [Fact]
    public async Task A_source_that_fails_when_it_is_let_go_of_ends_nothing_but_its_response()
    {
        using (Testing.ClientConnection client = await ConnectAsync())
        {
            await client.SendAsync("GET /bad-end HTTP/1.1\r\nHost: a\r\n\r\n");
            string wire = Encoding.ASCII.GetString(await client.ReadToEndAsync());
            Assert.DoesNotContain("0\r\n\r\n", wire, StringComparison.Ordinal);
        }
        Assert.Equal("replaced", (await GetAsync("/bad-end/replaced")).Text);
        Assert.Equal(200, (await SendAsync("HEAD", "/alive", (byte[]?)null)).Status);
        Assert.Equal(500, (await SendAsync("HEAD", "/bad-end", (byte[]?)null)).Status);
        Assert.Equal("yes", (await GetAsync("/alive")).Text);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_written_for()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
        long before = -1;
        while (Interlocked.Read(ref _produced) is var now && (now == 0 || now != before))
        {
            before = now;
            for (int i = 0; i < 200; i++) Assert.Equal("yes", (await GetAsync("/alive")).Text);
        }
        Assert.InRange(before, 1, 64 * 1024); // what two sockets hold
        client.Reset();
        await DisposedAsync(1);
    }

    [Fact]
    public async Task An_old_client_gets_all_of_it_until_the_connection_ends()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /twice HTTP/1.0\r\nHost: a\r\n\r\n");
        byte[] bytes = new byte[4096];
        string wire = "";
        while (!wire.EndsWith("[1", StringComparison.Ordinal)) wire += Encoding.ASCII.GetString(bytes, 0, await client.Channel.ReceiveAsync(bytes) is > 0 and int n ? n : throw new IOException(wire));
        Assert.DoesNotContain("chunked", wire, StringComparison.OrdinalIgnoreCase);
        client.Reset();
        await DisposedAsync(2);
    }

    [Fact]
    public async Task An_object_that_holds_itself_is_a_fault_and_no_end_of_the_process()
    {
        Assert.Equal(500, (await GetAsync("/loop")).Status);
        using (Testing.ClientConnection client = await ConnectAsync())
        {
            await client.SendAsync("GET /loops HTTP/1.1\r\nHost: a\r\n\r\n");
            string wire = Encoding.ASCII.GetString(await client.ReadToEndAsync());
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", wire, StringComparison.Ordinal);
            Assert.DoesNotContain("]", wire, StringComparison.Ordinal);
        }
        Assert.Equal("yes", (await GetAsync("/alive")).Text);
    }
}
