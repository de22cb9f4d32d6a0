// What the document says about the types of the kitchen sink.

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Galley.OpenApi.Tests;

public sealed partial class Types_have_schemas(Documented document) : IClassFixture<Documented>
{
    [Theory]
    [InlineData("bool", """{"type":"boolean"}""")]
    [InlineData("byte", """{"type":"integer","format":"uint8","minimum":0}""")]
    [InlineData("long", """{"type":"integer","format":"int64"}""")]
    [InlineData("uint", """{"type":["integer","null"],"format":"uint32","minimum":0}""")]
    [InlineData("double", """{"type":["number","null"],"format":"double"}""")]
    [InlineData("char", """{"type":"string","minLength":1,"maxLength":1}""")]
    [InlineData("text", """{"type":"string"}""")]
    [InlineData("maybe", """{"type":["string","null"]}""")]
    [InlineData("guid", """{"type":"string","format":"uuid"}""")]
    [InlineData("moment", """{"type":"string","format":"date-time"}""")]
    [InlineData("day", """{"type":"string","format":"date"}""")]
    [InlineData("uri", """{"type":["string","null"],"format":"uri-reference"}""")]
    [InlineData("bytes", """{"type":"string","contentEncoding":"base64"}""")]
    [InlineData("json", "{}")]
    [InlineData("texts", """{"type":"array","items":{"type":["string","null"]}}""")]
    [InlineData("grid", """{"type":"array","items":{"type":"array","items":{"type":"integer","format":"int32"}}}""")]
    [InlineData("parts", """{"type":["object","null"],"additionalProperties":{"$ref":"#/components/schemas/Part"}}""")]
    [InlineData("days", """{"type":"array","items":{"$ref":"#/components/schemas/Days"}}""")]
    [InlineData("color", """{"anyOf":[{"$ref":"#/components/schemas/Color"},{"type":"null"}]}""")]
    [InlineData("named", """{"type":"string","enum":["Red","DarkGreen"]}""")]
    [InlineData("wire-name", """{"type":"integer","format":"int32"}""")]
    [InlineData("big", """{"type":"string"}""")]
    [InlineData("part", """{"anyOf":[{"$ref":"#/components/schemas/Part"},{"type":"null"}]}""")]
    [InlineData("sum", """{"type":"integer","format":"int32","description":"Computed.","readOnly":true}""")]
    [InlineData("oldText", """{"type":["string","null"],"deprecated":true}""")]
    public void A_member_has_the_schema_of_its_type(string member, string json) => Assert.Equal(json, document.At("/components/schemas/Everything/properties/" + member));

    [Theory]
    [InlineData("email", """{"type":"string","format":"email","maxLength":254}""")]
    [InlineData("age", """{"type":"integer","format":"int32","minimum":18,"maximum":150}""")]
    [InlineData("nick", """{"type":["string","null"],"pattern":"^(?:[a-z]+)$"}""")]
    [InlineData("tags", """{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":5}""")]
    public void Rules_are_constraints(string member, string json) => Assert.Equal(json, document.At("/components/schemas/SignUp/properties/" + member));

    [Fact]
    public void What_a_client_must_send_is_required() => Assert.Equal("""["needed"]""", document.At("/components/schemas/Everything/required"));

    [Fact]
    public void What_is_only_ever_written_is_always_there() =>
        Assert.Equal("""["id","name","price","parent","color","level","isFree"]""", document.At("/components/schemas/TestsItem/required"));

    [Fact]
    public void Comments_of_records_are_those_of_their_parameters()
    {
        Assert.Equal("\"A thing that is kept.\"", document.At("/components/schemas/TestsItem/description"));
        Assert.Equal("""{"type":"number","format":"decimal","description":"In euros.","examples":[12.5]}""", document.At("/components/schemas/TestsItem/properties/price"));
        Assert.Equal("""{"anyOf":[{"$ref":"#/components/schemas/TestsItem"},{"type":"null"}],"description":"What it is a part of."}""",
            document.At("/components/schemas/TestsItem/properties/parent"));
    }

    [Theory]
    [InlineData("Color", """{"type":"integer","enum":[0,5],"x-enum-varnames":["Red","DarkGreen"],"description":"In JSON a number."}""")]
    [InlineData("Level", """{"type":"string","enum":["low","very-low","high"],"description":"In JSON a word."}""")]
    [InlineData("Days", """{"type":"integer"}""")]
    public void Enums_are_what_JSON_writes(string name, string json) => Assert.Equal(json, document.At("/components/schemas/" + name));

    [Fact]
    public void Defaults_are_what_JSON_writes()
    {
        Assert.Equal("""{"$ref":"#/components/schemas/Level","default":"low"}""", document.At("/components/schemas/NewItem/properties/level"));
        Assert.Equal("""{"type":"integer","format":"int32","default":1}""", document.At("/components/schemas/NewItem/properties/count"));
    }

    [Fact]
    public void A_polymorphic_type_is_one_of_its_derived_types()
    {
        Assert.Equal("""{"oneOf":[{"$ref":"#/components/schemas/FigureCircle"},{"$ref":"#/components/schemas/FigureSquare"}],"discriminator":{"propertyName":"kind",""" +
            """ "mapping":{"circle":"#/components/schemas/FigureCircle","square":"#/components/schemas/FigureSquare"}},"description":"A figure."}""".TrimStart(),
            document.At("/components/schemas/Figure"));
        Assert.Equal("""{"type":"object","required":["kind","radius","name"],"properties":{"kind":{"type":"string","const":"circle"},""" +
            """ "radius":{"type":"number","format":"double"},"name":{"type":"string"}},"description":"A round one."}""".TrimStart(), document.At("/components/schemas/FigureCircle"));
        Assert.StartsWith("""{"anyOf":[""", document.At("/components/schemas/Animal"), StringComparison.Ordinal);
        Assert.Contains(""" "$type":{"type":"integer","const":7}""".TrimStart(), document.At("/components/schemas/AnimalCat"), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_are_refused_are_said_to_be() => Assert.Equal("false", document.At("/components/schemas/Strict/additionalProperties"));

    [Fact]
    public void Names_are_short_where_they_can_be()
    {
        Assert.Equal("""{"$ref":"#/components/schemas/PageOfTestsItem"}""", document.At("/paths/~1tenants~1{tenant}~1pages/get/responses/200/content/application~1json/schema"));
        Assert.Equal("""{"$ref":"#/components/schemas/PageOfOtherItem"}""", document.At("/paths/~1tenants~1{tenant}~1users/get/responses/200/content/application~1json/schema"));
        Assert.Contains("Another one of the same name.", document.At("/components/schemas/OtherItem"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_component_is_referred_to()
    {
        string[] meant = [.. Reference().Matches(document.Text).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        string[] there = [.. document.Root.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => schema.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(meant, there);
    }

    [Fact]
    public void The_real_answer_fits_its_schema()
    {
        JsonElement properties = document.Root.GetProperty("components").GetProperty("schemas").GetProperty("Everything").GetProperty("properties");
        string json = JsonSerializer.Serialize(new Everything { Needed = "x", Json = JsonElement.Parse("1") }, JsonTypes.For<Everything>());
        Assert.Equal(JsonElement.Parse(json).EnumerateObject().Select(p => p.Name), properties.EnumerateObject().Select(p => p.Name));
    }

    [GeneratedRegex("\"#/components/schemas/([^\"]+)\"")]
    private static partial Regex Reference();
}
