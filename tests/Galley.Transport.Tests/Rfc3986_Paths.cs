// RFC 3986 over the wire: the rows of docs/paths.md. What is refused is seen by no route and no middleware; what is decoded is decoded once, before
// routing.

using System.Text;
using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Rfc3986_Paths_over_epoll : Rfc3986_Paths<Epoll>;

public sealed class Rfc3986_Paths_over_sockets : Rfc3986_Paths<Sockets>;

public sealed class Rfc3986_Paths_over_memory : Rfc3986_Paths<Memory>;

public abstract class Rfc3986_Paths<T> : TransportContract<T> where T : Carrier, new()
{
    private int _seen;

    [Theory(Timeout = Patience)]
    [InlineData("/%61bc", "/abc")]
    [InlineData("/%2561", "/%61")]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/a%2fb", "/a%2Fb")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/a/.%2e/b", "/b")]
    [InlineData("/../../b", "/b")]
    [InlineData("/a/.", "/a/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/..%2fb", "/..%2Fb")]
    [InlineData("//a", "//a")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("/a/", "/a/")]
    [InlineData("/A", "/A")]
    [InlineData("/a;v=1", "/a;v=1")]
    [InlineData("/a+b,a=b:c@d!e", "/a+b,a=b:c@d!e")]
    [InlineData("/a|b[1]^c", "/a|b[1]^c")]
    [InlineData("/%C3%A4/%F0%9F%98%80", "/\u00E4/\U0001F600")]
    [InlineData("http://host/a/../b", "/b")]
    [InlineData("http://host", "/")]
    [InlineData("http://host?q", "/")]
    public async Task Section_5_And_6_A_path_is_decoded_once_and_before_anything_else(string target, string path)
    {
        App.Use((request, next) => new ValueTask<Response>(Response.Bytes(request.Path.ToArray())));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer answer = await client.ReadAsync();
        Assert.Equal((200, path), (answer.Status, answer.Text));
    }

    [Theory(Timeout = Patience)]
    [InlineData("/%00")]
    [InlineData("/%0A")]
    [InlineData("/%1F")]
    [InlineData("/%7F")]
    [InlineData("/%C2%85")]
    [InlineData("/a\\b")]
    [InlineData("/a%5Cb")]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/%zz")]
    [InlineData("/%u0041")]
    [InlineData("/%FF")]
    [InlineData("/%C0%AF")]
    [InlineData("/%E2%82")]
    [InlineData("/%ED%A0%80")]
    [InlineData("/\u00C3\u00A4")]
    [InlineData("/a b")]
    [InlineData("/a\"b")]
    [InlineData("/a<b")]
    [InlineData("/{a}")]
    [InlineData("/a#b")]
    [InlineData("*")]
    public async Task Section_2_What_a_path_cannot_mean_is_seen_by_nobody(string target)
    {
        App.Use((request, next) =>
        {
            _seen++;
            return next(request);
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer answer = await client.ReadAsync();
        Assert.Equal((400, true, 0), (answer.Status, answer.Closes, _seen));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory(Timeout = Patience)]
    [InlineData("/admin", "admin")]
    [InlineData("/%61dmin", "admin")]
    [InlineData("/x/../admin", "admin")]
    [InlineData("/x/%2e%2e/admin", "admin")]
    [InlineData("/files/../admin", "admin")]
    [InlineData("/%2561dmin", null)]
    [InlineData("/Admin", null)]
    [InlineData("//admin", null)]
    [InlineData("/admin/", null)]
    [InlineData("/admin;x", null)]
    [InlineData("/admin%2F", null)]
    [InlineData("/files/a%2Fb", "file a%2Fb")]
    [InlineData("/files/..%2fadmin", "file ..%2Fadmin")]
    [InlineData("/files/%2541", "file %41")]
    [InlineData("/tree/a/./b/../c", "tree a/c")]
    [InlineData("/tree/a%2F..%2Fb", "tree a%2F..%2Fb")]
    [InlineData("/tree//etc", "tree /etc")]
    [InlineData("/tree/..", "hello")]
    public async Task Section_6_2_2_Routes_match_what_a_path_means(string target, string? answered)
    {
        App.Get("/admin", static _ => Response.Text("admin"));
        App.Get("/files/{name}", static request => Response.Text("file " + request.RouteValue("name")));
        App.Get("/tree/{*rest}", static request => Response.Text("tree " + request.RouteValue("rest")));
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer answer = await client.ReadAsync();
        Assert.Equal(answered is null ? (404, null) : (200, answered), (answer.Status, answer.Status == 404 ? null : answer.Text));
    }

    [Theory(Timeout = Patience)]
    [InlineData("a=b+c%20d", "b c d")]
    [InlineData("%61=%2561", "%61")]
    [InlineData("a=%zz", "%zz")]
    [InlineData("a=/../%2F", "/..//")]
    public async Task Section_3_4_The_query_takes_no_part_and_is_decoded_once_when_it_is_asked(string query, string value)
    {
        App.Get("/query", request =>
        {
            Assert.Equal(query, Encoding.ASCII.GetString(request.Query));
            return Response.Text(request.QueryValue("a") ?? "none");
        });
        await App.StartAsync();
        ClientConnection client = await ConnectAsync();
        await client.SendAsync($"GET /query?{query} HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(value, (await client.ReadAsync()).Text);
    }
}
