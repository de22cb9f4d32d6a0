// Where parameters come from beyond route, query and body: cookies, forms, files, and records that stand for several parameters.

namespace Galley.Generator.Tests;

public class SourceTests
{
    private const string Types = """
        public enum Color { Red, Green }
        public abstract class Items : IAsyncEnumerable<Init> { public abstract IAsyncEnumerator<Init> GetAsyncEnumerator(CancellationToken c = default); }
        public record Filter(int Page = 1, string? Sort = null, [Query("page-size")] int PageSize = 20, Color[]? Colors = null, params Guid[] Ids);
        public record Headed([Header("X-Tenant")] string Tenant, [Cookie] string Session, [property: Query("q")] string Text, [Cookie("c")] int? Count);
        public record Ruled([System.ComponentModel.DataAnnotations.StringLength(3)] string A, [property: System.ComponentModel.DataAnnotations.Range(1, 9)] int B = 2) { [System.ComponentModel.DataAnnotations.Range(1, 9)] public int C { get; init; } = 3; [System.ComponentModel.DataAnnotations.StringLength(3)] public string D { get; init; } = "d"; [System.ComponentModel.DataAnnotations.MaxLength(2), System.ComponentModel.DataAnnotations.Required] public List<int> E { get; init; } = [1]; [System.ComponentModel.DataAnnotations.Required] public int? F { get; init; } = 5; }
        public record Init { public required string Name { get; init; } public int Size { get; init; } = 20; public string? Note { get; init; } public List<int> Ids { get; init; } = [7]; public DateOnly? Day { get; init; } = new(2026, 1, 1); }
        public record struct Pair(int X, int Y = 2) { public string Z { get; init; } = "z"; }
        public class Settable { public int A { get; set; } = 4; public required string B { get; set; } public string? C { get; init; } [System.Text.Json.Serialization.JsonIgnore] public object? Ignored { get; set; } public int D => A; }
        public record Base(int A) { public int B { get; set; } = 1; }
        public record Derived(int A, int C) : Base(A);
        public record Page<T>(T[] Items, int? From);
        public record Odd(int request, int @class, int Errors);
        public record NewDish(string Title, decimal Price, bool Vegan, string[] Tags, FormFile? Photo) { public Color Color { get; init; } = Color.Green; }
        public readonly struct Money : IUtf8SpanParsable<Money> { public static Money Parse(ReadOnlySpan<byte> s, IFormatProvider? p) => default; public static bool TryParse(ReadOnlySpan<byte> s, IFormatProvider? p, out Money m) { m = default; return true; } }
        public record All(DateTimeOffset A, DateTime B, DateOnly C, TimeOnly D, TimeSpan E, Color F, Color? G, Guid H, Money I, Money? J, System.Net.IPAddress K, Uri? L, Version M, bool N, char O, decimal P, int[] Q, List<string> R, IReadOnlyList<Money>? S, Half T, string U);
        """;

