// Random route sets and paths against a matcher that tries every pattern in order of priority; random bytes never throw.

using CsCheck;

namespace Galley.Routing.Tests;

public class Any_routes_and_paths
{
    private static readonly Gen<string> _segment = Gen.OneOf(
        "a", "b", "ab", "5", "{x}", "{x:int}", "{x:alpha}", "{x:length(1)}", "{x:length(2)}", "a{x}", "a{x:int}", "{x}b", "{x}.b", "a{x}b", "{x:long}");

    // One in twenty is not valid, and must be refused by name: an optional or a catch-all that is not last, an empty segment.
    private static readonly Gen<string[]> _routes =
        Gen.Select(
            Gen.OneOf("GET", "POST", "HEAD", "PUT", "OPTIONS"),
            Gen.Frequency((20, _segment), (1, Gen.OneOf("", "{x?}", "{*x}"))).Array[0, 3],
            Gen.Frequency((6, _segment), (4, Gen.OneOf("", "{*x}", "{x?}", "{x:int?}"))),
            (method, segments, last) => $"{method} /{string.Join('/', [.. segments, last])}")
            .Select(route => { int n = 0; return string.Concat(route.Select(c => c == 'x' ? $"x{n++}" : $"{c}")); })
            .Array[1, 30];

    private static readonly Gen<string> _path = Gen.OneOf("", "a", "b", "ab", "abb", "5", "a5", "55", "é", "a.b", "aab", "x y").Array[0, 5].Select(s => "/" + string.Join('/', s));

    // Declared one by one: a route that is not valid, or collides with one before it, is left out.
    private static string[] Compatible(string[] routes)
    {
        List<string> accepted = [];
        foreach (string route in routes)
        {
            try
            {
                Routing.Table([.. accepted, route]);
                accepted.Add(route);
            }
            catch (RouteException e)
            {
                Assert.Contains(route, e.Message, StringComparison.Ordinal);
                if (!e.Message.Contains("not valid", StringComparison.Ordinal))
                    Assert.Contains(accepted, other => e.Message.Contains(other, StringComparison.Ordinal));
            }
        }

        return [.. accepted];
    }

    [Fact]
    public void The_tree_agrees_with_trying_every_pattern_in_order() =>
        Gen.Select(_routes, Gen.Select(Gen.OneOf("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"), _path, (m, p) => $"{m} {p}").Array[40]).Sample(
            (routes, requests) =>
            {
                string[] accepted = Compatible(routes);
                var table = Routing.Table(accepted);
                var reversed = Routing.Table([.. accepted.Reverse()]);
                var naive = new NaiveRouter(accepted);
                foreach (string request in requests)
                {
                    Assert.Equal($"{request}: {naive.Ask(request)}", $"{request}: {table.Ask(request)}");
                    Assert.Equal(table.Ask(request), reversed.Ask(request));
                }
            }, iter: 3_000, threads: 2, print: t => string.Join('\n', t.Item1));

    [Fact]
    public void Random_bytes_never_throw()
    {
        var table = Routing.Table("GET /", "GET /a/{x:int}", "GET /{x:guid}", "GET /{x:regex([^b]*)}/c", "GET /{y:double}/c", "POST /{z:length(1,5)}/{d:date}.x", "PUT /{*rest}");
        Gen<byte> alphabet = Gen.OneOf(Gen.OneOf("/ab15-.x"u8.ToArray()), Gen.Byte);
        Gen.Select(Gen.OneOf(Gen.OneOf<byte[]>("GET"u8.ToArray(), "POST"u8.ToArray()), Gen.Byte.Array[0, 9]), alphabet.Array[0, 60])
            .Sample((method, path) => Assert.NotNull(table.Ask(method, path)), iter: 200_000, threads: 2);
    }

    [Fact]
    public void Any_text_as_a_pattern_is_a_table_or_a_named_mistake() =>
        Gen.OneOf("/", "{", "}", "x", "y", ":", "int", "(", ")", "?", "*", "regex(", "\\", "1", ",", "length(", "=", "%41", "é").Array[0, 12].Sample(pieces =>
        {
            string route = "GET /" + string.Concat(pieces);
            try
            {
                Routing.Table(route);
            }
            catch (RouteException e)
            {
                Assert.Contains(route, e.Message, StringComparison.Ordinal);
            }
        }, iter: 100_000, threads: 2);

    [Fact]
    public void Thousands_of_literal_paths_are_told_apart()
    {
        string[] routes = [.. Enumerable.Range(0, 5_000).Select(i => $"GET /{(i % 2 == 0 ? "same-beginning" : "x")}/{i}/same-end")];
        var table = Routing.Table(routes);
        Assert.All(routes, route => Assert.Equal(route, table.Ask(route)));
        Assert.All(routes, route => Assert.Equal("404", table.Ask(route[..^1])));
    }
}
