// Every attribute of DataAnnotations on what a client sends, through a socket: what is allowed arrives, what is not is named where it is.

using System.ComponentModel.DataAnnotations;

namespace Galley.Validate.Tests.Rules;

public sealed class Rules_are_checked : Running
{
    protected override void Declare(Backend app)
    {
        app.Services.Add(new(typeof(IClock), new StoppedClock()));
        app.Post("/every", (Every every) => "fine");
        app.Post("/sign-ups", (SignUp user) => "fine");
        app.Post("/spans", (Span span) => "fine");
        app.Post("/passwords", ([Body] Passwords passwords) => "fine");
        app.Post("/numbers", ([Body, Length(1, 2)] int[] numbers, [Range(1, 2)] int n = 1) => "fine");
        app.Post("/maybe", ([Required] Plain? plain = null) => "fine");
        app.Post("/settings", ([Body] Settings settings) => "fine");
        app.Post("/slow", (Slow slow) => "fine");
        app.Post("/trips", (Trip trip) => "fine");
        app.Get("/orders/{id}", ([Range(1, 1000)] int id, [Range(1, 200)] int limit = 50, [StringLength(3)] string? sort = null, [Length(1, 2)] int[]? tags = null,
            [Even] int even = 2, [Header("X-Zone"), AllowedValues("a", "b")] string zone = "a", [Required] string? q = "x", [RegularExpression("[a-z]+")] string? word = null) => $"{limit}|{sort}");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"mayBeEmpty":"","must":"y","atMost5":"12345","exactly4":"1234","numbers":[1,2],"one":{"a":1},"stars":5,"open":0.5,"positive":1,"price":0.10,"day":"2029-12-31","span":"01:00:00"}""")]
    [InlineData("""{"plate":"AB1","repeat":"aaa","email":"ada@example.com","url":"https://example.com/x","phone":"+49 (30) 12-34 ext. 5","card":"4111 1111 1111 1111","bytes":"aGk="}""")]
    [InlineData("""{"color":"red","room":12,"colorName":"Red","told":"abc","spoken":2,"even":4,"evenToo":null,"plate":""}""")]
    public async Task What_is_allowed_arrives(string json)
    {
        Got got = await PostAsync("/every", json);
        Assert.Equal((200, "fine"), (got.Status, got.Text));
    }

    [Theory]
    [InlineData("""{"must":" "}""", "/must: must not be empty")]
    [InlineData("""{"atMost5":"123456"}""", "/atMost5: must have at most 5 characters")]
    [InlineData("""{"exactly4":"12345"}""", "/exactly4: must have 4 characters")]
    [InlineData("""{"numbers":[1]}""", "/numbers: must have at least 2 items")]
    [InlineData("""{"numbers":[1,2,3,4]}""", "/numbers: must have at most 3 items")]
    [InlineData("""{"one":{}}""", "/one: must have 1 item")]
    [InlineData("""{"stars":0}""", "/stars: must be 1 to 5")]
    [InlineData("""{"open":0}""", "/open: must be more than 0 and less than 1")]
    [InlineData("""{"open":1}""", "/open: must be more than 0 and less than 1")]
    [InlineData("""{"positive":0}""", "/positive: must be at least 1")]
    [InlineData("""{"price":0.09}""", "/price: must be 0.10 to 9.90")]
    [InlineData("""{"day":"2019-12-31"}""", "/day: must be 2020-01-01 to 2029-12-31")]
    [InlineData("""{"span":"00:00:00"}""", "/span: must be 00:00:01 to 01:00:00")]
    [InlineData("""{"plate":"AB1x"}""", "/plate: must match [A-Z]{2}[0-9]+")]
    [InlineData("""{"repeat":"ab"}""", "/repeat: must match (a)\\1+")]
    [InlineData("""{"email":"ada@example"}""", "/email: must be an e-mail address, for example ada@example.com")]
    [InlineData("""{"url":"example.com"}""", "/url: must be a URL, for example https://example.com")]
    [InlineData("""{"phone":"call me"}""", "/phone: must be a phone number, for example +49 30 1234567")]
    [InlineData("""{"card":"4111 1111 1111 1112"}""", "/card: must be the number of a card")]
    [InlineData("""{"bytes":"a"}""", "/bytes: must be Base64")]
    [InlineData("""{"color":"blue"}""", "/color: must be one of red, green")]
    [InlineData("""{"room":13}""", "/room: must not be one of 13, 666")]
    [InlineData("""{"colorName":"Blue"}""", "/colorName: must be one of Red, Green")]
    [InlineData("""{"told":"abcd"}""", "/told: Told is longer than 3.")]
    [InlineData("""{"spoken":3}""", "/spoken: The number is 1 or 2.")]
    [InlineData("""{"even":3}""", "/even: The field Even is invalid.")]
    [InlineData("""{"evenToo":3}""", "/evenToo: EvenToo is odd")]
    public async Task What_is_not_is_a_422_that_says_why(string json, string error)
    {
        Got got = await PostAsync("/every", json);
        Assert.Equal((422, "application/problem+json"), (got.Status, got.Type));
        Assert.Equal([error], got.Errors);
        Assert.Equal("The request has values that are not allowed.", got.Detail);
    }

    [Theory]
    [InlineData("""{"email":"a@b.cd","name":"Ada","age":30,"country":null}""", 400, "/country: is required")]
    [InlineData("""{"mail":"a@b.cd","name":"Ada","age":30}""", 400, "/email: is required")]
    [InlineData("""{"email":"a@b.cd","name":"Ada","age":30,"country":" "}""", 422, "/country: must not be empty")]
    [InlineData("""{"email":"a@b.cd","name":"A","age":3}""", 422, "/age: must be 18 to 120", "/name: must have 2 to 100 characters")]
    public async Task Missing_is_400_and_not_allowed_is_422(string json, int status, params string[] errors)
    {
        Got got = await PostAsync("/sign-ups", json);
        Assert.Equal(status, got.Status);
        Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task An_attribute_of_the_program_sees_what_is_beside_it_and_services()
    {
        Assert.Equal("fine", (await PostAsync("/spans", """{"from":1,"to":2}""")).Text);
        Assert.Equal(["/from: must not be after to at noon"], (await PostAsync("/spans", """{"from":3,"to":2}""")).Errors);
    }

    [Fact]
    public async Task Two_members_are_compared_and_pointers_are_escaped()
    {
        Assert.Equal("fine", (await PostAsync("/passwords", """{"password":"12345678","repeat/it":"12345678"}""")).Text);
        Assert.Equal(["/repeat~1it: must be the same as password"], (await PostAsync("/passwords", """{"password":"12345678","repeat/it":"x"}""")).Errors);
    }

    [Theory]
    [InlineData("""{"from":"a","to":"b","people":1,"back":{"from":"b","to":"a","people":1}}""")]
    [InlineData("""{"from":"a","to":"a","people":1}""", "/to: must not be where it begins")]
    [InlineData("""{"from":"a","to":"a","people":0}""", "/people: must be 1 to 9")]
    [InlineData("""{"from":"nowhere","to":"b","people":1}""", "body: goes nowhere")]
    [InlineData("""{"from":"a","to":"b","people":1,"back":{"from":"nowhere","to":"nowhere","people":1}}""", "/back/to: must not be where it begins", "/back: goes nowhere")]
    public async Task An_object_speaks_for_itself_once_its_members_are_right(string json, params string[] errors)
    {
        Got got = await PostAsync("/trips", json);
        Assert.Equal(errors.Length == 0 ? 200 : 422, got.Status);
        if (errors.Length > 0) Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("/orders/1", 200)]
    [InlineData("/orders/1?limit=200&sort=abc&tags=1&tags=2&even=4&q=y&word=abc", 200)]
    [InlineData("/orders/0?limit=201&sort=abcd&tags=1&tags=2&tags=3&even=3&q=%20&word=A", 422, "even: The field even is invalid.", "id: must be 1 to 1000", "limit: must be 1 to 200",
        "q: must not be empty", "sort: must have at most 3 characters", "tags: must have 1 to 2 items", "word: must match [a-z]+")]
    [InlineData("/orders/x?limit=many&tags=1&tags=x&tags=3", 400, "id: must be a whole number", "limit: must be a whole number", "tags: value 2 must be a whole number")]
    [InlineData("/orders/x?limit=0", 400, "id: must be a whole number", "limit: must be 1 to 200")]
    public async Task Parameters_have_rules(string target, int status, params string[] errors)
    {
        Got got = await GetAsync(target);
        Assert.Equal(status, got.Status);
        if (status != 200) Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("""{"theme":"dark","depth":1}""")]
    [InlineData("{}", "/depth: is required", "/theme: is required")]
    [InlineData("""{"theme":null,"size":null,"depth":1}""", "/size: is required", "/theme: is required")]
    public async Task What_is_required_is_there(string json, params string[] errors)
    {
        Got got = await PostAsync("/settings", json);
        Assert.Equal(errors.Length == 0 ? 200 : 400, got.Status);
        if (errors.Length > 0) Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task No_text_makes_a_rule_run_for_long()
    {
        string many = new('a', 200_000);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Got got = await PostAsync("/slow", $$"""{"linear":"{{many}}","limited":"{{many}}","email":"{{many}}@{{many}}","phone":"{{many}}"}""");
        Assert.Equal(["/email", "/limited", "/linear", "/phone"], got.Errors.Select(error => error.Split(':')[0]));
        // A backtracking engine would need longer than the universe has.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), watch.Elapsed.ToString());
    }

    [Theory]
    [InlineData("/numbers", "[1]", 200)]
    [InlineData("/numbers?n=3", "[]", 422, "body: must have 1 to 2 items", "n: must be 1 to 2")]
    [InlineData("/numbers?n=3", "[\"x\"]", 400, "/0: must be a whole number", "n: must be 1 to 2")]
    [InlineData("/maybe", null, 400, "body: is required")]
    public async Task A_body_as_a_whole_has_rules(string target, string? json, int status, params string[] errors)
    {
        Got got = await SendAsync("POST", target, json is null ? null : System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(status, got.Status);
        if (status != 200) Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task A_header_is_named_as_it_is_on_the_wire() =>
        Assert.Equal(["x-zone: must be one of a, b"], (await GetAsync("/orders/1", ("X-Zone", "c"))).Errors);
}
