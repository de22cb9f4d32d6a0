// RFC 9110 chapter 13: the preconditions of files, of dynamic answers and of handlers' own things, in the order of section 13.2.2.

using System.Text;
using Galley.Testing;

namespace Galley.Respond.Tests;

public sealed class Conditional_requests : Served
{
    private const string Old = "Sun, 06 Nov 1994 08:49:37 GMT";
    private const string Ahead = "Fri, 31 Dec 2099 23:59:59 GMT";

    private async Task<(string Tag, string Modified)> ServeAsync(TimeSpan? age = null)
    {
        Write("a.bin", "0123456789", age);
        App.UseFiles("/", Root);
        await App.StartAsync();
        Answer answer = await Client.GetAsync("/a.bin");
        return (Tag(answer), answer["Last-Modified"]!);
    }

    private async Task<int> Status(params (string, string)[] fields) => (await Client.GetAsync("/a.bin", fields)).Status;

    [Fact]
    public async Task Section_13_1_2_who_has_the_file_gets_304_with_its_fields_and_nothing_else()
    {
        (string tag, string modified) = await ServeAsync();
        foreach (string method in new[] { "GET", "HEAD" })
        {
            Answer answer = await Client.SendAsync(method, "/a.bin", default, ("If-None-Match", tag));
            Assert.Equal(304, answer.Status);
            Assert.Equal(tag, answer["ETag"]);
            Assert.Equal(modified, answer["Last-Modified"]);
            Assert.Equal("no-cache", answer["Cache-Control"]);
            Assert.Null(answer["Content-Length"]);
            Assert.Null(answer["Content-Type"]);
        }
        Assert.Equal(304, await Status(("If-None-Match", "\"other\", W/" + tag)));
        Assert.Equal(304, await Status(("If-None-Match", "\"other\""), ("If-None-Match", tag)));
        Assert.Equal(304, await Status(("If-None-Match", "*")));
        Assert.Equal(200, await Status(("If-None-Match", "\"other\"")));
        Assert.Equal(200, await Status(("If-None-Match", tag.Trim('"'))));
    }

    [Fact]
    public async Task Section_13_1_3_who_has_it_since_it_changed_gets_304()
    {
        (_, string modified) = await ServeAsync();
        Assert.Equal(304, await Status(("If-Modified-Since", modified)));
        Assert.Equal(304, await Status(("If-Modified-Since", Ahead)));
        Assert.Equal(200, await Status(("If-Modified-Since", Old)));
        Assert.Equal(200, await Status(("If-Modified-Since", "yesterday")));
        Assert.Equal(200, await Status(("If-Modified-Since", modified), ("If-Modified-Since", modified)));
    }

    [Fact]
    public async Task Section_13_1_1_a_file_that_is_another_is_412()
    {
        (string tag, string modified) = await ServeAsync();
        Assert.Equal(200, await Status(("If-Match", tag)));
        Assert.Equal(200, await Status(("If-Match", "*")));
        Assert.Equal(200, await Status(("If-Match", "\"other\", " + tag)));
        Assert.Equal(412, await Status(("If-Match", "\"other\"")));
        Assert.Equal(412, await Status(("If-Match", "W/" + tag))); // strong comparison
        Assert.Equal(412, await Status(("If-Match", "nonsense")));
        Assert.Equal(200, await Status(("If-Unmodified-Since", modified)));
        Assert.Equal(412, await Status(("If-Unmodified-Since", Old)));
        Assert.Equal(200, await Status(("If-Unmodified-Since", "nonsense")));
    }

    [Fact]
    public async Task Section_13_2_2_the_first_that_counts_decides()
    {
        (string tag, string modified) = await ServeAsync();
        Assert.Equal(200, await Status(("If-Match", tag), ("If-Unmodified-Since", Old))); // If-Match makes the date moot
        Assert.Equal(412, await Status(("If-Match", "\"other\""), ("If-None-Match", tag)));
        Assert.Equal(304, await Status(("If-Match", tag), ("If-None-Match", tag)));
        Assert.Equal(412, await Status(("If-Unmodified-Since", Old), ("If-None-Match", tag)));
        Assert.Equal(200, await Status(("If-None-Match", "\"other\""), ("If-Modified-Since", modified))); // and If-None-Match the other
        Assert.Equal(304, await Status(("If-None-Match", tag), ("If-Modified-Since", Old)));
        Assert.Equal(412, await Status(("If-Match", "\"other\""), ("Range", "bytes=0-1")));
        Assert.Equal(304, await Status(("If-None-Match", tag), ("Range", "bytes=0-1")));
        Assert.Equal(206, await Status(("If-Match", tag), ("Range", "bytes=0-1")));
    }

