// Cookies, and records whose members are parameters, through a socket.

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;

namespace Galley.Validate.Tests;

public readonly record struct Money(decimal Amount, string Currency) : IUtf8SpanParsable<Money>
{
    public static Money Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) => TryParse(utf8Text, provider, out Money value) ? value : throw new FormatException();

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out Money result)
    {
        result = default;
        if (utf8Text.Length < 4 || !decimal.TryParse(utf8Text[..^3], CultureInfo.InvariantCulture, out decimal amount)) return false;
        result = new(amount, System.Text.Encoding.ASCII.GetString(utf8Text[^3..]));
        return true;
    }
}

public sealed record Tag(string Text) : ISpanParsable<Tag>
{
    public static Tag Parse(string s, IFormatProvider? provider) => new(s);

    public static bool TryParse(string? s, IFormatProvider? provider, out Tag result) => TryParse(s.AsSpan(), provider, out result);

    public static Tag Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => new(s.ToString());

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Tag result)
    {
        result = new(s.ToString());
        return s.StartsWith('#');
    }
}

public sealed record Sku(string Code) : IParsable<Sku>
{
    public static Sku Parse(string s, IFormatProvider? provider) => new(s);

    public static bool TryParse(string? s, IFormatProvider? provider, out Sku result)
    {
        result = new(s ?? "");
        return s is { Length: 3 };
    }
}

public record Search(int Page = 1, string? Sort = null, [Query("page-size")] int PageSize = 20, Color[]? Colors = null)
{
    public required string Q { get; init; }

    public int Depth { get; init; } = 3;

    public List<int> Ids { get; init; } = [7];

    public DateOnly? Day { get; init; }
}

public record Marks([Header("X-Tenant")] string Tenant, [Cookie] Guid Session, [property: Query("t")] string Text, [Cookie("n")] int Count = 5);

public record Kinds(DateTimeOffset A, DateTime B, DateOnly C, TimeOnly D, TimeSpan E, Color F, Color? G, Guid H, Money I, Money? J, Tag K, Sku L, IPAddress M, Uri N, bool O, char P,
    decimal Q, double R, long S, byte T, Version U, int[] V, List<Tag> W, IReadOnlyList<Money> X);

public record Ruled([StringLength(3)] string A, [property: Range(1, 9)] int B = 2)
{
    [Range(1, 9)]
    public int C { get; init; } = 30;

    [StringLength(3)]
    public string D { get; init; } = "kept";

    [MaxLength(1)]
    public List<int> E { get; init; } = [1, 2];
}

public record struct Spot(int X, int Y = 2)
{
    public string Z { get; set; } = "z";
}

public sealed class Records_are_bound : Running
{
    protected override void Declare(Backend app)
    {
        app.Get("/cookie", ([Cookie] string session, [Cookie("n")] int? count, [Cookie] int other = 4) => $"{session}|{count}|{other}");
        app.Get("/search", (Search search) => Text(search));
        app.Delete("/search/{Page}", (Search search) => Text(search));
        app.Group("/in/{sort}").Get("/search", (Search search) => Text(search));
        app.Post("/search", ([Query] Search search, Item item) => $"{Text(search)}|{item.Sku}");
        app.Get("/marks", (Marks marks) => $"{marks.Tenant}|{marks.Session}|{marks.Text}|{marks.Count}");
        app.Get("/kinds", (Kinds kinds) => Text(kinds));
        app.Get("/each", (DateTimeOffset a, DateTime b, DateOnly c, TimeOnly d, TimeSpan e, Color f, Color? g, Guid h, Money i, Money? j, Tag k, Sku l, IPAddress m, Uri n, bool o, char p,
            decimal q, double r, long s, byte t, Version u, int[] v, List<Tag> w, IReadOnlyList<Money> x) => Text(new Kinds(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x)));
        app.Get("/ruled", (Ruled r) => $"{r.A}|{r.B}|{r.C}|{r.D}|{r.E.Count}");
        app.Post("/ruled", ([Form] Ruled r) => $"{r.A}|{r.B}|{r.C}|{r.D}|{r.E.Count}");
        app.Get("/spot/{x}", (Spot spot, int x) => $"{spot.X}|{spot.Y}|{spot.Z}|{x}");
        app.Get("/raw-cookie", request => Response.Text(request.CookieValue("session") ?? "none"));
    }

