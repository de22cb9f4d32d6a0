// Routes that cannot work fail when the table is built, with the route, or both, and the fix in one line.

namespace Galley.Routing.Tests;

public class Mistakes_fail_at_start
{
    [Theory]
    [InlineData("GET /users", "GET /users")]
    [InlineData("GET /users/{id}", "GET /users/{name}")]
    [InlineData("GET /users/{id:int:min(1)}", "GET /users/{n:min(1):int}")]
    [InlineData("GET /{*a}", "GET /{*b}")]
    [InlineData("GET /a/{x?}", "GET /a")]
    [InlineData("GET /a/{x?}", "GET /a/{y}")]
    [InlineData("GET /{x?}", "GET /")]
    [InlineData("GET /users/{id:int}", "GET /users/{n:long}")]
    [InlineData("GET /users/{id:int}", "GET /users/{n:decimal}")]
    [InlineData("GET /users/{id:int}", "HEAD /users/{n:long}")]
    [InlineData("HEAD /users/{id:int}", "GET /users/{n:long}")]
    [InlineData("GET /{a:range(1,5)}", "GET /{b:range(5,9)}")]
    [InlineData("GET /{a:regex(x)}", "GET /{b:regex(y)}")]
    [InlineData("GET /{a:length(2)}", "GET /{b:minlength(2)}")]
    [InlineData("GET /{a:alpha}", "GET /{b:bool}")]
    [InlineData("GET /v{a:int}.x", "GET /v{b:long}.x")]
    [InlineData("GET /{a:int}/{b}", "GET /{c:long}/x")]
    [InlineData("GET /{a:int}/x", "GET /{c:long}/{*rest}")]
    [InlineData("GET /{a:int}/v{x}", "GET /{c:long}/{y}z")]
    public void Routes_that_tie_are_refused(string first, string second)
    {
        foreach (string[] routes in new string[][] { [first, second], [second, first], ["PUT /other/{x}", first, second] })
        {
            string message = Routing.Error(routes);
            Assert.Contains($"{first} ", message, StringComparison.Ordinal);
            Assert.Contains($"{second} ", message, StringComparison.Ordinal);
            Assert.Contains("Remove one", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET /{a:minlength(1)}", "GET /{b}")]
    [InlineData("GET /{a:minlength(1)}/x", "GET /{b}/x")]
    [InlineData("GET /{a:minlength(1)}/{*rest}", "GET /{b}/x/{c:int}")]
    [InlineData("GET /{a:minlength(1)}/{c}", "GET /{b}/{d:int}")]
    [InlineData("GET /{a:minlength(1)}", "HEAD /{b}")]
    public void A_route_that_is_never_reached_is_refused(string first, string never)
    {
        string message = Routing.Error(never, first);
        Assert.Contains($"The route {never} is never reached: {first} comes first", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /{id:int}", "GET /{name}")]
    [InlineData("GET /{id:int}", "GET /{name:alpha}")]
    [InlineData("GET /{id:int}", "GET /{id:guid}")]
    [InlineData("GET /{id:int}", "GET /{day:date}")]
    [InlineData("GET /{id:int}", "GET /{slug:regex([a-z-]+)}")]
    [InlineData("GET /{id:int}", "GET /{code:length(3)}")]
    [InlineData("GET /{a:range(1,5)}", "GET /{b:range(6,9)}")]
    [InlineData("GET /{a:length(2)}", "GET /{b:length(3)}")]
    [InlineData("GET /{a:int}", "PUT /{b:long}")]
    [InlineData("GET /{a:int}/x", "GET /{b:long}/y")]
    [InlineData("GET /{a:int}/x", "GET /{b:long}")]
    [InlineData("GET /{x}.json", "GET /{y}.xml")]
    [InlineData("GET /a{x}", "GET /{y}a")]
    [InlineData("GET /a/{x?}", "PUT /a")]
    [InlineData("GET /a/{x?}", "GET /a/")]
    [InlineData("GET /a/{*rest}", "GET /a/{x?}")]
    [InlineData("HEAD /{a:minlength(1)}", "GET /{b}")]
    public void Routes_that_can_be_told_apart_are_fine(string first, string second)
    {
        Routing.Table(first, second);
        Routing.Table(second, first);
    }

    [Theory]
    [InlineData("GET users", "begins with a slash")]
    [InlineData("GET ", "begins with a slash")]
    [InlineData(" /x", "not a method")]
    [InlineData("G(T /x", "not a method")]
    [InlineData("get /x", "Write GET")]
    [InlineData("GET /a//b", "Write one slash")]
    [InlineData("GET //", "Write one slash")]
    [InlineData("GET /a/../b", "dot segments")]
    [InlineData("GET /search?q={q}", "Read the query")]
    [InlineData("GET /a#b", "'#'")]
    [InlineData("GET /caf%C3%A9", "not %C3")]
    [InlineData("GET /a\tb", "control character")]
    [InlineData("GET /{id", "not closed")]
    [InlineData("GET /id}", "}}")]
    [InlineData("GET /{id}}", "}}")]
    [InlineData("GET /{}", "needs a name")]
    [InlineData("GET /{1a}", "needs a name")]
    [InlineData("GET /{a-b}", "not closed")]
    [InlineData("GET /{a}/{A}", "two parameters named 'A'")]
    [InlineData("GET /{a}.{b}", "one parameter")]
    [InlineData("GET /{a}{b}", "one parameter")]
    [InlineData("GET /{*a}/b", "nothing may follow")]
    [InlineData("GET /{*a}/", "nothing may follow")]
    [InlineData("GET /x{*a}", "whole segment")]
    [InlineData("GET /{*a}x", "whole segment")]
    [InlineData("GET /{*a:int}", "no constraints")]
    [InlineData("GET /{*a?}", "may be empty anyway")]
    [InlineData("GET /{a?}/b", "only the last")]
    [InlineData("GET /{a?}/", "only the last")]
    [InlineData("GET /v{a?}", "whole segment")]
    [InlineData("GET /{a?}x", "whole segment")]
    [InlineData("GET /{a=1}", "{a?}")]
    [InlineData("GET /{a:}", "'' is not a constraint")]
    [InlineData("GET /{a:imt}", "'imt' is not a constraint. Known are int, long")]
    [InlineData("GET /{a:int(1)}", "takes no argument")]
    [InlineData("GET /{a:min}", "one integer")]
    [InlineData("GET /{a:min(x)}", "one integer")]
    [InlineData("GET /{a:min(1", "not closed")]
    [InlineData("GET /{a:regex(\\", "not closed")]
    [InlineData("GET /{a:range(1)}", "two integers")]
    [InlineData("GET /{a:length(1,2,3)}", "two integers")]
    [InlineData("GET /{a:length(-1)}", "not negative")]
    [InlineData("GET /{a:length(0)}", "no value satisfies")]
    [InlineData("GET /{a:int:alpha}", "no value satisfies")]
    [InlineData("GET /{a:min(5):max(4)}", "no value satisfies")]
    [InlineData("GET /{a:guid:length(5)}", "no value satisfies")]
    [InlineData("GET /{a:regex}", "needs an expression")]
    [InlineData("GET /{a:regex([)}", "not a regular expression")]
    [InlineData("GET /{a:regex((?=x)y)}", "linear time")]
    public void A_pattern_that_makes_no_sense_is_refused(string route, string problem)
    {
        string message = Routing.Error("GET /fine", route);
        Assert.StartsWith($"The route {route} is not valid: ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }
}