    [Fact]
    public async Task Section_13_1_5_a_range_of_another_state_is_the_whole()
    {
        (string tag, string modified) = await ServeAsync();
        (string, string) range = ("Range", "bytes=2-3");
        Assert.Equal(206, await Status(range, ("If-Range", tag)));
        Assert.Equal(206, await Status(range, ("If-Range", modified)));
        Assert.Equal(200, await Status(range, ("If-Range", "W/" + tag)));
        Assert.Equal(200, await Status(range, ("If-Range", "\"other\"")));
        Assert.Equal(200, await Status(range, ("If-Range", Old)));
        Assert.Equal(200, await Status(range, ("If-Range", Ahead))); // not later or equal: the same
        Assert.Equal(200, await Status(range, ("If-Range", "nonsense")));
        Assert.Equal(200, await Status(range, ("If-Range", tag), ("If-Range", tag)));
        Assert.Equal(200, await Status(("Range", "bytes=20-"), ("If-Range", "\"other\""))); // not 416: the range does not count
        Assert.Equal(200, await Status(("If-Range", "\"other\"")));
    }

    [Fact]
    public async Task Section_8_8_2_2_what_has_just_changed_has_a_weak_tag()
    {
        (string tag, _) = await ServeAsync(TimeSpan.Zero);
        Assert.StartsWith("W/\"", tag, StringComparison.Ordinal);
        Assert.Equal(304, await Status(("If-None-Match", tag)));
        Assert.Equal(200, await Status(("If-Range", tag), ("Range", "bytes=0-1")));
    }