    private static string Text(Search s) =>
        FormattableString.Invariant($"{s.Page}|{s.Sort}|{s.PageSize}|{string.Join(',', s.Colors ?? [])}|{s.Q}|{s.Depth}|{string.Join(',', s.Ids)}|{s.Day:O}");

    private static string Text(Kinds k) => FormattableString.Invariant(
        $"{k.A:O}|{k.B:O}|{k.C:O}|{k.D:O}|{k.E}|{k.F}|{k.G}|{k.H}|{k.I.Amount}{k.I.Currency}|{k.J?.Currency}|{k.K.Text}|{k.L.Code}|{k.M}|{k.N}|{k.O}|{k.P}|{k.Q}|{k.R}|{k.S}|{k.T}|{k.U}|{string.Join(',', k.V)}|{string.Join(',', k.W.Select(w => w.Text))}|{string.Join(',', k.X.Select(x => x.Amount))}");

    private const string Every = "?a=2026-01-31T12:00:00Z&b=2026-01-31T12:00:00Z&c=2026-01-31&d=12:30:00&e=00:05:00&f=green&h=00000000-0000-0000-0000-000000000001&i=1.50EUR&k=%23a&l=abc" +
        "&m=127.0.0.1&n=https://a.example/b&o=true&p=x&q=1.5&r=2.5&s=9000000000&t=255&u=1.2.3&v=1&v=2&w=%23b&w=%23c&x=1EUR&x=2EUR";

    private const string EveryText = "2026-01-31T12:00:00.0000000+00:00|2026-01-31T12:00:00.0000000Z|2026-01-31|12:30:00.0000000|00:05:00|Green||00000000-0000-0000-0000-000000000001|1.50EUR||#a|abc|" +
        "127.0.0.1|https://a.example/b|True|x|1.5|2.5|9000000000|255|1.2.3|1,2|#b,#c|1,2";

    [Theory]
    [InlineData("/search?q=a", "1||20||a|3|7|")]
    [InlineData("/search?q=a%20b&page=2&sort=name&page-size=5&colors=red&colors=green&depth=9&ids=1&ids=2&day=2026-01-31", "2|name|5|Red,Green|a b|9|1,2|2026-01-31")]
    [InlineData("/search?q=&page=&depth=&day=", "1||20|||3|7|")]
    [InlineData("/in/name/search?q=a&sort=other", "1|name|20||a|3|7|")]
    [InlineData("/spot/1?x=5", "1|2|z|1")]
    [InlineData("/spot/1?y=3&z=w", "1|3|w|1")]
    [InlineData("/kinds" + Every, EveryText)]
    [InlineData("/each" + Every, EveryText)]
    public async Task Members_are_read_like_parameters(string target, string answer)
    {
        Got got = await GetAsync(target);
        Assert.Equal((200, answer), (got.Status, got.Text));
    }