    [Theory]
    [InlineData("""app.Get("/", ([Cookie] string session, [Cookie("page")] int? p, [Cookie] Guid? id, [Cookie("n")] int n = 4) => "x");""")]
    [InlineData("""app.Get("/", (Filter filter) => filter);""")]
    [InlineData("""app.Delete("/", (Filter? filter) => filter);""")]
    [InlineData("""app.Map("HEAD", "/", (Filter filter) => "x");""")]
    [InlineData("""app.Post("/", ([Query] Filter filter, Init body) => filter);""")]
    [InlineData("""app.Get("/{page}", (Filter filter, int filterPage, int pageSize) => filter);""")]
    [InlineData("""app.Get("/{name}/{size:int}", (Init init) => init);""")]
    [InlineData("""app.Group("/{x}").Get("/", (Pair pair, Pair? other) => "x");""")]
    [InlineData("""app.Get("/", (Ruled ruled) => "x"); app.Post("/", ([Form] Ruled ruled) => "x");""")]
    [InlineData("""app.Get("/", (Headed headed) => "x");""")]
    [InlineData("""app.Get("/", ([Query] Settable settable) => "x");""")]
    [InlineData("""app.Get("/", (Derived derived, Page<Guid> page) => "x");""")]
    [InlineData("""app.Get("/", (Odd errors, int typed) => "x");""")]
    [InlineData("""app.Get("/", (All all) => "x"); app.Post("/", ([Form] All all) => "x");""")]
    [InlineData("""app.Post("/", ([Form] string title, [Form("t")] string[] tags, [Form] bool vegan, [Form] int? n, [Form] int m = 5) => "x");""")]
    [InlineData("""app.Post("/", ([Form] NewDish dish, [Query] int page) => "x");""")]
    [InlineData("""app.Post("/", ([Form] Init init, [Form] Settable other, [Form] Pair pair) => "x");""")]
    [InlineData("""app.Post("/", async (FormFile photo, [Form] string title, CancellationToken aborted) => await photo.CopyToAsync(System.IO.Stream.Null, aborted));""")]
    [InlineData("""app.Post("/{id}", (int id, [Form("p")] FormFile? photo) => "x");""")]
    [InlineData("""app.Post("/", async (IAsyncEnumerable<FormFile> photos, [Form] Filter read, Request request) => { await foreach (FormFile photo in photos) await photo.ReadAsync(); });""")]
    [InlineData("""app.Post("/", async (Form form, int page) => { await foreach (FormPart part in form.PartsAsync()) await part.ReadTextAsync(); });""")]
    public void They_are_bound(string statements)
    {
        Generated generated = Generated.FromRoutes(statements, Types).Compiles();
        Assert.Contains("[InterceptsLocation(", generated.Endpoints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""app.Get("/", () => (Response<Init>)Response.NotFound());""")]
    [InlineData("""app.Get("/", Response<Init?> (int n) => n > 0 ? new Problem(409) : new Init { Name = "x" });""")]
    [InlineData("""app.Get("/", async Task<Response<Init>> () => { await Task.Yield(); return new Init { Name = "x" }; });""")]
    [InlineData("""app.Get("/", async ValueTask<Response<List<Init>>> () => { await Task.Yield(); return Response.NoContent(); });""")]
    [InlineData("""app.Get("/", Response<Init>? () => null); app.Get("/a", Task<Response<int>?> () => null!); app.Get("/b", () => (Response<string>)"x");""")]
    [InlineData("""app.Get("/", () => Items()); static async IAsyncEnumerable<Init> Items() { await Task.Yield(); yield break; }""")]
    [InlineData("""app.Get("/", Items); static async IAsyncEnumerable<int?> Items(int n, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken c) { await Task.Yield(); yield break; }""")]
    [InlineData("""app.Get("/", Task<IAsyncEnumerable<Init>?> () => null!); app.Get("/b", ValueTask<IAsyncEnumerable<string>> () => default); app.Get("/c", IAsyncEnumerable<Init?>? () => null);""")]
    [InlineData("""app.Get("/", Items () => null!);""")]
    public void They_are_answered(string statements) => Generated.FromRoutes(statements, Types).Compiles();

    [Fact]
    public void A_record_is_read_member_by_member()
    {
        string code = Generated.FromRoutes("""app.Get("/{sort}", (Filter filter) => "x");""", Types).Compiles().Endpoints;
        foreach (string line in (string[])[
            """int filterPage = Input.Query(request, "page"u8).Or<int, Utf8<int>>(1, ref errors);""",
            """string? filterSort = Input.Route(request, "sort"u8).Or<string, Text>(null!, ref errors);""",
            """int filterPageSize = Input.Query(request, "page-size"u8).Or<int, Utf8<int>>(20, ref errors);""",
            "var filter = new global::Filter(filterPage, filterSort, filterPageSize, filterColors, filterIds);"])
            Assert.Contains(line, code, StringComparison.Ordinal);
    }

    [Fact]
    public void An_initializer_keeps_its_value()
    {
        string code = Generated.FromRoutes("""app.Get("/", (Init init) => "x");""", Types).Compiles().Endpoints;
        Assert.Contains("var init = new global::Init() { Name = initName, Note = initNote };", code, StringComparison.Ordinal);
        Assert.Contains("if (initSize is { } initSizeGiven) init = init with { Size = initSizeGiven };", code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""var users = app.Group("/{tenant}"); users.Get("/{id}", (int tenant, int id, int page) => id);""")]
    [InlineData("""Routes users = app.Group("/x").Group("/{tenant}"), other = users.Group("/y"); other.Get("/{id}", (int tenant, int id, int page) => id);""")]
    [InlineData("""app.Group("/x/{tenant}").Get("/{id}", (int tenant, int id, int page) => id);""")]
    public void A_prefix_that_can_be_seen_is_certain(string statements)
    {
        string code = Generated.FromRoutes(statements).Compiles().Endpoints;
        foreach (string read in (string[])["""Route(request, "tenant"u8)""", """Route(request, "id"u8)""", """Query(request, "page"u8)"""]) Assert.Contains("Input." + read, code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""var users = app.Group("/{tenant}"); users = app.Group("/"); users.Get("/", (int tenant) => 1);""")]
    [InlineData("""Routes users = app; if (args.Length > 0) users = app.Group("/{tenant}"); users.Get("/", (int tenant) => 1);""")]
    [InlineData("""var users = app.Group("/{tenant}"); (users, int n) = (app.Group("/"), 1); users.Get("/", (int tenant) => n);""")]
    [InlineData("""var users = app.Group(args[0]); users.Get("/", (int tenant) => 1);""")]
    [InlineData("""Routes users; Set(out users); users.Get("/", (int tenant) => 1); void Set(out Routes to) => to = app;""")]
    [InlineData("""Add(app.Group("/{tenant}")); static void Add(Routes users) => users.Get("/", (int tenant) => 1);""")]
    public void A_prefix_that_cannot_be_seen_is_looked_up_at_run_time(string statements) =>
        Assert.Contains("Input.RouteOrQuery(request, \"tenant\"u8)", Generated.FromRoutes(statements).Compiles().Endpoints, StringComparison.Ordinal);
}
