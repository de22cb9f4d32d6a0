// What one pattern matches, and the values it takes out of the path.

namespace Galley.Routing.Tests;

public class Patterns_match_paths
{
    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/users", "/users", "")]
    [InlineData("/users/", "/users/", "")]
    [InlineData("/café/☕", "/café/☕", "")]
    [InlineData("/users/{id}", "/users/5", " id=5")]
    [InlineData("/users/{id}", "/users/ü x", " id=ü x")]
    [InlineData("/users/{id}/", "/users/5/", " id=5")]
    [InlineData("/{a}/{b}/{c}", "/1/2/3", " a=1 b=2 c=3")]
    [InlineData("/{a}", "/a%2Fb", " a=a%2Fb")]
    [InlineData("/v{version:int}/x", "/v12/x", " version=12")]
    [InlineData("/files/{name}.json", "/files/a.b.json", " name=a.b")]
    [InlineData("/a-{x}-b", "/a---b", " x=-")]
    [InlineData("/{{id}}", "/{id}", "")]
    [InlineData("/{{{id}}}", "/{5}", " id=5")]
    [InlineData("/a%2Fb", "/a%2Fb", "")]
    [InlineData("/files/{*rest}", "/files/", " rest=")]
    [InlineData("/files/{*rest}", "/files/a", " rest=a")]
    [InlineData("/files/{*rest}", "/files/a//b/", " rest=a//b/")]
    [InlineData("/{*rest}", "/", " rest=")]
    [InlineData("/{a}/{*rest}", "/1/2/3", " a=1 rest=2/3")]
    [InlineData("/users/{id?}", "/users", "")]
    [InlineData("/users/{id?}", "/users/5", " id=5")]
    [InlineData("/users/{id:int?}", "/users/5", " id=5")]
    [InlineData("/{page?}", "/", "")]
    [InlineData("/{page?}", "/2", " page=2")]
    [InlineData("/{a}/{b?}", "/1", " a=1")]
    [InlineData("/{a}/{b?}", "/1/2", " a=1 b=2")]
    public void A_pattern_matches_and_takes_its_values(string pattern, string path, string values) =>
        Assert.Equal($"GET {pattern}{values}", Routing.Table($"GET {pattern}").Ask($"GET {path}"));

    [Theory]
    [InlineData("/", "")]
    [InlineData("/", "//")]
    [InlineData("/", "*")]
    [InlineData("/users", "/Users")]
    [InlineData("/users", "/users/")]
    [InlineData("/users", "/user")]
    [InlineData("/users", "/userss")]
    [InlineData("/users/", "/users")]
    [InlineData("/users/{id}", "/users/")]
    [InlineData("/users/{id}", "/users")]
    [InlineData("/users/{id}", "/users/5/")]
    [InlineData("/users/{id}", "/users/5/x")]
    [InlineData("/users/{id}/x", "/users//x")]
    [InlineData("/v{version:int}", "/v")]
    [InlineData("/v{version:int}", "/vx")]
    [InlineData("/files/{name}.json", "/files/.json")]
    [InlineData("/files/{name}.json", "/files/a.xml")]
    [InlineData("/ab{x}bc", "/abc")]
    [InlineData("/files/{*rest}", "/files")]
    [InlineData("/users/{id?}", "/users/")]
    [InlineData("/users/{id:int?}", "/users/x")]
    [InlineData("/a%2Fb", "/a/b")]
    public void A_pattern_does_not_match(string pattern, string path) =>
        Assert.Equal("404", Routing.Table($"GET {pattern}").Ask($"GET {path}"));

    [Fact]
    public void A_table_without_routes_finds_nothing()
    {
        Assert.Equal("404", Routing.Table().Ask("GET /"));
        Assert.Equal("404", Routing.Table().Ask("GET "));
        Assert.Equal("OPTIONS OPTIONS", Routing.Table().Ask("OPTIONS *"));
    }

    [Fact]
    public void Too_few_slices_are_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => Routing.Table("GET /{a}/{b}").Match("GET"u8, "/x"u8, new RouteSlice[1]));
}
