// Records whose members come from the query or a form: what holds for them as a whole, told by the names that the client wrote.

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Galley.Validate.Tests.Rules;

public sealed record Stretch(int From, [Range(0, 100)] int To, string? Name = null, [Query("page-size")] int PageSize = 20) : IHasRules<Stretch>
{
    private static int s_asked;

    public static int Asked => s_asked;

    [JsonPropertyName("per")]
    public int Per { get; init; } = 1;

    public static void Declare(Rules<Stretch> rules)
    {
        rules.For(stretch => stretch.From).AtLeast(0);
        rules.For(stretch => stretch.PageSize).Between(1, 50);
        rules.For(stretch => stretch.Per).AtMost(9);
        rules.For(stretch => stretch.Name).Length(2, 5).MustAsync(static async (name, request) =>
        {
            await Task.Yield();
            Interlocked.Increment(ref s_asked);
            return name != "taken";
        }, "is taken");
        rules.Must(stretch => stretch.To >= stretch.From, "To", "must not be before from");
        rules.Must(stretch => stretch.PageSize != 13, "must not be unlucky");
        rules.MustAsync(static (stretch, request) => ValueTask.FromResult(stretch.Name is not ("taken" or "late")), "must not be late");
    }
}

public sealed record Twice(int A, int B) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (A == B) yield return new("must differ", [nameof(A), nameof(B)]);
        if (A + B > 10) yield return new("must be small");
    }
}

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class OrderedAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        (validationContext.ObjectInstance as Pair) is { Low: var low, High: var high } && low <= high ? null : new("must be in order");
}

[Ordered]
public sealed record Pair(int Low, int High);

public sealed record Enrolment([MinLength(4)] string Password)
{
    [Compare(nameof(Password))]
    public string Again { get; init; } = "";
}

public class Bounds(int limit) : IHasRules<Bounds>
{
    public int Limit { get; } = limit;

    public static void Declare(Rules<Bounds> rules) => rules.For(bounds => bounds.Limit).Between(1, 9);
}

public sealed class Narrow(int limit, int step = 1) : Bounds(limit)
{
    public int Step { get; } = step;
}

public readonly record struct Cell(int X, int Y) : IHasRules<Cell>
{
    public static void Declare(Rules<Cell> rules) => rules.Must(spot => spot.X != spot.Y, "must not be on the diagonal");
}

public sealed class Records_of_parameters_are_checked : Running
{
    protected override void Declare(Backend app)
    {
        app.Get("/spans", (Stretch stretch, [Range(1, 9)] int n = 1) => $"{stretch.From}-{stretch.To} {stretch.Name} {stretch.PageSize} {n}");
        app.Post("/spans", ([Query] Stretch stretch, Enrolment body) => $"{stretch.From}-{stretch.To} {body.Password}");
        app.Post("/span-bodies", (Stretch stretch) => "fine");
        app.Put("/spans", ([Form] Stretch stretch) => $"{stretch.From}-{stretch.To}");
        app.Get("/twice", (Twice twice) => twice.A);
        app.Get("/pairs", (Pair pair) => pair.Low);
        app.Post("/enrol", ([Form] Enrolment enrolment) => enrolment.Password);
        app.Get("/narrow", ([Query] Narrow narrow) => narrow.Limit);
        app.Get("/spots/{X}", (Cell spot) => spot.X);
    }

    [Theory]
    [InlineData("/spans?from=1&to=2", "1-2  20 1")]
    [InlineData("/spans?from=1&to=2&name=abc&page-size=5&n=2", "1-2 abc 5 2")]
    [InlineData("/twice?a=1&b=2", "1")]
    [InlineData("/pairs?low=1&high=2", "1")]
    [InlineData("/narrow?limit=9", "9")]
    [InlineData("/spots/1?y=2", "1")]
    public async Task What_breaks_no_rule_is_taken(string target, string answer)
    {
        Got got = await GetAsync(target);
        Assert.Equal((200, answer), (got.Status, got.Text));
    }

