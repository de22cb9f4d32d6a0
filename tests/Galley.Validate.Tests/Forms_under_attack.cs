// What a client or a careless handler may do to a form: keep a file, read it twice at once, hide a request in it, leave in the middle.

using System.Globalization;
using System.Text;

namespace Galley.Validate.Tests;

public sealed class Forms_under_attack : Running
{
    private const string Head = "--B\r\nContent-Disposition: form-data; name=photo; filename=a\r\n\r\n";

    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FormFile? _kept;
    private Form? _form;

    protected override void Declare(Backend app)
    {
        app.Post("/keep", async (FormFile photo) =>
        {
            _kept = photo;
            return (await photo.ReadAsync()).Length;
        });
        app.Post("/keep/form", async (Form form) =>
        {
            _form = form;
            await foreach (FormPart part in form.PartsAsync()) return part.Name;
            return "none";
        });
        app.Post("/read-kept", async () =>
        {
            if (_form is { } form)
            {
                await foreach (FormPart part in form.PartsAsync()) return part.Name + "=" + await part.ReadTextAsync();
                return "none";
            }
            return Encoding.UTF8.GetString((await _kept!.ReadAsync()).Span);
        });
        app.Post("/unread", (FormFile photo) => photo.FileName);
        app.Post("/half", async (FormFile photo) => (await photo.ReadAsync()).Length > 0 ? "half" : "none");
        app.Post("/twice", async (FormFile photo) =>
        {
            Task<ReadOnlyMemory<byte>> first = photo.ReadAsync().AsTask();
            Task<ReadOnlyMemory<byte>> second = photo.ReadAsync().AsTask();
            try
            {
                await Task.WhenAll(first, second);
                return "both";
            }
            catch (InvalidOperationException)
            {
                return "one";
            }
        });
        app.Post("/again", async (FormFile photo) => $"{await photo.CopyToAsync(Stream.Null)}|{await photo.CopyToAsync(Stream.Null)}|{(await photo.ReadTextAsync()).Length}");
        app.Post("/left", async (FormFile photo) =>
        {
            try
            {
                await photo.ReadAsync();
                _begun.TrySetResult();
                await photo.CopyToAsync(Stream.Null);
                _ended.TrySetResult(null);
            }
            catch (Exception why)
            {
                _ended.TrySetResult(why);
                throw;
            }
            return "all";
        });
        app.Post("/parts", async (Form form) =>
        {
            int count = 0;
            await foreach (FormPart part in form.PartsAsync()) count++;
            return count;
        });
        app.Post("/fields", ([Form] string title) => title);
        app.Get("/alive", () => "yes");
        app.Get("/smuggled", () => "smuggled");
    }

    private static string Post(string path, string body, string more = "") =>
        $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: {body.Length}\r\n{more}\r\n{body}";

    [Theory]
    [InlineData("/keep")]
    [InlineData("/keep/form")]
    public async Task A_file_that_was_kept_reads_nothing_of_the_next_request(string path)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        // Two pieces are in the buffer when the handler leaves: data that was read, and the part behind it that was not.
        await client.SendAsync(Post(path, Head + "first" + "\r\n" + Head.Replace("photo", "other", StringComparison.Ordinal) + "second" + "\r\n--B--\r\n"));
        Assert.Equal(200, (await client.ReadAsync()).Status);
        await client.SendAsync(Post("/read-kept", Head + "secret of another" + "\r\n--B--\r\n"));
        Testing.Answer answer = await client.ReadAsync();
        Assert.Equal(500, answer.Status);
        Assert.Contains(Events, e => e is RequestFaulted { Error: InvalidOperationException });
    }

    [Theory]
    [InlineData("/unread", "a")]
    [InlineData("/half", "half")]
    public async Task A_request_inside_of_a_file_is_data(string path, string text)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        string inner = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        string body = Head + string.Concat(Enumerable.Repeat(inner, 100)) + "\r\n--B--\r\n" + inner;
        await client.SendAsync(Post(path, body) + "GET /alive HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(text, (await client.ReadAsync()).Text);
        Assert.Equal("yes", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task A_request_inside_of_a_chunk_of_a_file_is_data()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        string body = Head + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n" + "\r\n--B--\r\n";
        await client.SendAsync("POST /half HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\nTransfer-Encoding: chunked\r\n\r\n" +
            $"{body.Length:x}\r\n{body}\r\n0\r\n\r\nGET /alive HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("half", (await client.ReadAsync()).Text);
        Assert.Equal("yes", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task Two_reads_at_once_are_refused()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        string body = Head + new string('x', 10) + "\r\n--B--\r\n";
        await client.SendAsync(Post("/twice", body)[..^(body.Length - Head.Length)]);
        await client.SendAsync(body[Head.Length..]);
        Assert.Contains((await client.ReadAsync()).Text, (string[])["one", "both"]);
        await client.SendAsync("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("yes", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task A_file_that_was_read_to_its_end_is_empty()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync(Post("/again", Head + "12345\r\n--B--\r\n"));
        Assert.Equal("5|0|0", (await client.ReadAsync()).Text);
        await client.SendAsync(Post("/again", Head + "12345\r\n" + Head.Replace("photo", "other", StringComparison.Ordinal) + "else\r\n--B--\r\n"));
        Assert.Equal("5|0|0", (await client.ReadAsync()).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_in_a_file_cancels_its_reading(bool isHalfClosed)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync(Post("/left", Head + new string('x', 5000))[..^1000]);
        await _begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
        if (isHalfClosed) client.HalfClose();
        else client.Reset();
        Exception? why = await _ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(why is OperationCanceledException or ProblemException, why?.ToString() ?? "the file was read");
        Assert.Equal("yes", (await GetAsync("/alive")).Text);
    }

    [Fact]
    public async Task Parts_by_the_thousand_are_refused()
    {
        string part = "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
        foreach (string path in (string[])["/parts", "/fields"])
        {
            using Testing.ClientConnection client = await ConnectAsync();
            await client.SendAsync(Post(path, string.Concat(Enumerable.Repeat(part, 1001)) + "--B--\r\n", "Connection: close\r\n"));
            Testing.Answer answer = await client.ReadAsync();
            Assert.Equal(413, answer.Status);
        }
    }

    // Every boundary begins nearly, so that a search which goes back would be quadratic.
    [Theory]
    [InlineData("\r\n--BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBX")]
    [InlineData("\r\n--BBBBBBBBBBBBBBBBBBBBBBBBBBB\r")]
    [InlineData("\r\r\n\r\n-\r\n--")]
    public async Task Data_that_looks_like_boundaries_is_data(string piece)
    {
        string boundary = new('B', 70);
        string data = string.Concat(Enumerable.Repeat(piece, 900_000 / piece.Length));
        string body = "--" + boundary + "\r\nContent-Disposition: form-data; name=photo; filename=a\r\n\r\n" + data + "\r\n--" + boundary + "--";
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync($"POST /again HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.Equal(data.Length.ToString(CultureInfo.InvariantCulture) + "|0|0", (await client.ReadAsync()).Text);
    }
}
