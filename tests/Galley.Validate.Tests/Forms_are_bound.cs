// Forms over a socket: fields, files while they arrive, what comes in the wrong order, what is too much, and what is left of the body afterwards.

using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Galley.Validate.Tests;

public record NewDish(string Title, decimal Price, bool Vegan, string[] Tags, Color? Color, int Portions = 2)
{
    public string Kitchen { get; init; } = "main";
}

public record Photo([Form("t")] string Title, FormFile? File);

public sealed class Forms_are_bound : Running
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override void Declare(Backend app)
    {
        app.Options.Limits.FormBytes = 2000;
        app.Options.Limits.FormFields = 20;
        app.Options.Limits.FormPartHeadBytes = 300;
        app.Post("/fields", ([Form] string title, [Form] int? count, [Form("tag")] List<string> tags, [Form] bool done, int page = 1) => $"{title}|{count}|{string.Join(',', tags)}|{done}|{page}");
        app.Post("/dish", ([Form] NewDish dish) => Text(dish));
        app.Post("/maybe", ([Form] string? note, [Form] int n = 4) => $"{note ?? "none"}|{n}");
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
        app.Post("/small", ([Body] Item item) => item.Sku).WithBodyLimit(20);
        app.Post("/usual", (RequestBody body) => body.Length?.ToString(CultureInfo.InvariantCulture) ?? "chunked");
        app.Post("/raised", async (RequestBody body) => (await body.ReadAllAsync()).Length).WithBodyLimit(2 * 1024 * 1024);
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

    private static string Text(NewDish d) =>
        FormattableString.Invariant($"{d.Title}|{d.Price}|{d.Vegan}|{string.Join(',', d.Tags)}|{d.Color}|{d.Portions}|{d.Kitchen}");

    private static StringContent Encoded(string form) => new(form, Encoding.UTF8, "application/x-www-form-urlencoded");

    private static StringContent Multipart(string body)
    {
        var content = new StringContent(body.ReplaceLineEndings("\r\n"), Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=B");
        return content;
    }

    private static MultipartFormDataContent Parts(params (string Name, string? File, string Data)[] parts)
    {
        var content = new MultipartFormDataContent();
        foreach ((string name, string? file, string data) in parts)
        {
            if (file is null) content.Add(new StringContent(data), name);
            else content.Add(new StringContent(data), name, file);
        }
        return content;
    }

    [Theory]
    [InlineData("/fields", "title=a+b%26%C3%A4&tag=x&tag=y&done=on&count=5", "a b&ä|5|x,y|True|1")]
    [InlineData("/fields?page=2&title=query", "title=form&&=x&tag", "form|||False|2")]
    [InlineData("/fields", "title=&count=", "|||False|1")]
    [InlineData("/dish", "title=Soup&price=4.50&vegan=true&tags=a&tags=b&color=green&portions=4&kitchen=cold", "Soup|4.50|True|a,b|Green|4|cold")]
    [InlineData("/dish", "title=Soup&price=4", "Soup|4|False|||2|main")]
    [InlineData("/maybe", "", "none|4")]
    public async Task Fields_are_read(string target, string form, string answer)
    {
        Got encoded = await SendContentAsync("POST", target, Encoded(form));
        Assert.Equal((200, answer), (encoded.Status, encoded.Text));
        (string, string?, string)[] parts = [.. form.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => p[0] != '=')
            .Select(p => p.Split('=')).Select(p => (p[0], (string?)null, WebUtility.UrlDecode(p.Length > 1 ? p[1] : "")))];
        if (parts.Length == 0) parts = [("other", null, "x")];
        Got multipart = await SendContentAsync("POST", target, Parts(parts));
        Assert.Equal((200, answer), (multipart.Status, multipart.Text));
    }

    [Fact]
    public async Task A_form_that_may_be_empty_may_be_absent()
    {
        Assert.Equal("none|4", (await SendContentAsync("POST", "/maybe", null)).Text);
        Assert.Equal(["title: is required"], (await SendContentAsync("POST", "/fields", null)).Errors);
    }

    [Theory]
    [InlineData("/fields?page=x", "count=y&done=maybe", "count: must be a whole number", "done: must be true, false or on", "page: must be a whole number", "title: is required")]
    [InlineData("/dish", "price=x&color=blue&portions=&vegan=2", "color: must be one of Red, Green", "price: must be a number", "title: is required", "vegan: must be true, false or on")]
    public async Task Every_field_that_is_wrong_is_named(string target, string form, params string[] errors)
    {
        Got got = await SendContentAsync("POST", target, Encoded(form));
        Assert.Equal(400, got.Status);
        Assert.Equal(errors, got.Errors);
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

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=@")]
    [InlineData("multipart/mixed; boundary=B")]
    public async Task Another_media_type_is_415(string type)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(415, (await SendContentAsync("POST", "/fields", content)).Status);
    }

    [Fact]
    public async Task A_missing_file_is_named() =>
        Assert.Equal(["photo: is required, as a file", "title: is required"], (await SendContentAsync("POST", "/file", Parts(("photo", null, "text")))).Errors);

    [Theory]
    [InlineData("/fields", "--B\nContent-Disposition: form-data; name=title\n\nx", "The form ends before its last boundary.")]
    [InlineData("/fields", "x", "The form does not begin with the boundary that Content-Type names.")]
    [InlineData("/fields", "--B\nX\n\nx\n--B--", "The head of a part of the form is not a list of fields in UTF-8.")]
    [InlineData("/fields", "--B\nContent-Disposition: form-data; name=title\n\nx\n--B--\nmore", "Something follows the last boundary of the form.")]
    [InlineData("/file", "--B\nContent-Disposition: form-data; name=title\n\nx\n--B\nContent-Disposition: form-data; name=photo; filename=a\n\nx", "The form ends before its last boundary.")]
    [InlineData("/parts", "--B\nContent-Disposition: form-data; name=title\n\nx\n--Bx", "A boundary in the form is not followed by a line end.")]
    public async Task A_malformed_form_is_400(string target, string body, string detail)
    {
        Got got = await SendContentAsync("POST", target, Multipart(body));
        Assert.Equal((400, detail), (got.Status, got.Detail));
    }

    [Fact]
    public async Task A_malformed_form_and_the_query_are_one_problem() =>
        Assert.Equal(["body: The form ends before its last boundary.", "page: must be a whole number"], (await SendContentAsync("POST", "/fields?page=x", Multipart("--B"))).Errors);

    [Fact]
    public async Task What_is_too_much_is_413_with_an_event()
    {
        string large = new('x', 1990);
        Got field = await SendContentAsync("POST", "/fields", Parts(("unknown", null, new string('y', 5000)), ("title", null, large), ("tag", null, "12345678")));
        Assert.Equal((413, "tag: has no room: the fields of a form hold at most 2000 bytes"), (field.Status, Assert.Single(field.Errors)));
        Assert.Equal(413, (await SendContentAsync("POST", "/fields", Encoded("title=" + new string('x', 2000)))).Status);
        Assert.Equal(413, (await SendContentAsync("POST", "/parts", Parts(("title", null, large + large)))).Status);
        Assert.Contains(Events, e => e is LimitReached { Setting: "Galley:Limits:FormBytes", Limit: 2000, Client: not null });

        Assert.Equal(413, (await SendContentAsync("POST", "/fields", Encoded("title=x" + string.Concat(Enumerable.Repeat("&a=b", 20))))).Status);
        Assert.Equal(413, (await SendContentAsync("POST", "/fields", Parts([.. Enumerable.Repeat(("a", (string?)null, "b"), 21)]))).Status);
        Assert.Contains(Events, e => e is LimitReached { Setting: "Galley:Limits:FormFields", Limit: 20 });

        Assert.Equal(413, (await SendContentAsync("POST", "/fields", Parts((new string('n', 300), null, "b")))).Status);
        Assert.Contains(Events, e => e is LimitReached { Setting: "Galley:Limits:FormPartHeadBytes", Limit: 300 });
    }

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
    [InlineData("/small", 21, true)]
    [InlineData("/usual", 1024 * 1024 + 1, true)]
    [InlineData("/raised", 1024 * 1024 + 1, false)]
    [InlineData("/raised", 2 * 1024 * 1024 + 1, true)]
    [InlineData("/nowhere", 1024 * 1024 + 1, true)]
    public async Task A_body_beyond_the_limit_of_its_route_is_refused_before_it_is_sent(string path, int bytes, bool isRefused)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\nExpect: 100-continue\r\n\r\n");
        Testing.Answer first = await client.ReadAsync();
        Assert.Equal(isRefused ? 413 : 100, first.Status);
        Assert.Equal(isRefused, first.Closes);
        if (isRefused)
        {
            Assert.Contains(Events, e => e is RequestRejected { Reason: "body_too_large", Status: 413 });
            return;
        }
        await client.SendAsync(new byte[bytes]);
        Assert.Equal(bytes.ToString(CultureInfo.InvariantCulture), (await client.ReadAsync()).Text);
    }

    [Theory]
    [InlineData("/small", 21, true)]
    [InlineData("/raised", 1024 * 1024 + 1, false)]
    [InlineData("/raised", 2 * 1024 * 1024 + 1, true)]
    public async Task A_chunked_body_is_refused_where_it_passes_the_limit_of_its_route(string path, int bytes, bool isRefused)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.SendAsync($"{bytes:x}\r\n{new string(' ', isRefused ? 10 : bytes)}{(isRefused ? "" : "\r\n0\r\n\r\n")}");
        Testing.Answer answer = await client.ReadAsync();
        Assert.Equal((isRefused ? 413 : 200, isRefused), (answer.Status, answer.Closes));
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

    [Fact]
    public async Task Limits_are_settings()
    {
        await using var app = Backend.Create(["--Galley:Limits:FormBytes=5", "--Galley:Limits:FormFields=6", "--Galley:Limits:FormPartHeadBytes=128"]);
        Assert.Equal((5, 6, 128), (app.Options.Limits.FormBytes, app.Options.Limits.FormFields, app.Options.Limits.FormPartHeadBytes));
    }
}
