// What cannot be bound is a compile error at the right place that says why and what to do.

namespace Galley.Generator.Tests;

public class FindingTests
{
    private const string Types = """
        public record User(Guid Id);
        public record Nested(User User);
        public record Other2(Guid Id);
        public class Two { public Two(int a) { } public Two(int a, int b) { } }
        public class Kept { public int Size { get; init; } = 4; }
        public record Marked([Service] User Mailer);
        namespace Microsoft.AspNetCore.Mvc { public class FromQueryAttribute : Attribute; public class FromBodyAttribute : Attribute; }
        namespace Microsoft.AspNetCore.Http { public class AsParametersAttribute : Attribute; public class HttpContext; public interface IFormFile; public interface IResult; }
        public struct Raw;
        public record Callback(Action Action);
        public class Extended { [System.Text.Json.Serialization.JsonExtensionData] public System.Text.Json.Nodes.JsonObject? Rest { get; set; } }
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
    [InlineData("""app.Get("/", ([Query] Nested user) => "x");""", "GALLEY002", "[Query] Nested user", "'User'", "text")]
    [InlineData("""app.Get("/", ([Query("x")] User user) => "x");""", "GALLEY002", "[Query(\"x\")] User user", "names of its members")]
    [InlineData("""app.Get("/", ([Query] Two two) => "x");""", "GALLEY002", "[Query] Two two", "single public constructor")]
    [InlineData("""app.Get("/", ([Query] Kept kept) => "x");""", "GALLEY002", "[Query] Kept kept", "'Size'", "set")]
    [InlineData("""app.Get("/", (Marked marked) => "x");""", "GALLEY002", "Marked marked", "'Mailer'", "parameter of its own")]
    [InlineData("""app.Get("/", ([Header("x")] User user) => "x");""", "GALLEY002", "[Header(\"x\")] User user", "header field")]
    [InlineData("""app.Get("/", ([Cookie] int[] ids) => "x");""", "GALLEY002", "[Cookie] int[] ids", "one text")]
    [InlineData("""app.Post("/", ([Form] Nested user) => "x");""", "GALLEY002", "[Form] Nested user", "'User'", "FormFile")]
    [InlineData("""app.Post("/", ([Form] Dictionary<string, int> map) => "x");""", "GALLEY002", "[Form] Dictionary<string, int> map", "field of a form")]
    [InlineData("""app.Post("/", (Form form, [Form] int a) => "x");""", "GALLEY002", "Form form", "part by part")]
    [InlineData("""app.Post("/", (System.IO.Stream body) => "x");""", "GALLEY002", "System.IO.Stream body", "RequestBody")]
    [InlineData("""app.Post("/", (System.IO.Pipelines.PipeReader body) => "x");""", "GALLEY002", "System.IO.Pipelines.PipeReader body", "RequestBody")]
    [InlineData("""app.Get("/", (Microsoft.AspNetCore.Http.HttpContext context) => "x");""", "GALLEY002", "Microsoft.AspNetCore.Http.HttpContext context", "Request")]
    [InlineData("""app.Post("/", (Microsoft.AspNetCore.Http.IFormFile file) => "x");""", "GALLEY002", "Microsoft.AspNetCore.Http.IFormFile file", "FormFile")]
    [InlineData("""app.Get("/", (object thing) => "x");""", "GALLEY002", "object thing", "Request")]
    [InlineData("""app.Get("/", (ref int n) => "x");""", "GALLEY003", "ref int n", "by value")]
    [InlineData("""app.Post("/", (User a, User b) => "x");""", "GALLEY004", "User b", "'a'", "'b'")]
    [InlineData("""app.Get("/", (Nested user) => "x");""", "GALLEY005", "Nested user", "'User'", "[Service]")]
    [InlineData("""app.Delete("/", (List<User> users) => "x");""", "GALLEY005", "List<User> users", "DELETE")]
    [InlineData("""app.Map("HEAD", "/", (Nested user) => "x");""", "GALLEY005", "Nested user", "HEAD")]
    [InlineData("""app.Get("/", (FormFile file) => "x");""", "GALLEY005", "FormFile file", "GET")]
    [InlineData("""app.Delete("/", ([Form] int a) => "x");""", "GALLEY005", "[Form] int a", "DELETE")]
    [InlineData("""app.Post("/", (User user, [Form] int a) => "x");""", "GALLEY004", "[Form] int a", "'user'", "'a'")]
    [InlineData("""app.Post("/", (User user, RequestBody raw) => "x");""", "GALLEY004", "RequestBody raw", "'user'", "'raw'")]
    [InlineData("""app.Post("/", (RequestBody raw, FormFile file) => "x");""", "GALLEY004", "RequestBody raw", "'file'", "'raw'")]
    [InlineData("""app.Post("/", (FormFile a, FormFile b) => "x");""", "GALLEY014", "FormFile b", "'a'", "IAsyncEnumerable<FormFile>")]
    [InlineData("""app.Get("/", ([Microsoft.AspNetCore.Mvc.FromQuery] int a) => "x");""", "GALLEY013", "[Microsoft.AspNetCore.Mvc.FromQuery] int a", "[FromQuery]", "[Query]")]
    [InlineData("""app.Post("/", ([Microsoft.AspNetCore.Mvc.FromBody] User a) => "x");""", "GALLEY013", "[Microsoft.AspNetCore.Mvc.FromBody] User a", "[Body]")]
    [InlineData("""app.Get("/", ([Microsoft.AspNetCore.Http.AsParameters] User a) => "x");""", "GALLEY013", "[Microsoft.AspNetCore.Http.AsParameters] User a", "[Query]")]
    [InlineData("""app.Get("/", ([Microsoft.Extensions.DependencyInjection.FromKeyedServices("a")] IDisposable a) => "x");""", "GALLEY013",
        """[Microsoft.Extensions.DependencyInjection.FromKeyedServices("a")] IDisposable a""", "IServiceProvider")]
    [InlineData("""app.Get("/", (int _) => "x");""", "GALLEY002", "int _", "name")]
    [InlineData("""app.Get("/{id:int}", (Guid id) => "x");""", "GALLEY006", "Guid id", "{id:int}", "Guid")]
    [InlineData("""app.Group("/{id:int}").Get("/", (Guid id) => "x");""", "GALLEY006", "Guid id", "{id:int}")]
    [InlineData("""app.Get("/{id:int}", (Other2 other) => "x");""", "GALLEY006", "Other2 other", "{id:int}")]
    [InlineData("""app.Get("/{id:guid}", (int? id) => "x");""", "GALLEY006", "int? id", "{id:guid}")]
    [InlineData("""app.Get("/", () => new { A = 1 });""", "GALLEY007", "() => new { A = 1 }", "record")]
    [InlineData("""app.Get("/", () => (object)1);""", "GALLEY007", "() => (object)1", "object")]
    [InlineData("""app.Get("/", () => System.IO.Stream.Null);""", "GALLEY007", "() => System.IO.Stream.Null", "Response.Stream")]
    [InlineData("""app.Get("/", () => new byte[1]);""", "GALLEY007", "() => new byte[1]", "Response.Bytes")]
    [InlineData("""app.Get("/", () => Task.FromResult(new ReadOnlyMemory<byte>()));""", "GALLEY007", "() => Task.FromResult(new ReadOnlyMemory<byte>())", "Response.Bytes")]
    [InlineData("""app.Get("/", async void () => await Task.Yield());""", "GALLEY007", "async void () => await Task.Yield()", "Return Task")]
    [InlineData("""app.Get("/", r => Response.Ok(Task.FromResult(1)));""", "GALLEY008", "Task.FromResult(1)", "Await it")]
    [InlineData("""app.Get("/", () => (Response<Response>)Response.Ok());""", "GALLEY007", "() => (Response<Response>)Response.Ok()", "inner one")]
    [InlineData("""app.Get("/", IAsyncEnumerable<object> () => null!);""", "GALLEY007", "IAsyncEnumerable<object> () => null!", "object")]
    [InlineData("""app.Get("/", Microsoft.AspNetCore.Http.IResult () => null!);""", "GALLEY007", "Microsoft.AspNetCore.Http.IResult () => null!", "Response<T>")]
    [InlineData("""app.Get("/", Response<Callback> () => new Callback(() => { }));""", "GALLEY008", "Response<Callback> () => new Callback(() => { })", "Callback.Action")]
    [InlineData("""app.Get("/", () => (1, 2));""", "GALLEY008", "() => (1, 2)", "record")]
    [InlineData("""app.Get("/", () => new Callback(() => { }));""", "GALLEY008", "() => new Callback(() => { })", "Callback.Action")]
    [InlineData("""app.Get("/", r => Response.Ok(new { A = 1 }));""", "GALLEY008", "new { A = 1 }", "record")]
    [InlineData("""app.Get("/", r => Response.Ok(new List<List<Type>>()));""", "GALLEY008", "new List<List<Type>>()", "List<List<Type>>[][]")]
    [InlineData("""app.Post("/", ([Body] IDisposable body) => "x");""", "GALLEY008", """([Body] IDisposable body) => "x" """, "read from")]
    [InlineData("""app.Get("/", () => new Extended());""", "GALLEY008", "() => new Extended()", "Dictionary<string, JsonElement>", "'Rest'")]
    [InlineData("""app.Post("/", ([Body] IReadOnlySet<int> body) => "x");""", "GALLEY008", """([Body] IReadOnlySet<int> body) => "x" """, "read from", "HashSet")]
    [InlineData("""app.Post("/", ([Body] System.Collections.Frozen.FrozenSet<int> body) => "x");""", "GALLEY008", """([Body] System.Collections.Frozen.FrozenSet<int> body) => "x" """, "read from")]
    [InlineData("""app.Post("/", ([Body] System.Collections.Concurrent.ConcurrentBag<int> body) => "x");""", "GALLEY008", """([Body] System.Collections.Concurrent.ConcurrentBag<int> body) => "x" """, "added")]
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
    public void A_type_that_the_program_registers_is_left_to_it()
    {
        Generated generated = Generated.FromRoutes("""
            JsonTypes.Register<Callback>(options => throw new NotSupportedException());
            app.Get("/", () => new Holder(new Callback(() => { }), 1));
            app.Post("/", ([Body] Callback body) => "x");
            """, Types.Replace("() => new Hidden(1)", "() => 1", StringComparison.Ordinal) + "public record Holder(Callback Callback, int Count);").Compiles();
        Assert.DoesNotContain("Register<global::Callback>", generated.Json, StringComparison.Ordinal);
        Assert.Contains("JsonSerializer.Serialize(writer, value.Callback, global::Galley.JsonTypes.For<global::Callback>());", generated.Json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_of_a_registered_context_is_left_to_it()
    {
        const string context = """
            [System.Text.Json.Serialization.JsonSerializable(typeof(Callback))]
            [System.Text.Json.Serialization.JsonSerializable(typeof(System.Numerics.BigInteger))]
            public partial class AppJson : System.Text.Json.Serialization.JsonSerializerContext;
            """;
        string types = Types.Replace("() => new Hidden(1)", "() => 1", StringComparison.Ordinal);
        // System.Text.Json's generator does not run here, so the program itself does not compile.
        const string routes = """app.Get("/", () => new Callback(() => { })); app.Post("/", ([Body] System.Numerics.BigInteger body) => "x");""";
        Assert.Empty(Generated.FromRoutes("JsonTypes.Register(AppJson.Default);" + routes, types + context).Found);
        Assert.Equal(["GALLEY008", "GALLEY008"], Generated.FromRoutes(routes, types + context).Found.Select(f => f.Id));
    }

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
    public void An_attribute_of_the_program_may_be_called_like_a_foreign_one() =>
        Generated.FromRoutes("""app.Get("/", ([Mine.FromQuery] int a) => "x");""", "namespace Mine { public class FromQueryAttribute : Attribute; }").Compiles();

    [Theory]
    [InlineData("""app.Get("/", ([FromQuery] int a) => "x");""", "GALLEY013", "[Query]")]
    [InlineData("""app.Get("/", (HttpContext context) => "x");""", "GALLEY002", "Take the Request")]
    [InlineData("""app.Post("/", (IFormFile file) => "x");""", "GALLEY002", "FormFile")]
    public void What_does_not_exist_here_but_elsewhere_is_explained(string statement, string id, string word)
    {
        Generated generated = Generated.FromRoutes(statement);
        Microsoft.CodeAnalysis.Diagnostic finding = Assert.Single(generated.Found);
        Assert.Equal(id, finding.Id);
        Assert.Contains(word, finding.GetMessage(), StringComparison.Ordinal);
        Assert.Contains(generated.Errors, error => error.Id == "CS0246");
    }

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
    [InlineData("""app.Post("/", ([Body] List<Missing> m, Absent<int> r) => Response.Ok(m));""")]
    [InlineData("""app.Get("/", Overloaded); static int Overloaded() => 1; static int Overloaded(int n) => 1;""")]
    [InlineData("""app.Get(5, () => 1); Response.Ok(); Response.Ok<>(1); Response.Ok<Missing>(null); JsonTypes.For<List<Missing>>();""")]
    [InlineData("""app.Get("/", (params int[] ids) => 1); app.Get("/{", (int id) => 1); app.Get("/}{", (int id) => 1);""")]
    [InlineData("""Response.Ok(new Self()); class Self : List<Self> { public Self? Inner { get; set; } } class Loop : Loop { } record Deep(Deep2<Deep2<Deep>> D); record Deep2<T>(T A);""")]
    public void Code_that_does_not_compile_is_the_compilers_business(string statement) => Assert.Empty(Generated.FromRoutes(statement).Found);
}
