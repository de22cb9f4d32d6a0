// What cannot be bound is a compile error at the right place that says why and what to do.

namespace Galley.Generator.Tests;

public class FindingTests
{
    private const string Types = """
        public record User(Guid Id);
        public struct Raw;
        public record Callback(Action Action);
        public record Lengthy([System.ComponentModel.DataAnnotations.StringLength(3)] int Number);
        public record Comparing { [System.ComponentModel.DataAnnotations.Compare("Nothing")] public string? A { get; init; } }
        public record Resourced { public string? B { get; init; } [System.ComponentModel.DataAnnotations.Compare("B", ErrorMessageResourceType = typeof(string), ErrorMessageResourceName = "x")] public string? A { get; init; } }
        public record Backwards([System.ComponentModel.DataAnnotations.Length(3, 2)] string A);
        public record Broken([System.ComponentModel.DataAnnotations.RegularExpression("[")] string A);
        public record Foreign([System.ComponentModel.DataAnnotations.Range(typeof(int), "1", "2")] decimal A);
        public record Trimming(string A) : IHasRules<Trimming> { public static void Declare(Rules<Trimming> rules) => rules.For(t => t.A.Trim()).Email(); }
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
    [InlineData("""app.Post("/", (Lengthy body) => "x");""", "GALLEY020", "System.ComponentModel.DataAnnotations.StringLength(3)", "'Number'", "for strings")]
    [InlineData("""app.Post("/", (Comparing body) => "x");""", "GALLEY020", "System.ComponentModel.DataAnnotations.Compare(\"Nothing\")", "no property 'Nothing'")]
    [InlineData("""app.Post("/", (Resourced body) => "x");""", "GALLEY020", "System.ComponentModel.DataAnnotations.Compare(\"B\", ErrorMessageResourceType = typeof(string), ErrorMessageResourceName = \"x\")", "Use ErrorMessage")]
    [InlineData("""app.Post("/", (Backwards body) => "x");""", "GALLEY020", "System.ComponentModel.DataAnnotations.Length(3, 2)", "at least")]
    [InlineData("""app.Post("/", (Broken body) => "x");""", "GALLEY020", "System.ComponentModel.DataAnnotations.RegularExpression(\"[\")", "not valid")]
    [InlineData("""app.Post("/", (Foreign body) => "x");""", "GALLEY020", "System.ComponentModel.DataAnnotations.Range(typeof(int), \"1\", \"2\")", "typeof(decimal)")]
    [InlineData("""app.Get("/", ([System.ComponentModel.DataAnnotations.EmailAddress] int n) => "x");""", "GALLEY020", "System.ComponentModel.DataAnnotations.EmailAddress", "for strings")]
    [InlineData("""app.Post("/", (Trimming body) => "x");""", "GALLEY021", "t => t.A.Trim()", "rules.Must")]
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

    [Theory]
    [InlineData("""app.Get("/", (Missing m) => m);""")]
    [InlineData("""app.Get("/", () => Nowhere());""")]
    [InlineData("""app.Get("/", x => 1);""")]
    [InlineData("""app.Get("/", null);""")]
    [InlineData("""app.Get("/", default);""")]
    [InlineData("""app.Get("/", );""")]
    [InlineData("""app.Get("/", () => );""")]
    [InlineData("""app.Get("/", async Missing.Task<int> () => 1);""")]
    [InlineData("""app.Get("/", (List<Missing> m) => new Missing[1]);""")]
    [InlineData("""app.Post("/", ([Body] List<Missing> m, Response<int> r) => Response.Ok(m));""")]
    [InlineData("""app.Get("/", Overloaded); static int Overloaded() => 1; static int Overloaded(int n) => 1;""")]
    [InlineData("""app.Get(5, () => 1); Response.Ok(); Response.Ok<>(1); Response.Ok<Missing>(null); JsonTypes.For<List<Missing>>();""")]
    [InlineData("""app.Get("/", (params int[] ids) => 1); app.Get("/{", (int id) => 1); app.Get("/}{", (int id) => 1);""")]
    [InlineData("""Response.Ok(new Self()); class Self : List<Self> { public Self? Inner { get; set; } } class Loop : Loop { } record Deep(Deep2<Deep2<Deep>> D); record Deep2<T>(T A);""")]
    public void Code_that_does_not_compile_is_the_compilers_business(string statement) => Assert.Empty(Generated.FromRoutes(statement).Found);
}