    [Fact]
    public async Task Rules_of_members_are_asked_of_what_was_sent()
    {
        string[] wrong = ["a", "b", "c", "d", "e"];
        Got query = await GetAsync("/ruled?a=abcd&b=10&c=10&d=abcd&e=1&e=2");
        Assert.Equal((422, string.Join(',', wrong)), (query.Status, string.Join(',', query.Errors.Select(e => e[..1]))));
        Got form = await SendContentAsync("POST", "/ruled", new StringContent("a=abcd&b=10&c=10&d=abcd&e=1&e=2", new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")));
        Assert.Equal((422, string.Join(',', wrong)), (form.Status, string.Join(',', form.Errors.Select(e => e[..1]))));
        Assert.Equal("abc|2|30|kept|2", (await GetAsync("/ruled?a=abc")).Text);
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_is_asked_no_rules()
    {
        var broken = new StringContent("nothing", System.Text.Encoding.UTF8);
        broken.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=B");
        Got got = await SendContentAsync("POST", "/ruled", broken);
        Assert.Equal((400, "The form does not begin with the boundary that Content-Type names."), (got.Status, got.Detail));
        Assert.Empty(got.Errors);
        Assert.Equal(415, (await SendContentAsync("POST", "/ruled", new StringContent("{}"))).Status);
    }

    [Fact]
    public async Task Other_methods_take_records_too()
    {
        Assert.Equal("4||20||a|3|7|", (await SendAsync("DELETE", "/search/4?q=a&page=9", (byte[]?)null)).Text);
        Assert.Equal("1||20||a|3|7||s", (await PostAsync("/search?q=a", """{"sku":"s"}""")).Text);
    }

    [Theory]
    [InlineData("/search?page=x&page-size=y&colors=red&colors=blue&depth=z&ids=1&ids=n&day=soon", "colors: value 2 must be one of Red, Green", "day: must be a date, for example 2026-01-31",
        "depth: must be a whole number", "ids: value 2 must be a whole number", "page-size: must be a whole number", "page: must be a whole number", "q: is required")]
    [InlineData("/marks", "session: is required", "t: is required", "x-tenant: is required")]
    [InlineData("/spot/x", "x: must be a whole number")]
    public async Task Every_member_that_is_wrong_is_named(string target, params string[] errors)
    {
        Got got = await GetAsync(target);
        Assert.Equal(400, got.Status);
        Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task Every_type_says_what_it_must_be()
    {
        Got got = await GetAsync("/kinds?" + string.Join('&', "abcdefghijklmnopqrstuvwx".Select(c => c == 'n' ? "n=http://%5B" : $"{c}=?!")));
        Assert.Equal("abcdefghijklmnopqrstuvwx".Select(c => c.ToString()), got.Errors.Select(e => e[..1]));
    }

    [Fact]
    public async Task Members_may_be_fields_and_cookies() => Assert.Equal("t1|00000000-0000-0000-0000-000000000001|x|7",
        (await GetAsync("/marks?t=x", ("X-Tenant", "t1"), ("Cookie", "a=b; n=7; session=00000000-0000-0000-0000-000000000001"))).Text);

    [Theory]
    [InlineData("session=abc", "abc||4")]
    [InlineData("session=\"abc\"; n=5", "abc|5|4")]
    [InlineData("a=b;session=abc;n=5;other=6", "abc|5|6")]
    [InlineData("  a = b ;\tsession=abc ; session=def", "abc||4")]
    [InlineData("Session=no; xsession=no; session=a=b%20c", "a=b%20c||4")]
    [InlineData("bad; =x; json={\"a b\":1,\"c\":2}; session=abc", "abc||4")]
    [InlineData("session=", "||4")]
    public async Task A_cookie_is_found(string cookie, string answer) => Assert.Equal(answer, (await GetAsync("/cookie", ("Cookie", cookie))).Text);

    [Theory]
    [InlineData("a=b", "session: is required")]
    [InlineData("session", "session: is required")]
    [InlineData("n=x", "n: must be a whole number", "session: is required")]
    [InlineData("session=a b", "session: must be a cookie's value without blanks, commas, quotes or backslashes")]
    [InlineData("session=a,b; n=\"1", "n: must be a cookie's value without blanks, commas, quotes or backslashes", "session: must be a cookie's value without blanks, commas, quotes or backslashes")]
    [InlineData("session=\"a\\\"\"", "session: must be a cookie's value without blanks, commas, quotes or backslashes")]
    public async Task A_cookie_that_is_wrong_is_named(string cookie, params string[] errors) => Assert.Equal(errors, (await GetAsync("/cookie", ("Cookie", cookie))).Errors);

    [Fact]
    public async Task A_raw_handler_reads_cookies()
    {
        Assert.Equal("abc", (await GetAsync("/raw-cookie", ("Cookie", "session=abc"))).Text);
        Assert.Equal("none", (await GetAsync("/raw-cookie", ("Cookie", "session=a b"))).Text);
        Assert.Equal("none", (await GetAsync("/raw-cookie")).Text);
    }
}