    [Theory]
    [InlineData("/spans?from=-1&to=101&page-size=51&per=10&name=x", "from: must be at least 0", "name: must have 2 to 5 characters", "page-size: must be 1 to 50", "per: must be at most 9", "to: must be 0 to 100")]
    [InlineData("/spans?from=5&to=4", "to: must not be before from")]
    [InlineData("/spans?from=5&to=101&n=0", "n: must be 1 to 9", "to: must be 0 to 100")]
    [InlineData("/spans?from=1&to=2&page-size=13", "query: must not be unlucky")]
    [InlineData("/spans?from=1&to=2&name=late", "query: must not be late")]
    [InlineData("/spans?from=1&to=2&name=taken", "name: is taken")]
    [InlineData("/spans?from=1&to=2&name=taken&n=0", "n: must be 1 to 9", "name: is taken")]
    [InlineData("/twice?a=4&b=4", "a: must differ", "b: must differ")]
    [InlineData("/twice?a=8&b=4", "query: must be small")]
    [InlineData("/pairs?low=2&high=1", "query: must be in order")]
    [InlineData("/narrow?limit=10", "limit: must be 1 to 9")]
    [InlineData("/spots/1?y=1", "query: must not be on the diagonal")]
    public async Task What_breaks_a_rule_is_named_as_in_the_request(string target, params string[] errors)
    {
        Got got = await GetAsync(target);
        Assert.Equal(422, got.Status);
        Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("/spans?from=x&page-size=51&per=10&name=taken", "from: must be a whole number", "page-size: must be 1 to 50", "per: must be at most 9", "to: is required")]
    [InlineData("/spans?from=-1&to=x&name=x", "from: must be at least 0", "name: must have 2 to 5 characters", "to: must be a whole number")]
    [InlineData("/twice?a=x&b=40", "a: must be a whole number")]
    [InlineData("/narrow?limit=x", "limit: must be a whole number")]
    [InlineData("/narrow?limit=10&step=x", "limit: must be 1 to 9", "step: must be a whole number")]
    public async Task Rules_of_members_hold_although_the_record_could_not_be_made(string target, params string[] errors)
    {
        Got got = await GetAsync(target);
        Assert.Equal(400, got.Status);
        Assert.Equal(errors, got.Errors); // also where the name is taken: that is asked only when the record could be made
    }

    [Fact]
    public async Task Forms_are_asked_too()
    {
        Got got = await FormAsync("PUT", "/spans", "from=-1&to=2&page-size=1");
        Assert.Equal((422, "from: must be at least 0"), (got.Status, Assert.Single(got.Errors)));
        Assert.Equal(["form: must not be late"], (await FormAsync("PUT", "/spans", "from=1&to=2&name=late")).Errors);
        Assert.Equal("1-2", (await FormAsync("PUT", "/spans", "from=1&to=2&name=soon")).Text);
        Assert.Equal(415, (await SendContentAsync("PUT", "/spans", new StringContent("{}"))).Status);

        Assert.Equal(["again: must be the same as password"], (await FormAsync("POST", "/enrol", "password=secret&again=secrets")).Errors);
        Assert.Equal("secret", (await FormAsync("POST", "/enrol", "password=secret&again=secret")).Text);
        Assert.Equal(["again: must be the same as password", "password: must have at least 4 characters"], (await FormAsync("POST", "/enrol", "password=abc&again=secret")).Errors);
    }

    [Fact]
    public async Task A_body_beside_them_is_judged_in_the_same_answer()
    {
        Got got = await PostAsync("/spans?from=5&to=4&name=taken", """{"password":"abc","again":"abd"}""");
        Assert.Equal(422, got.Status);
        Assert.Equal(["/again: must be the same as password", "/password: must have at least 4 characters", "name: is taken", "to: must not be before from"], got.Errors);
        Assert.Equal("1-2 secret", (await PostAsync("/spans?from=1&to=2&name=free", """{"password":"secret","again":"secret"}""")).Text);
    }

    [Fact]
    public async Task The_same_type_as_a_body_is_told_by_pointers()
    {
        Got got = await PostAsync("/span-bodies", """{"from":5,"to":4,"per":10,"pageSize":51}""");
        Assert.Equal(["/pageSize: must be 1 to 50", "/per: must be at most 9", "/to: must not be before from"], got.Errors);
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_record_that_is_wrong_anyway()
    {
        int before = Stretch.Asked;
        await GetAsync("/spans?from=1&to=2&name=toolong");
        Assert.Equal(before, Stretch.Asked);
    }

    private Task<Got> FormAsync(string method, string target, string fields) =>
        SendContentAsync(method, target, new StringContent(fields, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")));
}
