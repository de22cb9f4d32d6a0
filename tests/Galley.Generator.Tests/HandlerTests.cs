// Handlers of every shape that C# has for a delegate, declared in every way a program calls Get, Post, Put, Patch, Delete and Map.

namespace Galley.Generator.Tests;

public class HandlerTests
{
    private const string Types = """
        public record User(Guid Id, string Email);
        public record NewUser(string Email, int Age = 18);
        public enum Color { Red, Green }
        public class Work
        {
            private readonly int _n = 1;
            public static string Now() => "x";
            public static Task<User> LaterAsync(Guid id) => null!;
            public User Mine(Guid id) => new(id, _n.ToString());
            public static T Same<T>(T id) => id;
            public static List<T> Many<T>(T[] id, int page = 1) => [.. id];
            public static string Two(int n) => "int";
            public static string Two(string n, int m) => "string";
            public static string Defaults(int page = 1, string? sort = null, Color color = Color.Green, params int[] ids) => "x";
        }
        public static class More { public static string Extended(this Work work, int n) => "x"; }
        public class Noted : Attribute;
        """;

    [Theory]
    [InlineData("""app.Get("/", (int page = 1, string sort = "a") => sort);""")]
    [InlineData("""app.Get("/", (int page, params int[] ids) => page);""")]
    [InlineData("""app.Get("/", (params int[] ids) => ids.Length);""")]
    [InlineData("""app.Get("/", (params List<string> tags) => tags.Count);""")]
    [InlineData("""app.Get("/", (params IEnumerable<Color> tags) => tags.Count());""")]
    [InlineData("""app.Get("/", static (int page) => page);""")]
    [InlineData("""app.Get("/", static async (int page) => { await Task.Yield(); return page; });""")]
    [InlineData("""app.Get("/", [Noted] (int page) => page);""")]
    [InlineData("""app.Get("/", [return: Noted] (int page) => page);""")]
    [InlineData("""app.Get("/", [Noted, Obsolete] static ([Noted, Query("p")] int page = 3) => page);""")]
    [InlineData("""app.Get("/", User? (Guid id) => null);""")]
    [InlineData("""app.Get("/", async Task<User?> (Guid id) => { await Task.Yield(); return null; });""")]
    [InlineData("""app.Get("/", async ValueTask<Dictionary<string, List<User?>>?> () => { await Task.Yield(); return null; });""")]
    [InlineData("""app.Get("/", Task<IReadOnlyList<KeyValuePair<string, User?>>> () => null!);""")]
    [InlineData("""app.Get("/", async (CancellationToken cancel) => await Task.Delay(1, cancel));""")]
    [InlineData("""app.Get("/", ValueTask<string> () => new("x"));""")]
    [InlineData("""app.Get("/", Work.Now);""")]
    [InlineData("""app.Get("/", Work.LaterAsync);""")]
    [InlineData("""app.Get("/", new Work().Mine);""")]
    [InlineData("""app.Get("/", new Work().Extended);""")]
    [InlineData("""app.Get("/", Work.Same<int>);""")]
    [InlineData("""app.Get("/", Work.Same<string?>);""")]
    [InlineData("""app.Get("/", Work.Many<Guid>);""")]
    [InlineData("""app.Get("/", (Func<int, string>)Work.Two);""")]
    [InlineData("""app.Get("/", new Func<int, string>(Work.Two));""")]
    [InlineData("""app.Get("/", (Delegate)Work.Now);""")]
    [InlineData("""app.Get("/", Work.Defaults);""")]
    [InlineData("""app.Get("/", Local); static string Local(int a, string b = "x") => b;""")]
    [InlineData("""app.Get("/", Local<int>); static List<T> Local<T>(T a) where T : struct => [a];""")]
    [InlineData("""int n = 1; app.Get("/", Local); string Local(int a) => (a + n).ToString();""")]
    [InlineData("""int n = 1; app.Get("/", (int a) => a + n);""")]
    [InlineData("""app.Get("/", delegate (int a) { return a; });""")]
    [InlineData("""app.Get("/", ((int a) => (a)));""")]
    [InlineData("""Backend? maybe = app; maybe?.Get("/", (int a) => a); maybe?.Map("PATCH", "/", (NewUser a) => a);""", 2)]
    [InlineData("""maybe?.Group("/x")?.Get("/", (int a) => a); """, 1, "Backend? maybe = app;")]
    [InlineData("""app!.Get("/", (int a) => a);""")]
    [InlineData("""app.Get(handler: (int a) => a, pattern: "/");""")]
    [InlineData("""app.Map(handler: (NewUser a) => a, method: "PATCH", pattern: "/");""")]
    [InlineData("""const string at = "/" + "{id}"; app.Get(at, (int id) => id);""")]
    [InlineData("""app.Get($"/{Environment.MachineName}/{{id}}", (int id) => id);""")]
    [InlineData("""app.Get("/", (int a) => a).WithDeadline(TimeSpan.FromSeconds(1)).Use((request, next) => next(request));""")]
    [InlineData("""Routes all = app; all.Get("/", (int a) => a);""")]
    [InlineData("""var group = app.Group("/g"); group.Get("/", (int a) => a); group.Post("/", (NewUser a) => a); group.Put("/", (NewUser a) => a); group.Patch("/", (NewUser a) => a); group.Delete("/", (int a) => a); group.Map("PURGE", "/", (int a) => a);""", 6)]
    [InlineData("""app.Get("/", (int a) => a); app.Post("/", (NewUser a) => a); app.Put("/", (NewUser a) => a); app.Patch("/", (NewUser a) => a); app.Delete("/", (int a) => a); app.Map("PURGE", "/", (int a) => a);""", 6)]
    [InlineData("""foreach (string at in new[] { "/a", "/b" }) app.Get(at, (int id) => id);""")]
    [InlineData("""Add(app.Group("/g"), "/{id}"); static void Add(Routes routes, string at) => routes.Get(at, (int id) => id);""")]
    [InlineData("""app.Get("/", (nint a, ushort b, char c, Half d, Int128 e, Uri? f) => 1);""")]
    [InlineData("""app.Get("/a\u2028b\u0085c\nd", (int id) => id);""")]
    public void It_is_bound(string statements, int calls = 1, string before = "")
    {
        Generated generated = Generated.FromRoutes(before + statements, Types).Compiles();
        Assert.Equal(calls, generated.Endpoints.Split("[InterceptsLocation(").Length - 1);
    }

    [Fact]
    public void A_group_in_a_field_is_bound() => Assert.Equal(2, Generated.From("""
        using Galley;
        public class Users(Backend app)
        {
            private readonly Routes _users = app.Group("/users/{tenant}");
            public void Declare()
            {
                _users.Get("/", (string tenant) => tenant);
                this._users.Post("/{id}", Add);
            }
            private string Add(Guid id, [Query] int page) => "x";
            public static void Main() { }
        }
        """).Compiles().Endpoints.Split("[InterceptsLocation(").Length - 1);

    [Fact]
    public void Nothing_in_the_context_of_a_handler_is_needed_to_bind_it() => Assert.Equal(1, Generated.From("""
        using Galley;
        namespace App.Inner
        {
            internal partial class Outer<T> where T : class
            {
                internal class Nested { public static void Map(Routes routes) => routes.Get("/", (Kind kind) => kind.ToString()); }
            }
            internal enum Kind { A }
            internal static class Program { public static void Main() { } }
        }
        """).Compiles().Endpoints.Split("[InterceptsLocation(").Length - 1);
}
