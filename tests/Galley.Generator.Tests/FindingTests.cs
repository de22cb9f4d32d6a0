// What cannot be bound is a compile error at the right place that says why and what to do.

namespace Galley.Generator.Tests;

public class FindingTests
{
    private const string Types = """
        public record User(Guid Id);
        public struct Raw;
        public record Callback(Action Action);
        public class Outer { private record Hidden(int X); public static void Map(Routes routes) => routes.Get("/hidden", () => new Hidden(1)); }
        """;

    [Theory]
    [InlineData("""Delegate d = () => 1; app.Get("/", d);""", "GALLEY001", "d", "directly")]
    [InlineData("""app.Get("/", (Raw raw) => "x");""", "GALLEY002", "Raw raw", "IUtf8SpanParsable")]
    [InlineData("""app.Get("/{user}", (User user) => "x");""", "GALLEY002", "User user", "ISpanParsable")]
    [InlineData("""app.Get("/", ([Query] User user) => "x");""", "GALLEY002", "[Query] User user", "text")]
    [InlineData("""app.Get("/", (object thing) => "x");""", "GALLEY002", "object thing", "Request")]
    [InlineData("""app.Get("/", (ref int n) => "x");""", "GALLEY003", "ref int n", "by value")]
    [InlineData("""app.Post("/", (User a, User b) => "x");""", "GALLEY004", "User b", "'a'", "'b'")]
    [InlineData("""app.Get("/", (User user) => "x");""", "GALLEY005", "User user", "[Service]")]
    [InlineData("""app.Delete("/", (User user) => "x");""", "GALLEY005", "User user", "DELETE")]
    [InlineData("""app.Map("HEAD", "/", (User user) => "x");""", "GALLEY005", "User user", "HEAD")]
    [InlineData("""app.Get("/", (int _) => "x");""", "GALLEY002", "int _", "name")]
    [InlineData("""app.Get("/{id:int}", (Guid id) => "x");""", "GALLEY006", "Guid id", "{id:int}", "Guid")]
    [InlineData("""app.Get("/{id:guid}", (int? id) => "x");""", "GALLEY006", "int? id", "{id:guid}")]
    [InlineData("""app.Get("/", () => new { A = 1 });""", "GALLEY007", "() => new { A = 1 }", "record")]
    [InlineData("""app.Get("/", () => (object)1);""", "GALLEY007", "() => (object)1", "object")]
    [InlineData("""app.Get("/", () => System.IO.Stream.Null);""", "GALLEY007", "() => System.IO.Stream.Null", "Response.Stream")]
    [InlineData("""app.Get("/", () => (1, 2));""", "GALLEY008", "() => (1, 2)", "record")]
    [InlineData("""app.Get("/", () => new Callback(() => { }));""", "GALLEY008", "() => new Callback(() => { })", "Callback.Action")]
    [InlineData("""app.Get("/", r => Response.Ok(new { A = 1 }));""", "GALLEY008", "new { A = 1 }", "record")]
    [InlineData("""app.Get("/", r => Response.Ok(new List<List<Type>>()));""", "GALLEY008", "new List<List<Type>>()", "List<List<Type>>[][]")]
    [InlineData("""app.Post("/", ([Body] IDisposable body) => "x");""", "GALLEY008", """([Body] IDisposable body) => "x" """, "read from")]
    [InlineData("""_ = Wrap(1); static Response Wrap<T>(T value) => Response.Ok(value);""", "GALLEY009", "value", "T is a type parameter")]
    public void It_is_an_error(string statement, string id, string at, params string[] words) =>
        Generated.FromRoutes(statement, Types.Replace("Outer", "Other", StringComparison.Ordinal).Replace("""() => new Hidden(1)""", "() => 1", StringComparison.Ordinal)).Reports(id, at.TrimEnd(), words);

    [Fact]
    public void A_private_type_cannot_be_named() => Generated.FromRoutes("", Types).Reports("GALLEY010", "() => new Hidden(1)", "internal");

    [Fact]
    public void A_file_local_type_cannot_be_named() =>
        Generated.FromRoutes("""app.Get("/", () => new Local(1));""", "file record Local(int X);").Reports("GALLEY010", "() => new Local(1)", "local to its file");

    [Fact]
    public void Interceptors_that_are_not_enabled_are_named()
    {
        Generated generated = Generated.From("using Galley; var app = Backend.Create(args); app.Get(\"/\", () => 1);", isEnabled: false);
        Assert.Equal("GALLEY011", Assert.Single(generated.Found).Id);
        Assert.Empty(generated.Errors);
    }

    [Fact]
    public void A_pragma_silences_an_error() => Generated.FromRoutes("""
        static Response Wrap<T>(T value) =>
        #pragma warning disable GALLEY009
            Response.Ok(value);
        #pragma warning restore GALLEY009
        Wrap(1);
        """).Compiles();

    [Fact]
    public void Code_that_does_not_compile_is_the_compilers_business() =>
        Assert.Empty(Generated.FromRoutes("""app.Get("/", (Missing m) => m); app.Get("/", () => Nowhere()); app.Get("/", x => 1);""").Found);
}
