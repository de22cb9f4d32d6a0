// Rules hold wherever a value is: in objects, arrays, lists, maps, nullable structs, derived types, at any depth; and what has none has no code.

namespace Galley.Validate.Tests.Rules;

public sealed class Rules_reach_everything : Running
{
    protected override void Declare(Backend app)
    {
        app.Post("/baskets", (Basket basket) => "fine");
        app.Post("/lists", ([Body] List<Line> lines) => "fine");
        app.Post("/maps", (Dictionary<string, Line> lines) => "fine");
        app.Post("/parts", ([Body] Part part) => "fine");
        app.Post("/many-parts", ([Body] Part[] parts) => "fine");
        app.Post("/trees", (Tree tree) => "fine");
        app.Post("/plain", (Plain plain) => "fine");
        app.Post("/by-hand", async request =>
        {
            JsonRead<Basket> read = await request.TryReadJsonAsync<Basket>();
            return read.Problem is { } problem ? problem : Response.Text("fine");
        });
        app.Post("/by-hand-or-throw", async request => Response.Text((await request.ReadJsonAsync<Tree>()).Name));
    }

    [Theory]
    [InlineData("/baskets", """{"lines":[{"sku":"a"}],"more":[{"sku":"a"}],"fixed":[],"named":{},"best":null,"perhaps":[null],"inner":{"lines":[{"sku":"b"}]}}""")]
    [InlineData("/baskets", """{"lines":[]}""", "/lines: must have 1 to 3 items")]
    [InlineData("/baskets", """{"lines":[{"sku":"a"},{"sku":"","quantity":0}]}""", "/lines/1/quantity: must be 1 to 99", "/lines/1/sku: must have at least 1 character")]
    [InlineData("/baskets", """{"lines":[{"sku":"a"}],"more":[{"sku":""}],"fixed":[{"sku":""}],"named":{"a/b~c":{"sku":""}},"best":{"sku":""},"perhaps":[null,{"sku":""}]}""",
        "/best/sku: must have at least 1 character", "/fixed/0/sku: must have at least 1 character", "/more/0/sku: must have at least 1 character",
        "/named/a~1b~0c/sku: must have at least 1 character", "/perhaps/1/sku: must have at least 1 character")]
    [InlineData("/baskets", """{"lines":[{"sku":"a"}],"inner":{"lines":[{"sku":"a"}],"inner":{"lines":[{"sku":"a","note":"123456"}]}}}""", "/inner/inner/lines/0/note: must have at most 5 characters")]
    [InlineData("/lists", """[{"sku":"a"},{"sku":"a","quantity":100}]""", "/1/quantity: must be 1 to 99")]
    [InlineData("/maps", """{"x":{"sku":"a"},"y":{"sku":""}}""", "/y/sku: must have at least 1 character")]
    [InlineData("/parts", """{"kind":"disc","name":"d","radius":0}""", "/name: must have at least 2 characters", "/radius: must be 0.5 to 10")]
    [InlineData("/parts", """{"kind":"ring","name":"rr","radius":11,"hole":0}""", "/hole: must be at least 1", "/radius: must be 0.5 to 10")]
    [InlineData("/many-parts", """[{"kind":"dot","name":"dd"},{"kind":"dot","name":"d"}]""", "/1/name: must have at least 2 characters")]
    [InlineData("/trees", """{"name":"a","children":[{"name":"b","children":[{"name":""}]}]}""", "/children/0/children/0/name: must have at least 1 character")]
    [InlineData("/by-hand", """{"lines":[{"sku":""}]}""", "/lines/0/sku: must have at least 1 character")]
    [InlineData("/by-hand-or-throw", """{"name":""}""", "/name: must have at least 1 character")]
    public async Task Every_value_that_breaks_a_rule_is_named(string target, string json, params string[] errors)
    {
        Got got = await PostAsync(target, json);
        Assert.Equal(errors.Length == 0 ? 200 : 422, got.Status);
        if (errors.Length > 0) Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("/baskets", """{"lines":[{"sku":"","quantity":"many"},{"sku":"","quantity":0},{}],"best":{"sku":"","note":"123456"}}""",
        "/lines/0/sku: must have at least 1 character", "/lines/0/quantity: must be a whole number", "/lines/1/sku: must have at least 1 character",
        "/lines/1/quantity: must be 1 to 99", "/lines/2/sku: is required", "/best/sku: must have at least 1 character", "/best/note: must have at most 5 characters")]
    [InlineData("/baskets", """{"more":{},"lines":[]}""", "/more: must be an array", "/lines: must have 1 to 3 items")]
    [InlineData("/maps", """{"a":{"sku":""},"b":3}""", "/a/sku: must have at least 1 character", "/b: must be an object")]
    [InlineData("/parts", """{"kind":"disc","radius":0,"name":5}""", "/radius: must be 0.5 to 10", "/name: must be a text")]
    [InlineData("/many-parts", """[{"kind":"dot","name":"d"},{"kind":"cube"},{"kind":"disc","name":"d"}]""",
        "/0/name: must have at least 2 characters", "/1/kind: must be one of disc, ring, dot", "/2/name: must have at least 2 characters", "/2/radius: is required")]
    [InlineData("/trees", """{"children":[{"name":""},{"name":3}],"name":""}""", "/children/0/name: must have at least 1 character", "/children/1/name: must be a text", "/name: must have at least 1 character")]
    public async Task What_can_be_read_is_checked_although_the_whole_cannot_in_the_order_of_the_document(string target, string json, params string[] errors)
    {
        Got got = await PostAsync(target, json);
        Assert.Equal(400, got.Status);
        Assert.Equal(errors, got.InOrder);
    }

    [Fact]
    public async Task The_order_is_that_of_the_document_when_only_rules_are_broken()
    {
        Got got = await PostAsync("/baskets", """{"best":{"note":"123456","SKU":""},"lines":[{"quantity":0,"sku":""}]}""");
        Assert.Equal(["/best/note", "/best/sku", "/lines/0/quantity", "/lines/0/sku"], got.InOrder.Select(error => error.Split(':')[0]));
    }

    [Fact]
    public async Task What_has_no_rules_is_left_alone() => Assert.Equal("fine", (await PostAsync("/plain", """{"name":"","words":[]}""")).Text);
}
