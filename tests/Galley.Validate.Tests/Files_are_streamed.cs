// Files in forms over a socket: read while they arrive, in what order, under what name, and what is left of them afterwards.

using System.Globalization;
using System.IO.Pipelines;
using static Galley.Validate.Tests.FormContents;

namespace Galley.Validate.Tests;

public record Photo([Form("t")] string Title, FormFile? File);

public sealed class Files_are_streamed : Running
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override void Declare(Backend app)
    {
        app.Post("/file", async (FormFile photo, [Form] string title, [Form] string? note) => $"{title}|{note}|{photo.FileName}|{photo.ContentType}|{await LengthAsync(photo)}").WithBodyLimit(64 * 1024 * 1024);
        app.Post("/photo", async ([Form] Photo photo) => $"{photo.Title}|{photo.File?.FileName ?? "none"}|{(photo.File is null ? 0 : await photo.File.CopyToAsync(Stream.Null))}");
        app.Post("/unread", (FormFile photo) => photo.FileName).WithBodyLimit(64 * 1024 * 1024);
        app.Post("/files", async ([Form] string title, [Form("photo")] IAsyncEnumerable<FormFile> photos) =>
        {
            var all = new List<string> { title };
            await foreach (FormFile photo in photos)
            {
                if (photo.FileName != "skip.png") all.Add($"{photo.FileName}:{await photo.ReadTextAsync()}");
            }
            return string.Join('|', all);
        });
        app.Post("/kept", async (IAsyncEnumerable<FormFile> photos) =>
        {
            FormFile? first = null;
            await foreach (FormFile photo in photos) first ??= photo;
            return await first!.ReadTextAsync();
        });
        app.Post("/parts", async (Form form, CancellationToken aborted) =>
        {
            var all = new List<string>();
            await foreach (FormPart part in form.PartsAsync(aborted)) all.Add($"{part.Name}={(part is FormFile file ? file.FileName + ":" : "")}{await part.ReadTextAsync()}");
            return string.Join('|', all);
        });
        app.Post("/pipe", async (FormFile photo) =>
        {
            var pipe = new Pipe();
            Task<long> copying = CopyAsync(photo, pipe.Writer);
            long read = 0;
            while (await pipe.Reader.ReadAsync() is { } result)
            {
                read += result.Buffer.Length;
                pipe.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) break;
            }
            return $"{read}|{await copying}";
        });
        app.Post("/early", async (FormFile photo) =>
        {
            ReadOnlyMemory<byte> first = await photo.ReadAsync();
            _begun.TrySetResult();
            long rest = await photo.CopyToAsync(Stream.Null);
            return (first.Length + rest).ToString(CultureInfo.InvariantCulture);
        });
        app.Post("/gated", async (FormFile photo) =>
        {
            _begun.TrySetResult();
            await _gate.Task;
            return (await photo.CopyToAsync(Stream.Null)).ToString(CultureInfo.InvariantCulture);
        }).WithBodyLimit(64 * 1024 * 1024);
        app.Get("/alive", () => "yes");
    }

    private static async Task<long> CopyAsync(FormFile file, PipeWriter writer)
    {
        long length = await file.CopyToAsync(writer);
        await writer.CompleteAsync();
        return length;
    }

    private static async Task<long> LengthAsync(FormFile file)
    {
        long length = 0;
        while (await file.ReadAsync() is { IsEmpty: false } piece) length += piece.Length;
        return length;
    }

    [Fact]
    public async Task A_file_is_read_while_it_arrives()
    {
        string data = new('x', 3_000_000);
        Got got = await SendContentAsync("POST", "/file", Parts(("title", null, "a"), ("other", "o.txt", "skipped"), ("photo", "../../ä b.png", data), ("more", null, "ignored")));
        Assert.Equal((200, "a||ä b.png|text/plain; charset=utf-8|3000000"), (got.Status, got.Text));
        Assert.Equal("900000|900000", (await SendContentAsync("POST", "/pipe", Parts(("photo", "p", data[..900_000])))).Text);
    }

    [Fact]
    public async Task The_handler_runs_before_the_file_is_there()
    {
        using Testing.ClientConnection client = await ConnectAsync();
        const string head = "--B\r\nContent-Disposition: form-data; name=photo; filename=a\r\n\r\n";
        await client.SendAsync($"POST /early HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: {head.Length + 10 + 9}\r\n\r\n{head}first");
        await _begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await client.SendAsync("12345\r\n--B--\r\n");
        Assert.Equal("10", (await client.ReadAsync()).Text);
        await client.SendAsync("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("yes", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task A_file_that_nobody_reads_stays_with_the_client()
    {
        const int bytes = 60_000_000;
        using Testing.ClientConnection client = await ConnectAsync();
        string head = "--B\r\nContent-Disposition: form-data; name=photo; filename=a\r\n\r\n";
        await client.SendAsync($"POST /gated HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: {head.Length + bytes + 9}\r\n\r\n{head}");
        Task sending = client.SendAsync(new byte[bytes]).AsTask();
        await _begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
        // Time enough for a backend that takes what nobody asked for.
        for (int i = 0; i < 500; i++) Assert.Equal("yes", (await GetAsync("/alive")).Text);
        Assert.False(sending.IsCompleted);
        _gate.SetResult();
        await sending;
        await client.SendAsync("\r\n--B--\r\n");
        Assert.Equal("60000000", (await client.ReadAsync()).Text);
    }

    [Fact]
    public async Task Several_files_come_one_after_the_other() => Assert.Equal("t|a.png:1|b.png:3",
        (await SendContentAsync("POST", "/files", Parts(("title", null, "t"), ("photo", "a.png", "1"), ("photo", "skip.png", new string('x', 100_000)), ("else", "c.png", "2"), ("photo", "b.png", "3")))).Text);

    [Fact]
    public async Task No_file_is_none_of_several() => Assert.Equal("t", (await SendContentAsync("POST", "/files", Parts(("title", null, "t")))).Text);

    [Fact]
    public async Task A_record_may_hold_the_file()
    {
        Assert.Equal("x|a.png|4", (await SendContentAsync("POST", "/photo", Parts(("t", null, "x"), ("file", "a.png", "data")))).Text);
        Assert.Equal("x|none|0", (await SendContentAsync("POST", "/photo", Parts(("t", null, "x")))).Text);
        Assert.Equal("x|none|0", (await SendContentAsync("POST", "/photo", Multipart("--B\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\n\n\n--B\nContent-Disposition: form-data; name=\"t\"\n\nx\n--B--\n"))).Text);
    }

    [Fact]
    public async Task Parts_are_read_by_hand() => Assert.Equal("a=1|b=x.txt:2|c=3",
        (await SendContentAsync("POST", "/parts", Parts(("a", null, "1"), ("b", "dir/x.txt", "2"), ("c", null, "3")))).Text);

    [Fact]
    public async Task A_field_behind_the_file_comes_too_late()
    {
        Got required = await SendContentAsync("POST", "/file", Parts(("photo", "a", "x"), ("title", null, "t")));
        Assert.Equal((400, "title: is required, and must come before the file"), (required.Status, Assert.Single(required.Errors)));
        Got optional = await SendContentAsync("POST", "/file", Parts(("title", null, "t"), ("photo", "a", "x"), ("note", null, "n")));
        Assert.Equal((400, "note: must come before the file"), (optional.Status, Assert.Single(optional.Errors)));
        Got several = await SendContentAsync("POST", "/files", Parts(("title", null, "t"), ("photo", "a", "x"), ("title", null, "n")));
        Assert.Equal((400, "title: must come before the file"), (several.Status, Assert.Single(several.Errors)));
    }

    [Fact]
    public async Task A_part_that_has_passed_is_not_read()
    {
        Got got = await SendContentAsync("POST", "/kept", Parts(("photos", "a", "1"), ("photos", "b", "2")));
        Assert.Equal(500, got.Status);
        Assert.Contains(Events, e => e is RequestFaulted { Error: InvalidOperationException { Message: var why } } && why.Contains("'photos' has passed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/file", "title=a", "photo: must be a file in a multipart/form-data body")]
    [InlineData("/files", "title=a", "photo: must be a file in a multipart/form-data body")]
    [InlineData("/parts", "a=b")]
    public async Task A_file_needs_a_multipart_form(string target, string form, params string[] errors)
    {
        Got got = await SendContentAsync("POST", target, Encoded(form));
        Assert.Equal(415, got.Status);
        Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task A_missing_file_is_named() =>
        Assert.Equal(["photo: is required, as a file", "title: is required"], (await SendContentAsync("POST", "/file", Parts(("photo", null, "text")))).Errors);

    [Theory]
    [InlineData(20_000, false)]
    [InlineData(5_000_000, true)]
    public async Task What_a_handler_leaves_of_a_file_is_dropped_or_the_connection_closed(int bytes, bool closes)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        string body = "--B\r\nContent-Disposition: form-data; name=photo; filename=a.png\r\n\r\n" + new string('x', bytes) + "\r\n--B--\r\n";
        await client.SendAsync($"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: {body.Length}\r\n\r\n");
        Task sending = SendAllAsync(client, body);
        Testing.Answer answer = await client.ReadAsync();
        Assert.Equal((200, "a.png", closes), (answer.Status, answer.Text, answer.Closes));
        await sending;
        if (closes) return;
        await client.SendAsync("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("yes", (await client.ReadAsync()).Text);

        static async Task SendAllAsync(Testing.ClientConnection client, string body)
        {
            try
            {
                await client.SendAsync(body);
            }
            catch (IOException)
            {
                // The server closed while there was more to send.
            }
        }
    }

    [Theory]
    [InlineData("a.png", "a.png")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\fakepath\\a.png", "a.png")]
    [InlineData("..", "file")]
    [InlineData("a/", "file")]
    [InlineData(" . ", "file")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("a<b>:\\\"|?*.txt", "a_b______.txt")]
    [InlineData("x.exe. ", "x.exe")]
    [InlineData("photo\u202egnp.exe", "photo_gnp.exe")]
    [InlineData("a%0D%0Ab", "a__b")]
    [InlineData(".htaccess", ".htaccess")]
    [InlineData("\U0002003E.png", "\U0002003E.png")]
    public async Task A_file_name_is_no_path(string sent, string name)
    {
        Got got = await SendContentAsync("POST", "/unread", Multipart($"--B\nContent-Disposition: form-data; name=photo; filename=\"{sent}\"\n\nx\n--B--\n"));
        Assert.Equal(name, got.Text);
    }
}
