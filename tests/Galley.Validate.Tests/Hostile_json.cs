// Bodies made to hurt: each is answered with what it said, or with a problem; never with a 500, and never with more work than it is long.

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Galley.Validate.Tests;

public sealed class Hostile_json : Running
{
    private static readonly string[] s_targets = ["/numbers", "/named", "/texts", "/trees", "/parts", "/elements", "/nodes", "/objects", "/maps", "/lists", "/doubles", "/orders", "/strict"];

    protected override void Declare(Backend app)
    {
        app.Post("/numbers", (Numbers body) => body);
        app.Post("/named", (NamedNumbers body) => body);
        app.Post("/texts", (Texts body) => body);
        app.Post("/trees", (Tree body) => body);
        app.Post("/parts", (Part body) => body);
        app.Post("/elements", (JsonElement body) => body);
        app.Post("/nodes", ([Body] JsonNode body) => body);
        app.Post("/objects", ([Body] JsonObject body) => $"{body["a"]}");
        app.Post("/maps", (Dictionary<string, JsonElement> body) => body);
        app.Post("/lists", ([Body] List<List<string>> body) => body);
        app.Post("/doubles", ([Body] double[] body) => body);
        app.Post("/double", ([Body] double body) => body);
        app.Post("/orders", (Order body) => body);
        app.Post("/strict", (Strict body) => body);
        app.Post("/wrapped", (JsonElement body) => new Bag(body, "n"));
    }

