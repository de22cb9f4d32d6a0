// Typed handlers become code that compiles without a warning: every kind of parameter, every kind of result.

namespace Galley.Generator.Tests;

public class BindingTests
{
    private const string Types = """
        public record User(Guid Id, string Email);
        public record NewUser(string Email, int Age = 18);
        public enum Color { Red, Green }
        public interface IClock { DateTime Now { get; } }
        public class Mailer;
        """;

    [Theory]
    [InlineData("""app.Get("/", () => new User(Guid.Empty, "a"));""")]
    [InlineData("""app.Get("/", () => "hello");""")]
    [InlineData("""app.Get("/", () => (string?)null);""")]
    [InlineData("""app.Get("/", () => { });""")]
    [InlineData("""app.Get("/", () => Response.Ok());""")]
    [InlineData("""app.Get("/", () => new Problem(404));""")]
    [InlineData("""app.Get("/", () => (Response?)null);""")]
    [InlineData("""app.Get("/", async () => { await Task.Yield(); });""")]
    [InlineData("""app.Get("/", async () => { await Task.Yield(); return "x"; });""")]
    [InlineData("""app.Get("/", async Task<string?> () => { await Task.Yield(); return null; });""")]
    [InlineData("""app.Get("/", async ValueTask<User?> () => { await Task.Yield(); return null; });""")]
    [InlineData("""app.Get("/", async () => { await Task.Yield(); return Response.Ok(); });""")]
    [InlineData("""app.Get("/", async Task<Problem> () => { await Task.Yield(); return new Problem(404); });""")]
    [InlineData("""app.Get("/", async Task<Problem?> () => { await Task.Yield(); return null; });""")]
    [InlineData("""app.Get("/", ValueTask () => default);""")]
    [InlineData("""app.Get("/", () => 5);""")]
    [InlineData("""app.Get("/", () => (int?)5);""")]
    [InlineData("""app.Get("/", () => new List<User?>());""")]
    [InlineData("""app.Get("/{id}", (int id) => id);""")]
    [InlineData("""app.Get("/{Id:int}", (int? id) => "x");""")]
    [InlineData("""app.Get("/{id}/{*rest}", (Guid id, string rest) => rest);""")]
    [InlineData("""app.Get("/", (int page, int? size, string? q, string sort) => "x");""")]
    [InlineData("""app.Get("/", (int page = 1, string sort = "na\"me", Color color = Color.Green, decimal d = 1.5m, bool b = true, CancellationToken c = default) => "x");""")]
    [InlineData("""app.Get("/", (Color color, Color? other, DateTime at, DateTimeOffset? to, DateOnly day, TimeOnly time, TimeSpan span, bool b, double d, float f, decimal m) => "x");""")]
    [InlineData("""app.Get("/", (int[] ids, List<string> tags, IReadOnlyList<Guid>? more, IEnumerable<Color> colors, List<int>? maybe) => "x");""")]
    [InlineData("""app.Get("/", (List<int>? a, List<string>? values, List<Guid>? b = null) => "x");""")]
    [InlineData("""app.Get("/", (Request request, CancellationToken cancel, IClock clock, Mailer? mailer, IServiceProvider services, TimeProvider time) => "x");""")]
    [InlineData("""app.Get("/", ([Header("If-Match")] string? tag, [Query("q")] string text, [Service] User user, [Header("X-N")] int[] n) => "x");""")]
    [InlineData("""app.Post("/", (NewUser user) => user);""")]
    [InlineData("""app.Post("/{id}", async (Guid id, NewUser? user, IClock clock) => { await Task.Yield(); return user; });""")]
    [InlineData("""app.Put("/", (List<NewUser> users) => users.Count);""")]
    [InlineData("""app.Patch("/", (Dictionary<string, System.Text.Json.JsonElement> changes) => "x");""")]
    [InlineData("""app.Delete("/{id}", (int id) => { });""")]
    [InlineData("""app.Delete("/", ([Body] NewUser user) => { });""")]
    [InlineData("""app.Map("PURGE", "/{key}", (string key, NewUser user) => "x");""")]
    [InlineData("""app.Group("/t/{tenant}").Get("/", (string tenant, int page) => tenant);""")]
    [InlineData("""string pattern = Console.ReadLine()!; app.Get(pattern, (int id) => id);""")]
    [InlineData("""app.Get("/", (int request, string errors, int @class, int typed) => "x");""")]
    [InlineData("""app.Get("/", Work.Now);""")]
    [InlineData("""app.Get("/", Work.Later);""")]
    [InlineData("""app.Get("/", new Work().Mine);""")]
    [InlineData("""app.Get("/", Local); static string Local(int a, string b = "x") => b;""")]
    [InlineData("""app.Get("/", (Func<int, string>)(n => "x"));""")]
    [InlineData("""app.Get(handler: () => "x", pattern: "/");""")]
    [InlineData("""app.Get("/", (System.Net.IPAddress ip, Version version) => "x");""")]
    public void A_typed_handler_is_bound(string statement)
    {
        Generated generated = Generated.FromRoutes(statement, Types + "public class Work { public static string Now() => \"x\"; public static Task<User> Later(Guid id) => null!; public User Mine() => null!; }").Compiles();
        Assert.Contains("[InterceptsLocation(1, ", generated.Endpoints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""app.Get("/", r => Response.Ok(1));""")]
    [InlineData("""app.Get("/", async r => { await Task.Yield(); return Response.Ok(); });""")]
    [InlineData("""app.Get("/", (Request r) => Response.Ok());""")]
    [InlineData("""app.Get("/", r => new Problem(404));""")]
    [InlineData("""app.Get("/", Answer); static ValueTask<Response> Answer(Request r) => Response.Ok();""")]
    [InlineData("""app.Get("/", r => throw new NotSupportedException());""")]
    [InlineData("""Handler h = r => Response.Ok(); app.Map("GET", "/", h);""")]
    public void A_raw_handler_is_left_alone(string statement) => Assert.Equal("", Generated.FromRoutes(statement).Compiles().Endpoints);

    [Fact]
    public void This_very_program_is_bound()
    {
        // Without the interceptor the call throws.
        Assert.Equal("/points/{x}", Backend.Create([]).Group("/points").Get("/{x}", (int x, int y = 2) => new Shapes.Point(x, y)).Pattern);
        Assert.NotNull(JsonTypes.For<Shapes.Point>());
    }

    [Fact]
    public void Types_named_like_Galleys_own_do_not_confuse_generated_code() => Generated.FromRoutes(
        """
        app.Get("/{id}", (Guid id, int[] n, [Header("x")] string? h) => new Json.Input(id));
        app.Post("/", (Text text) => new Answer(new Request(1), new System2.List(2), "x"));
        """,
        """
        public record Text(int A);
        public record Request(int B);
        public record Answer(Request Request, System2.List List, string @class) { public string? Equals2 { get; init; } public string? @string { get; init; } }
        namespace Json { public record Input(Guid Id); }
        namespace System2 { public record List(int C); public record JsonTypeInfo(int D); }
        """).Compiles();

    [Theory]
    [InlineData("public record Page<T>(T[] Items) where T : class, IItem, new() { public required int Total { get; init; } public string Note { get; init; } = \"\"; } public interface IItem; public class Item : IItem { public int X { get; init; } = 3; }", "Page<Item>")]
    [InlineData("public class Outer<T> { public class Inner { public T? Value { get; init; } } }", "Outer<int>.Inner")]
    [InlineData("public class Pairs<TKey, TValue> : Dictionary<TKey, TValue> where TKey : notnull; public record Shape(Pairs<string, int[]> Map, Dictionary<string, Shape?>? More);", "Shape")]
    [InlineData("public abstract class Entity<T> { public required T Id { get; init; } public DateTime Made { get; init; } } public class User : Entity<Guid> { public string? Email { get; init; } }", "User")]
    [InlineData("public struct S { public S() { } public required int A { get; init; } public int B { get; init; } = 2; }", "S")]
    [InlineData("public record R([property: System.Text.Json.Serialization.JsonPropertyName(\"a b\\\"c\")] string A, [property: Obsolete] int B, nint? C = null) { [Obsolete(\"x\")] public int D { get; set; } }", "R", "C")]
    public void Unusual_types_are_read_and_written(string types, string type, string? refused = null)
    {
        Generated generated = Generated.FromRoutes($"app.Post(\"/\", ([Body] {type} body) => body);", types);
        if (refused is null) generated.Compiles();
        else Assert.Contains("R." + refused, Assert.Single(generated.Found.DistinctBy(f => f.GetMessage()[..8])).GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_that_bind_alike_share_one_method()
    {
        string code = Generated.FromRoutes("""app.Get("/a", () => "a"); app.Get("/b", () => "b"); app.Get("/{n}", (int n) => "b");""").Compiles().Endpoints;
        Assert.Equal(2, code.Split("internal static Route").Length - 1);
        Assert.Equal(3, code.Split("[InterceptsLocation(").Length - 1);
    }

    [Theory]
    [InlineData("(Page<string> body) => \"x\"", true, 1)]
    [InlineData("(Page<string?> body) => \"x\"", false, 0)]
    [InlineData("(Page<string> body) => new Page<string?>(null, [])", true, 1)]
    [InlineData("(Pages body) => \"x\"", false, 0)]
    public void One_type_with_several_annotations_is_read_leniently(string handler, bool isStrict, int elements)
    {
        string json = Generated.FromRoutes($"app.Post(\"/\", {handler});",
            "public record Page<T>(T First, T[] Rest); public record Pages(Page<string> A, Page<string?> B);").Compiles().Json;
        string of = json[json.IndexOf("JsonPropertyInfo[] Page", StringComparison.Ordinal)..];
        of = of[..of.IndexOf("return members;", StringComparison.Ordinal)];
        Assert.Equal(isStrict, of.Contains("members[0].IsSetNullable = false", StringComparison.Ordinal));
        Assert.Equal(elements == 1, of.Contains("Elements.Mark(members[1], 1)", StringComparison.Ordinal));
    }

    [Fact]
    public void What_says_nothing_about_null_is_lenient()
    {
        string json = Generated.FromRoutes("app.Post(\"/\", (Old body) => \"x\");",
            "#nullable disable\npublic record Old(string Name, List<string> Words) { public string[] More { get; init; } }\n#nullable restore").Compiles().Json;
        Assert.DoesNotContain("IsSetNullable = false", json, StringComparison.Ordinal);
        Assert.DoesNotContain("IsNullable = false", json, StringComparison.Ordinal);
        Assert.DoesNotContain("Elements.", json, StringComparison.Ordinal);
    }
}