    [Fact]
    public async Task Section_8_8_2_1_a_file_from_the_future_is_of_now()
    {
        (_, string modified) = await ServeAsync(TimeSpan.FromDays(-2));
        Assert.True(DateTimeOffset.Parse(modified, System.Globalization.CultureInfo.InvariantCulture) <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_file_that_changes_has_another_tag_whatever_its_size()
    {
        (string tag, _) = await ServeAsync();
        Write("a.bin", "9876543210", TimeSpan.FromMinutes(1));
        Assert.Equal(200, await Status(("If-None-Match", tag)));
        Assert.Equal(412, await Status(("If-Match", tag)));
    }

    [Fact]
    public async Task A_dynamic_answer_is_tagged_by_its_body()
    {
        string text = "one";
        App.UseETags();
        App.Get("/text", _ => Response.Text(text).With("Cache-Control", "private"));
        App.Get("/bytes", _ => Response.Bytes(Encoding.UTF8.GetBytes(text)));
        App.Get("/own", _ => Response.Text(text).With(ETag.Strong("v1")));
        App.Get("/stream", _ => Response.Stream("text/plain", async (body, _) => await body.WriteAsync("one"u8.ToArray())));
        App.Get("/none", _ => Response.NotFound());
        App.Post("/text", _ => Response.Text(text));
        await App.StartAsync();

        Answer first = await Client.GetAsync("/text");
        Assert.Matches("^W/\"[0-9a-f]{16}\"$", Tag(first));
        Answer again = await Client.GetAsync("/text", ("If-None-Match", Tag(first)));
        Assert.Equal(304, again.Status);
        Assert.Equal(Tag(first), again["ETag"]);
        Assert.Equal("private", again["Cache-Control"]);
        Assert.Empty(again.Text);
        Assert.Equal(304, (await Client.SendAsync("HEAD", "/text", default, ("If-None-Match", Tag(first)))).Status);
        Assert.Equal(304, (await Client.GetAsync("/bytes", ("If-None-Match", Tag(first)))).Status);
        Assert.Equal("\"v1\"", Tag(await Client.GetAsync("/own")));
        Assert.Equal(304, (await Client.GetAsync("/own", ("If-None-Match", "\"v1\""))).Status);

        text = "two";
        Assert.Equal("two", (await Client.GetAsync("/text", ("If-None-Match", Tag(first)))).Text);
        Assert.Null((await Client.GetAsync("/stream"))["ETag"]);
        Assert.Null((await Client.GetAsync("/none"))["ETag"]);
        Assert.Null((await Client.SendAsync("POST", "/text"))["ETag"]);
    }

    [Fact]
    public async Task Section_13_1_1_a_handler_refuses_to_change_what_the_client_has_not_seen()
    {
        ETag? current = ETag.Strong("v1");
        App.Put("/thing", request => request.CheckPreconditions(current) ?? Response.NoContent());
        App.Get("/thing", request => request.CheckPreconditions(current) ?? Response.Text("v1").With(current!.Value));
        await App.StartAsync();
        async Task<int> Put(params (string, string)[] fields) => (await Client.SendAsync("PUT", "/thing", default, fields)).Status;

        Assert.Equal(204, await Put());
        Assert.Equal(204, await Put(("If-Match", "\"v1\"")));
        Assert.Equal(412, await Put(("If-Match", "\"v0\"")));
        Assert.Equal(412, await Put(("If-None-Match", "*"))); // create, if there is none
        Assert.Equal(412, await Put(("If-None-Match", "nonsense")));
        Assert.Equal(204, await Put(("If-Modified-Since", Ahead))); // for GET and HEAD only
        Answer known = await Client.GetAsync("/thing", ("If-None-Match", "\"v1\""));
        Assert.Equal(304, known.Status);
        Assert.Equal("\"v1\"", known["ETag"]);

        current = null;
        Assert.Equal(204, await Put(("If-None-Match", "*")));
        Assert.Equal(412, await Put(("If-Match", "*")));
        Assert.Equal(412, await Put(("If-Match", "\"v1\"")));
    }

    [Fact]
    public async Task Section_8_8_3_3_a_state_is_known_by_the_tag_of_its_coding()
    {
        string text = string.Concat(Enumerable.Repeat("compress me ", 500));
        App.UseCompression();
        App.UseETags();
        App.Get("/own", _ => Response.Text(text).With(ETag.Strong("v1")));
        App.Get("/hashed", _ => Response.Text(text));
        App.Put("/own", request => request.CheckPreconditions(ETag.Strong("v1")) ?? Response.NoContent());
        Write("a.txt", text);
        App.UseFiles("/files", Root);
        await App.StartAsync();
        (string, string) accepted = ("Accept-Encoding", "gzip");

        foreach (string path in new[] { "/own", "/hashed" })
        {
            Answer coded = await Client.GetAsync(path, accepted);
            Assert.Equal("gzip", coded["Content-Encoding"]);
            Answer known = await Client.GetAsync(path, accepted, ("If-None-Match", Tag(coded)));
            Assert.Equal(304, known.Status);
            Assert.Equal(Tag(coded), Tag(known));
            Assert.Equal("Accept-Encoding", known["Vary"]);
        }
        Assert.Equal(204, (await Client.SendAsync("PUT", "/own", default, accepted, ("If-Match", "\"v1-gzip\""))).Status);
        Assert.Equal(412, (await Client.SendAsync("PUT", "/own", default, accepted, ("If-Match", "\"v2-gzip\""))).Status);
        // A file says itself what codings there are of it: its ranges and tags are of the bytes that are sent.
        Answer file = await Client.GetAsync("/files/a.txt", accepted);
        Assert.Null(file["Content-Encoding"]);
        Assert.Equal(text, file.Text);
        Assert.Single(file.Fields, static field => field.Key == "Vary");
    }

    [Fact]
    public void A_tag_is_checked_where_it_is_made()
    {
        Assert.Equal("\"v1\"", ETag.Strong("v1").ToString());
        Assert.Equal("W/\"v1\"", ETag.Weak("v1").ToString());
        Assert.NotEqual(ETag.Strong("v1"), ETag.Weak("v1"));
        foreach (string name in new[] { "a\"b", "a b", "a\r\nb", "ü" }) Assert.Throws<ArgumentException>(() => ETag.Strong(name));
        Assert.Throws<ArgumentException>(() => Response.Ok().With(default(ETag)));
    }

    [Fact]
    public void The_hash_of_a_content_is_the_same_for_ever_and_of_another_another()
    {
        Assert.Equal(ETag.Of("hello"u8), ETag.Of("hello"u8));
        HashSet<string> seen = [];
        byte[] bytes = new byte[100];
        for (int length = 0; length <= bytes.Length; length++) Assert.True(seen.Add(ETag.Of(bytes.AsSpan(0, length)).ToString()));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(seen.Add(ETag.Of(bytes).ToString()));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