    private static string Nested(string open, int depth, string close, string inner = "") =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));

    [Theory]
    [InlineData("/elements", "[", "]", "")]
    [InlineData("/elements", "[", "]", "1")]
    [InlineData("/nodes", "[", "]", "1")]
    [InlineData("/elements", "{\"a\":", "}", "1")]
    [InlineData("/wrapped", "[", "]", "1")]
    [InlineData("/trees", "{\"name\":\"n\",\"children\":null,\"only\":", "}", "null")]
    public async Task Sixty_four_levels_are_taken_and_given_back(string target, string open, string close, string inner)
    {
        Got got = await PostAsync(target, Nested(open, 64, close, inner));
        Assert.Equal(200, got.Status);
        if (target != "/wrapped") Assert.Equal(Nested(open, 64, close, inner), got.Text);
        got = await PostAsync(target, Nested(open, 65, close, inner));
        Assert.Equal(400, got.Status);
        Assert.StartsWith("The body is nested deeper than 64 levels", got.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sixty_four_levels_of_polymorphism_are_taken_and_given_back()
    {
        string parts = Nested("{\"kind\":1,\"parts\":[", 31, "]}", "{\"kind\":2,\"weight\":1}");
        Assert.Equal((200, parts), ((await PostAsync("/parts", parts)) is var got ? (got.Status, got.Text) : default));
        Assert.Equal(400, (await PostAsync("/parts", Nested("{\"kind\":1,\"parts\":[", 33, "]}", "{\"kind\":2,\"weight\":1}"))).Status);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("[{\"a\":")]
    [InlineData("{\"name\":\"n\",\"children\":[")]
    [InlineData("{\"kind\":1,\"parts\":[")]
    public async Task A_megabyte_of_openings_is_refused_everywhere(string open)
    {
        string bomb = string.Concat(Enumerable.Repeat(open, 1_000_000 / open.Length));
        foreach (string target in s_targets) Assert.Equal(400, (await PostAsync(target, bomb)).Status);
    }

    public static TheoryData<string> Members => [.. "double float half decimal int long uLong byte huge uHuge maybe".Split(' ')];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_number_that_no_type_holds_is_refused(string member)
    {
        foreach (string number in (string[])["1e999", "-1e999", new string('9', 100_000), "1e2147483648", "\"1e999\"", "\"NaN\"", "\"Infinity\"", "\"-Infinity\""])
        {
            // What is not there or "1e-999" is nought, as everywhere.
            Got got = await PostAsync("/numbers", $$"""{"{{member}}":{{number}}}""");
            Assert.Equal(400, got.Status);
            Assert.StartsWith("/" + member + ": must be ", Assert.Single(got.Errors), StringComparison.Ordinal);
        }
        foreach (string text in (string[])["NaN", "Infinity", "-Infinity", "nan", "+1", "01", "0x1", "1.", ".5", "1e", "--1", "1_000"])
            Assert.Equal(400, (await PostAsync("/numbers", $$"""{"{{member}}":{{text}}}""")).Status);
    }

    [Theory]
    [InlineData("""{"list":[1,1e999]}""", "/list/1: must be a number")]
    [InlineData("""{"array":[1e39]}""", "/array/0: must be a number")]
    [InlineData("""{"map":{"a":70000}}""", "/map/a: must be a number")]
    [InlineData("""{"maybes":[null,"Infinity"]}""", "/maybes/1: must be a number")]
    [InlineData("""{"deep":[[],[0,-1e400]]}""", "/deep/1/1: must be a number")]
    [InlineData("""{"float":1e39,"half":70000,"double":1e999,"maybe":1e999}""", "/double: must be a number", "/float: must be a number", "/half: must be a number", "/maybe: must be a number")]
    public async Task Infinity_is_no_number_however_deep(string json, params string[] errors)
    {
        Got got = await PostAsync("/numbers", json);
        Assert.Equal(400, got.Status);
        Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task Infinity_is_no_number_at_the_root_either()
    {
        Assert.Equal(["/1: must be a number"], (await PostAsync("/doubles", "[1,1e999]")).Errors);
        Assert.Equal("The body must be a number.", (await PostAsync("/double", "1e999")).Detail);
        Assert.Equal((200, "1.5"), ((await PostAsync("/double", "\"1.5\"")) is var got ? (got.Status, got.Text) : default));
    }

    [Theory]
    [InlineData("""{"keys":{"1e999":1}}""")]
    [InlineData("""{"keys":{"NaN":1}}""")]
    [InlineData("""{"keys":{"":1}}""")]
    public async Task Infinity_is_no_name_either(string json) => Assert.Equal(400, (await PostAsync("/numbers", json)).Status);

    [Fact]
    public async Task Numbers_that_fit_arrive()
    {
        Got got = await PostAsync("/numbers", """{"double":1.7976931348623157E+308,"float":3.4028235E+38,"half":"1.5","keys":{"1.5":2,"1E+16":3},"decimal":79228162514264337593543950335}""");
        Assert.Equal(200, got.Status);
        Assert.StartsWith("""{"double":1.7976931348623157E+308,"float":3.4028235E+38,"half":1.5,"decimal":79228162514264337593543950335""", got.Text, StringComparison.Ordinal);
        Assert.Contains("\"keys\":{\"1.5\":2,\"10000000000000000\":3}", got.Text, StringComparison.Ordinal);
        // As System.Text.Json: what is too small is nought.
        Assert.Contains("\"double\":0,", (await PostAsync("/numbers", """{"double":1e-999}""")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infinity_by_name_is_for_members_that_ask_for_it()
    {
        Got got = await PostAsync("/named", """{"named":"Infinity","list":["NaN",1.5,"-Infinity"]}""");
        Assert.Equal((200, """{"named":"Infinity","list":["NaN",1.5,"-Infinity"],"plain":0}"""), (got.Status, got.Text));
        Assert.Equal(400, (await PostAsync("/named", """{"named":"Infinity","plain":"Infinity"}""")).Status);
        Assert.Equal(400, (await PostAsync("/named", """{"named":1,"list":["x"]}""")).Status);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-0.00000000000000000000000000000000000000000001e-99999")]
    [InlineData("#")]
    public async Task A_number_of_any_size_passes_through_what_does_not_look_at_it(string number)
    {
        if (number == "#") number = new string('7', 100_000);
        Assert.Equal((200, number), ((await PostAsync("/elements", number)) is var e ? (e.Status, e.Text) : default));
        Assert.Equal((200, $"[{number}]"), ((await PostAsync("/nodes", $"[{number}]")) is var n ? (n.Status, n.Text) : default));
        Assert.Equal(200, (await PostAsync("/numbers", $$"""{"any":{{number}},"node":[{{number}}]}""")).Status);
    }

    public static TheoryData<string> Halves => ["\\ud800", "\\uDFFF", "a\\uD83Db", "\\udc00\\ud800", "\\ud800\\ud800\\udc00", "\\\\\\ud800", "\\ud800\\n", "\\ud83d\\\\ude00", "\\uD83D\\u00e9"];

    [Theory]
    [MemberData(nameof(Halves))]
    public async Task Half_a_surrogate_pair_is_refused_wherever_it_stands(string half)
    {
        string[] bodies =
        [
            $"\"{half}\"", $"[\"{half}\"]", $"{{\"{half}\":1}}", $"{{\"a\":{{\"{half}\":[]}}}}", $"{{\"text\":\"{half}\"}}", $"{{\"char\":\"{half}\"}}", $"{{\"level\":\"{half}\"}}",
            $"{{\"map\":{{\"{half}\":\"x\"}}}}", $"{{\"levels\":{{\"{half}\":1}}}}", $"{{\"any\":\"{half}\"}}", $"{{\"any\":[{{\"{half}\":1}}]}}", $"{{\"node\":\"{half}\"}}",
            $"{{\"object\":{{\"{half}\":1}}}}", $"{{\"uri\":\"{half}\"}}", $"{{\"id\":\"{half}\"}}", $"{{\"bytes\":\"{half}\"}}", $"{{\"time\":\"{half}\"}}", $"{{\"figure\":{{\"kind\":\"{half}\"}}}}",
            $"{{\"unknown\":\"{half}\"}}", $"{{\"kind\":\"{half}\"}}", $"{{\"a\":1,\"b\":\"{half}\"}}", $"{{\"name\":\"n\",\"ignored\":[\"{half}\"]}}",
        ];
        foreach (string target in s_targets)
        {
            foreach (string body in bodies)
            {
                Got got = await PostAsync(target, body);
                Assert.True(got.Status == 400, $"{target} {body}: {got.Status}");
            }
        }
    }

    [Theory]
    [InlineData("\\ud83d\\ude00")]
    [InlineData("\\uD83D\\uDE00\\uD83D\\uDE00")]
    [InlineData("\\\\ud800")]
    [InlineData("\\\\\\\\ud800")]
    [InlineData("\\u005cud800")]
    [InlineData("\\ud7ff\\ue000\\uffff")]
    [InlineData("\\u0000")]
    public async Task A_whole_pair_and_what_only_looks_like_half_of_one_arrives(string text)
    {
        string expected = JsonSerializer.Deserialize<string>($"\"{text}\"")!;
        Assert.Equal(expected, JsonDocument.Parse((await PostAsync("/elements", $"[\"{text}\"]")).Text).RootElement[0].GetString());
        Assert.Equal(expected, JsonDocument.Parse((await PostAsync("/texts", $"{{\"text\":\"{text}\"}}")).Text).RootElement.GetProperty("text").GetString());
        Assert.Equal("1", JsonDocument.Parse((await PostAsync("/maps", $"{{\"{text}\":1}}")).Text).RootElement.GetProperty(expected).ToString());
    }

    [Fact]
    public async Task A_broken_escape_is_no_JSON()
    {
        foreach (string escape in (string[])["\\u", "\\ud", "\\ud8", "\\ud80", "\\ud80g", "\\ud83d\\u", "\\ud83d\\ude0", "\\x", "\\", "\\U0041"])
            Assert.Equal(400, (await PostAsync("/elements", $"\"{escape}\"")).Status);
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("C0AF")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("E282")]
    [InlineData("80")]
    public async Task Invalid_UTF8_is_refused_wherever_it_stands(string hex)
    {
        byte[] bad = Convert.FromHexString(hex);
        foreach (string target in s_targets)
        {
            foreach (string body in (string[])["#", "#{}", "{}#", "{\"a\"#:1}", "{\"#\":1}", "{\"a\":\"#\"}", "[\"#\"]", "{\"unknown\":{\"x\":[\"#\"]}}", "{\"any\":\"#\"}", "1#"])
            {
                int at = body.IndexOf('#', StringComparison.Ordinal);
                byte[] all = [.. Encoding.UTF8.GetBytes(body[..at]), .. bad, .. Encoding.UTF8.GetBytes(body[(at + 1)..])];
                Assert.Equal((400, "The body is not UTF-8."), ((await SendAsync("POST", target, all)) is var got ? (got.Status, got.Detail) : default));
            }
        }
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_JSON()
    {
        // RFC 8259 section 8.1: it must not be sent, and whether it is taken is the reader's choice; System.Text.Json does not.
        foreach (string target in s_targets) Assert.Equal(400, (await SendAsync("POST", target, [0xEF, 0xBB, 0xBF, .. "{}"u8])).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\r\n\t ")]
    [InlineData("{}{}")]
    [InlineData("[] []")]
    [InlineData("{} x")]
    [InlineData("1 2")]
    [InlineData("{},")]
    [InlineData("{}\0")]
    [InlineData("\0")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a")]
    [InlineData("{")]
    [InlineData("[1,")]
    [InlineData("[1")]
    [InlineData("\"a")]
    [InlineData("tru")]
    [InlineData("nulls")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("/* */{}")]
    [InlineData("{}//")]
    [InlineData("undefined")]
    public async Task What_is_not_one_document_is_refused(string body)
    {
        foreach (string target in s_targets) Assert.Equal(400, (await PostAsync(target, body)).Status);
    }

    [Fact]
    public async Task Every_truncation_is_refused()
    {
        const string whole = """{"text":"a\u00e9\ud83d\ude00é","char":"c","map":{"a":"b"},"any":[1.5e3,true,null],"figure":{"kind":"circle","name":"n","radius":1}}""";
        byte[] utf8 = Encoding.UTF8.GetBytes(whole);
        Assert.Equal(200, (await SendAsync("POST", "/texts", utf8)).Status);
        for (int length = 0; length < utf8.Length; length++) Assert.Equal(400, (await SendAsync("POST", "/texts", utf8[..length])).Status);
    }

    [Fact]
    public async Task Duplicates_of_a_name_end_as_the_last_one()
    {
        string many = "{" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"\"a\":{i},")) + "\"a\":7}";
        Assert.Equal("""{"a":7}""", (await PostAsync("/strict", many)).Text);
        Assert.Equal("""{"a":7}""", (await PostAsync("/maps", many)).Text);
        Assert.Equal((200, "7"), ((await PostAsync("/objects", many)) is var o ? (o.Status, o.Text) : default));
        Assert.Equal(200, (await PostAsync("/elements", many)).Status);
        Assert.Equal(200, (await PostAsync("/nodes", many)).Status);
        Assert.Equal(200, (await PostAsync("/texts", """{"object":{"a":1,"a":2},"node":{"b":1,"b":{}},"rest":1,"rest":2}""")).Status);
    }

    [Fact]
    public async Task A_discriminator_may_not_come_twice()
    {
        Assert.Equal(400, (await PostAsync("/parts", """{"kind":2,"weight":1,"kind":2}""")).Status);
        Assert.Equal(400, (await PostAsync("/parts", """{"kind":"2","weight":1}""")).Status);
        Assert.Equal(400, (await PostAsync("/parts", """{"kind":1e999,"weight":1}""")).Status);
        Assert.Equal(400, (await PostAsync("/parts", """{"kind":99999999999,"weight":1}""")).Status);
        Assert.Equal(200, (await PostAsync("/parts", """{"weight":1,"kind":2}""")).Status);
    }

    [Theory]
    [InlineData("/objects", "[1]", "The body must be an object.")]
    [InlineData("/objects", "3", "The body must be an object.")]
    [InlineData("/objects", "\"a\"", "The body must be an object.")]
    public async Task JSON_nodes_of_another_kind_are_refused(string target, string body, string detail)
    {
        Assert.Equal((400, detail), ((await PostAsync(target, body)) is var got ? (got.Status, got.Detail) : default));
        Assert.Equal(["/object: must be an object"], (await PostAsync("/texts", $$"""{"object":{{body}}}""")).Errors);
    }

    [Fact]
    public async Task JSON_nodes_can_be_looked_into_whatever_they_hold()
    {
        Assert.Equal((200, "2"), ((await PostAsync("/objects", """{"a":1,"b":1,"a":2}""")) is var got ? (got.Status, got.Text) : default));
        Assert.Equal(200, (await PostAsync("/objects", "{}")).Status);
    }
}
