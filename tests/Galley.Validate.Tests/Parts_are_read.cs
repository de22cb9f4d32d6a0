// Multipart bodies that a raw handler reads part by part, over a socket.

using static Galley.Validate.Tests.FormContents;

namespace Galley.Validate.Tests;

public sealed class Parts_are_read : Running
{
    private readonly string _folder = Directory.CreateTempSubdirectory("galley").FullName;
    private FormPart? _kept;

    protected override string[] Settings => ["--Galley:Limits:FormFields=5"];

    protected override void Declare(Backend app)
    {
        app.OnStop(() =>
        {
            Directory.Delete(_folder, recursive: true);
            return default;
        });
        app.Post("/parts", async request =>
        {
            var told = new List<string>();
            await foreach (FormPart part in request.ReadPartsAsync())
            {
                if (part is FormFile file) told.Add($"{file.Name}={file.FileName}:{file.ContentType}:{await file.SaveAsync(Path.Combine(_folder, file.Name))}");
                else told.Add($"{part.Name}={await part.ReadTextAsync()}");
            }
            return Response.Text(string.Join('|', told));
        }).WithBodyLimit(8 * 1024 * 1024);
        app.Post("/names", async request =>
        {
            var names = new List<string>();
            await foreach (FormPart part in request.ReadPartsAsync(request.Aborted)) names.Add(part.Name);
            return Response.Text(string.Join('|', names));
        }).WithBodyLimit(8 * 1024 * 1024);
        app.Post("/heads", async request =>
        {
            string told = "";
            await foreach (FormPart part in request.ReadPartsAsync()) told += $"{part.Header("content-language")}/{part.Header("X-Empty")}/{part.Header("X-None") ?? "none"};";
            return Response.Text(told);
        });
        app.Post("/first/line", async request =>
        {
            await foreach (FormPart part in request.ReadPartsAsync())
            {
                using var reader = new StreamReader(part.AsStream());
                return Response.Text(await reader.ReadLineAsync() ?? "");
            }
            return Response.NotFound();
        });
        app.Post("/kept", async request =>
        {
            await foreach (FormPart part in request.ReadPartsAsync())
            {
                if (_kept is not null)
                {
                    Assert.Throws<InvalidOperationException>(() => _kept.Header("a"));
                    await Assert.ThrowsAsync<InvalidOperationException>(async () => await _kept.ReadAsync());
                }
                _kept = part;
            }
            return Response.Ok();
        });
    }

    [Fact]
    public async Task Fields_and_files_come_in_their_order_whatever_it_is()
    {
        string data = new('x', 3_000_000);
        Got got = await SendContentAsync("POST", "/parts", Parts(("photo", "../a.png", data), ("title", null, "late"), ("other", "b", ""), ("note", null, "")));
        Assert.Equal("photo=a.png:text/plain; charset=utf-8:3000000|title=late|other=b:text/plain; charset=utf-8:0|note=", got.Text);
        Assert.Equal(data, await File.ReadAllTextAsync(Path.Combine(_folder, "photo")));
    }

    [Fact]
    public async Task What_is_not_read_of_a_part_is_passed_over() =>
        Assert.Equal("a|b|c", (await SendContentAsync("POST", "/names", Parts(("a", "a", new string('x', 2_000_000)), ("b", null, "b"), ("c", "c", new string('y', 2_000_000))))).Text);

    [Fact]
    public async Task Every_field_of_a_part_s_head_can_be_read()
    {
        Got got = await SendContentAsync("POST", "/heads", Multipart("""
            --B
            Content-Disposition: form-data; name=a
            Content-Language: fr
            X-Empty:

            1
            --B
            content-language: de
            Content-Disposition: form-data; name=b
            Content-Language: it

            2
            --B--

            """));
        Assert.Equal("fr//none;de//none;", got.Text);
    }

    [Fact]
    public async Task A_part_is_a_stream_for_who_wants_one() =>
        Assert.Equal("one", (await SendContentAsync("POST", "/first/line", Parts(("a", "a", "one\ntwo\n")))).Text);

    [Fact]
    public async Task A_part_that_has_passed_cannot_be_read() =>
        Assert.Equal(200, (await SendContentAsync("POST", "/kept", Parts(("a", null, "1"), ("b", null, "2")))).Status);

    [Fact]
    public async Task What_is_no_such_form_is_a_problem()
    {
        Assert.Equal(415, (await PostAsync("/names", "{}")).Status);
        Assert.Equal(415, (await SendContentAsync("POST", "/names", Encoded("a=b"))).Status);
        Assert.Equal(400, (await SendContentAsync("POST", "/names", Multipart("--B\nContent-Disposition: form-data; name=a\n\n1\n"))).Status);
        Assert.Equal(400, (await SendContentAsync("POST", "/names", Multipart("garbage"))).Status);
        Assert.Equal(413, (await SendContentAsync("POST", "/names", Parts([.. Enumerable.Range(0, 6).Select(static i => ($"f{i}", (string?)null, ""))]))).Status);
        Assert.Contains(Events.OfType<LimitReached>(), static reached => reached is { Setting: "Galley:Limits:FormFields", Limit: 5 });
    }
}
