// Fields of forms over a socket: what is read, what is wrong with it, and what is too much.

using System.Net;
using static Galley.Validate.Tests.FormContents;

namespace Galley.Validate.Tests;

public record NewDish(string Title, decimal Price, bool Vegan, string[] Tags, Color? Color, int Portions = 2)
{
    public string Kitchen { get; init; } = "main";
}

public sealed class Forms_are_bound : Running
{
    protected override void Declare(Backend app)
    {
        app.Options.Limits.FormBytes = 2000;
        app.Options.Limits.FormFields = 20;
        app.Options.Limits.FormPartHeadBytes = 300;
        app.Post("/fields", ([Form] string title, [Form] int? count, [Form("tag")] List<string> tags, [Form] bool done, int page = 1) => $"{title}|{count}|{string.Join(',', tags)}|{done}|{page}");
        app.Post("/dish", ([Form] NewDish dish) => Text(dish));
        app.Post("/maybe", ([Form] string? note, [Form] int n = 4) => $"{note ?? "none"}|{n}");
        app.Post("/file", async (FormFile photo, [Form] string title) => $"{title}|{await photo.CopyToAsync(Stream.Null)}");
        app.Post("/parts", async (Form form, CancellationToken aborted) =>
        {
            var all = new List<string>();
            await foreach (FormPart part in form.PartsAsync(aborted)) all.Add($"{part.Name}={(part is FormFile file ? file.FileName + ":" : "")}{await part.ReadTextAsync()}");
            return string.Join('|', all);
        });
    }

    private static string Text(NewDish d) =>
        FormattableString.Invariant($"{d.Title}|{d.Price}|{d.Vegan}|{string.Join(',', d.Tags)}|{d.Color}|{d.Portions}|{d.Kitchen}");

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

    [Fact]
    public async Task Limits_are_settings()
    {
        await using var app = Backend.Create(["--Galley:Limits:FormBytes=5", "--Galley:Limits:FormFields=6", "--Galley:Limits:FormPartHeadBytes=128"]);
        Assert.Equal((5, 6, 128), (app.Options.Limits.FormBytes, app.Options.Limits.FormFields, app.Options.Limits.FormPartHeadBytes));
    }
}
