// HEAD, OPTIONS, 405 and Allow (RFC 9110 sections 9.1, 9.3.2, 9.3.7, 10.2.1, 15.5.6).


namespace Galley.Routing.Tests;

public class Methods_are_answered
{
    [Theory]
    [InlineData("HEAD /a", "GET /a")]
    [InlineData("POST /a", "POST /a")]
    [InlineData("DELETE /a", "405 GET, HEAD, OPTIONS, POST")]
    [InlineData("BREW /a", "405 GET, HEAD, OPTIONS, POST")]
    [InlineData("get /a", "405 GET, HEAD, OPTIONS, POST")]
    [InlineData("OPTIONS /a", "OPTIONS GET, HEAD, OPTIONS, POST")]
    [InlineData("HEAD /p", "405 OPTIONS, POST")]
    [InlineData("OPTIONS /nowhere", "404")]
    [InlineData("BREW /nowhere", "404")]
    [InlineData("OPTIONS *", "OPTIONS DELETE, GET, HEAD, OPTIONS, POST")]
    [InlineData("GET *", "404")]
    public void A_method_is_answered(string request, string answer) =>
        Assert.Equal(answer, Routing.Table("GET /a", "POST /a", "POST /p", "DELETE /d/{x}").Ask(request));

    [Fact]
    public void An_explicit_HEAD_or_OPTIONS_wins()
    {
        var table = Routing.Table("GET /{x}", "HEAD /{x}", "OPTIONS /{y}");
        Assert.Equal("HEAD /{x} x=1", table.Ask("HEAD /1"));
        Assert.Equal("OPTIONS /{y} y=1", table.Ask("OPTIONS /1"));
        Assert.Equal("405 GET, HEAD, OPTIONS", table.Ask("PUT /1"));
    }

    [Fact]
    public void HEAD_without_GET_does_not_answer_GET() => Assert.Equal("405 HEAD, OPTIONS", Routing.Table("HEAD /a").Ask("GET /a"));

    [Fact]
    public void A_less_specific_pattern_answers_if_only_it_has_the_method()
    {
        var table = Routing.Table("GET /users/me", "PUT /users/{id:int}", "DELETE /users/{name}", "PATCH /{*rest}");
        Assert.Equal("DELETE /users/{name} name=me", table.Ask("DELETE /users/me"));
        Assert.Equal("PATCH /{*rest} rest=users/me", table.Ask("PATCH /users/me"));
    }

    [Fact]
    public void Allow_is_the_union_of_all_patterns_that_match()
    {
        var table = Routing.Table("GET /users/me", "PUT /users/{id:int}", "DELETE /users/{name}", "PATCH /{*rest}");
        Assert.Equal("405 DELETE, GET, HEAD, OPTIONS, PATCH", table.Ask("POST /users/me"));
        Assert.Equal("405 DELETE, OPTIONS, PATCH, PUT", table.Ask("POST /users/5"));
        Assert.Equal("OPTIONS OPTIONS, PATCH", table.Ask("OPTIONS /else"));
    }

    [Fact]
    public void Sixty_four_methods_fit()
    {
        string[] routes = [.. Enumerable.Range(0, 63).Select(i => $"M{i:00} /{{x:range({i},{i})}}")];
        Assert.Equal("405 M07, OPTIONS", Routing.Table(routes).Ask("GET /7"));
        Assert.Equal("M62 /{x:range(62,62)} x=62", Routing.Table(routes).Ask("M62 /62"));
        Assert.Contains("64", Routing.Error([.. routes, "M63 /x", "M64 /x"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_the_ones_of_the_method_that_answers()
    {
        var table = Routing.Table("GET /{id}", "PUT /{name}");
        RouteMatch<string> match = table.Match("HEAD"u8, "/x"u8, new RouteSlice[1]);
        Assert.True("id"u8.SequenceEqual(match.ParameterNames[0]));
        Assert.Equal(1, match.ValueCount);
    }
}
