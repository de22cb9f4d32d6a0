// Rules that a type declares as code: named ones, its own, and those that have to ask somebody else.

namespace Galley.Validate.Tests.Rules;

public sealed class Declared_rules_are_checked : Running
{
    private const string Fine = """{"email":"bob@example.com","name":"Bob","age":30}""";

    protected override void Declare(Backend app)
    {
        app.Post("/members", (Member member) => "fine");
        app.Post("/teams", (Team team) => "fine");
        app.Post("/many", ([Body] List<Member> members) => "fine");
        app.Post("/by-hand", async request => (await request.TryReadJsonAsync<Member>()).Problem?.ToResponse() ?? Response.Text("fine"));
        app.Post("/limits/{n}", ([System.ComponentModel.DataAnnotations.Range(1, 2)] int n, Member member) => "fine");
    }

    [Theory]
    [InlineData(Fine)]
    [InlineData("""{"email":"bob@example.com","name":null,"age":30,"balance":100,"tags":["a"],"home":{"city":"Ulm"}}""")]
    [InlineData("""{"email":"bob","name":"Bob","age":30}""", "/email: must be an e-mail address, for example ada@example.com")]
    [InlineData("""{"email":"x","name":"bob","age":17,"balance":-1,"tags":[],"home":{"city":"Rom"}}""", "/age: must be 18 to 120", "/balance: must be at least 0",
        "/email: must be an e-mail address, for example ada@example.com; must have 3 to 30 characters", "/home/city: must be one of Bonn, Ulm", "/name: must match [A-Z][a-z]+", "/tags: must have 1 to 2 items")]
    [InlineData("""{"email":"bob@example.invalid","name":"Bob","age":30,"balance":100.5,"tags":["a","b","c"]}""", "/balance: must be at most 100", "/email: must not be of .invalid", "/tags: must have 1 to 2 items")]
    [InlineData("""{"email":"bob@example.com","name":"Bob","age":99}""", "body: must not be that old")]
    [InlineData("""{"email":"ada@example.com","name":"Bob","age":99}""", "/email: belongs to another user", "body: must not be that old")]
    [InlineData("""{"email":"ada@example.com","name":"Bob","age":42}""", "/age: is taken", "/email: belongs to another user")]
    public async Task What_breaks_a_rule_is_named(string json, params string[] errors)
    {
        foreach (string target in (string[])["/members", "/by-hand"])
        {
            Got got = await PostAsync(target, json);
            Assert.Equal(errors.Length == 0 ? 200 : 422, got.Status);
            if (errors.Length > 0) Assert.Equal(errors, got.Errors);
        }
    }

    [Fact]
    public async Task They_hold_in_objects_and_lists_too()
    {
        Assert.Equal("fine", (await PostAsync("/teams", $$"""{"name":"t","lead":{{Fine}},"members":[{{Fine}}]}""")).Text);
        Got got = await PostAsync("/teams", """{"name":"","lead":{"email":"ada@example.com","name":"Ada","age":30},"members":[{"email":"x@y.zz","name":"B","age":1},{"email":"ada@example.com","age":42}]}""");
        Assert.Equal(422, got.Status);
        Assert.Equal(["/name: must have at least 1 character", "/lead/email: belongs to another user", "/members/0/name: must match [A-Z][a-z]+", "/members/0/age: must be 18 to 120",
            "/members/1/email: belongs to another user", "/members/1/age: is taken"], got.InOrder);
    }

    [Fact]
    public async Task They_hold_for_members_that_can_be_read_although_the_whole_cannot()
    {
        Got got = await PostAsync("/members", """{"email":"x","name":5,"age":17,"tags":[]}""");
        Assert.Equal(400, got.Status);
        Assert.Equal(["/email: must be an e-mail address, for example ada@example.com; must have 3 to 30 characters", "/name: must be a text", "/age: must be 18 to 120", "/tags: must have 1 to 2 items"], got.InOrder);
    }

    [Fact]
    public async Task Parameters_come_first()
    {
        Got got = await PostAsync("/limits/3", """{"email":"ada@example.com","name":"Bob","age":7}""");
        Assert.Equal((422, "The request has values that are not allowed."), (got.Status, got.Detail));
        Assert.Equal(["n: must be 1 to 2", "/email: belongs to another user", "/age: must be 18 to 120"], got.InOrder);
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_thousand_and_one_values()
    {
        int before = Registry.Asked;
        Got got = await PostAsync("/many", "[" + string.Join(',', Enumerable.Repeat(Fine, 600)) + "]");
        Assert.Equal(422, got.Status);
        Assert.Equal(["/500/email: comes after 1000 values that had to be looked up, which is the most"], got.Errors);
        Assert.True(Registry.Asked - before >= 1000);
        Assert.Equal("fine", (await PostAsync("/many", "[" + string.Join(',', Enumerable.Repeat(Fine, 500)) + "]")).Text);
    }
}
