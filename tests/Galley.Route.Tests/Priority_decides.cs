// Which of several matching routes answers, and that a dead end falls back to the next one.

namespace Galley.Routing.Tests;

public class Priority_decides
{
    [Theory]
    [InlineData("/users/me", "/users/me")]
    [InlineData("/users/12", "/users/{id:int}")]
    [InlineData("/users/abc", "/users/{code:length(3)}")]
    [InlineData("/users/abcd", "/users/{name}")]
    [InlineData("/users/v2", "/users/v{version}")]
    [InlineData("/users/me.json", "/users/{file}.json")]
    [InlineData("/users/v2.json", "/users/v{version}")]
    [InlineData("/users/a/b", "/users/{*rest}")]
    [InlineData("/users/", "/users/{*rest}")]
    public void Literal_then_type_then_shape_then_parameter_then_catch_all(string path, string pattern)
    {
        string[] routes = ["GET /users/{*rest}", "GET /users/{name}", "GET /users/{code:length(3)}", "GET /users/{id:int}",
            "GET /users/{file}.json", "GET /users/v{version}", "GET /users/me"];
        Assert.StartsWith($"GET {pattern}", Routing.Table(routes).Ask($"GET {path}"), StringComparison.Ordinal);
        Assert.StartsWith($"GET {pattern}", Routing.Table([.. routes.Reverse()]).Ask($"GET {path}"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_segment_that_differs_decides() =>
        Assert.Equal("GET /a/{x} x=b", Routing.Table("GET /a/{x}", "GET /{y}/b").Ask("GET /a/b"));

    [Fact]
    public void A_dead_end_falls_back_to_the_next_in_priority()
    {
        var table = Routing.Table("GET /a/b/c", "GET /a/{x}/d", "GET /{y}/b/e", "GET /{y:length(1)}/b/{z}/f", "GET /{*rest}");
        Assert.Equal("GET /a/b/c", table.Ask("GET /a/b/c"));
        Assert.Equal("GET /a/{x}/d x=b", table.Ask("GET /a/b/d"));
        Assert.Equal("GET /{y}/b/e y=a", table.Ask("GET /a/b/e"));
        Assert.Equal("GET /{y:length(1)}/b/{z}/f y=a z=q", table.Ask("GET /a/b/q/f"));
        Assert.Equal("GET /{*rest} rest=a/b/x", table.Ask("GET /a/b/x"));
    }

    [Fact]
    public void A_literal_that_begins_like_another_is_no_trap()
    {
        var table = Routing.Table("GET /abc/d", "GET /ab{x}/e", "GET /a{y}", "GET /abcd", "GET /{z}/e");
        Assert.Equal("GET /ab{x}/e x=c", table.Ask("GET /abc/e"));
        Assert.Equal("GET /a{y} y=bc", table.Ask("GET /abc"));
        Assert.Equal("GET /{z}/e z=ab", table.Ask("GET /ab/e"));
    }

    [Fact]
    public void A_longer_suffix_comes_first() =>
        Assert.Equal("GET /{x}.tar.gz x=a", Routing.Table("GET /{y}.gz", "GET /{x}.tar.gz").Ask("GET /a.tar.gz"));

    [Fact]
    public void Parameters_of_the_same_place_may_have_different_names()
    {
        var table = Routing.Table("GET /users/{id}", "PUT /users/{name}", "GET /users/{user}/posts");
        Assert.Equal("GET /users/{id} id=5", table.Ask("GET /users/5"));
        Assert.Equal("PUT /users/{name} name=5", table.Ask("PUT /users/5"));
        Assert.Equal("GET /users/{user}/posts user=5", table.Ask("GET /users/5/posts"));
    }
}
