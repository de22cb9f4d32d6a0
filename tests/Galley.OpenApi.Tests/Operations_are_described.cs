// What the document says about each operation of the kitchen sink.

namespace Galley.OpenApi.Tests;

public sealed class Operations_are_described(Documented document) : IClassFixture<Documented>
{
    private const string Items = "/paths/~1api~1v1~1items/get";
    private const string Item = "/paths/~1api~1v1~1items~1{id}/get";
    private const string Create = "/paths/~1api~1v1~1items/post";
    private const string Tag = """{"ETag":{"description":"Names the state of the thing: for `If-Match` and `If-None-Match`.","schema":{"type":"string"}}}""";
    private const string Id = """{"name":"id","in":"path","required":true,"schema":{"type":"integer","format":"int64"}}""";
    private const string IfMatch = """{"name":"If-Match","in":"header","required":true,"description":"The `ETag` of the thing as the client has read it, or `*` for whatever is there.","schema":{"type":"string"}}""";
    private const string Problem = """{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}""";

    [Theory]
    [InlineData("/openapi", "\"3.1.1\"")]
    [InlineData("/jsonSchemaDialect", "\"https://json-schema.org/draft/2020-12/schema\"")]
    [InlineData("/info/title", "\"Kitchen sink\"")]
    [InlineData("/servers", """[{"url":"/"}]""")]
    public void The_head_says_what_it_is(string pointer, string json) => Assert.Equal(json, document.At(pointer));

    [Theory]
    [InlineData("/paths/~1api~1v1~1items~1{id}~1parts~1{part}/get", "getApiV1ItemsByIdPartsByPart")]
    [InlineData("/paths/~1figures/get", "getFigures")]
    [InlineData("/paths/~1figures~1{name}/get", "getFiguresByName")]
    [InlineData("/paths/~1files~1{path}/get", "getFilesByPath")]
    [InlineData("/paths/~1versions~1{major}.json/get", "getVersionsByMajorJson")]
    [InlineData("/paths/~1api~1v1~1items~1{id}/delete", "removeItem")]
    public void Patterns_become_paths_and_names(string pointer, string name) => Assert.Equal($"\"{name}\"", document.At(pointer + "/operationId"));

    [Fact]
    public void Tags_are_the_first_word_that_says_something()
    {
        Assert.Equal("""["items"]""", document.At(Items + "/tags"));
        Assert.Equal("""["items","danger"]""", document.At("/paths/~1api~1v1~1items~1{id}/delete/tags"));
        Assert.StartsWith("""[{"name":"items"},{"name":"danger"},{"name":"figures"},""", document.At("/tags"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_is_summary_and_description()
    {
        Assert.Equal("\"Lists items\"", document.At(Items + "/summary"));
        Assert.Equal("\"Lists items. Newest first, see `Item` and `since`.\\n\\nPages are not needed yet.\\n\\n- first\\n\\n- second\"", document.At(Items + "/description"));
        Assert.Equal("\"The items.\"", document.At(Items + "/responses/200/description"));
        Assert.Equal("\"Nobody should call it: a < b & c\"", document.At("/paths/~1old/get/summary"));
        Assert.Equal("true", document.At("/paths/~1old/get/deprecated"));
        Assert.False(document.Has(Item + "/description"));
    }

    [Fact]
    public void What_the_route_says_comes_first()
    {
        Assert.Equal("\"Remove an item\"", document.At("/paths/~1api~1v1~1items~1{id}/delete/summary"));
        Assert.Equal("\"It is *gone* then.\"", document.At("/paths/~1api~1v1~1items~1{id}/delete/description"));
    }

    [Fact]
    public void An_operation_without_a_comment_is_called_like_its_method_or_its_path()
    {
        Assert.Equal("\"Replace\"", document.At("/paths/~1api~1v1~1items~1{id}/put/summary"));
        Assert.Equal("\"Get nothing\"", document.At("/paths/~1nothing/get/summary"));
    }

    [Theory]
    [InlineData(Items, 0, """{"name":"since","in":"query","description":"The day from which on items count.","schema":{"type":"string","format":"date"},"example":"2026-01-31"}""")]
    [InlineData(Items, 1, """{"name":"tags","in":"query","description":"Only items with one of these.","schema":{"type":"array","items":{"type":"string"}}}""")]
    [InlineData(Item, 0, """{"name":"id","in":"path","required":true,"schema":{"type":"string","format":"uuid"}}""")]
    [InlineData("/paths/~1api~1v1~1items~1{id}~1parts~1{part}/get", 1, """{"name":"part","in":"path","required":true,"schema":{"type":"integer","format":"int32","minimum":1,"maximum":9}}""")]
    [InlineData("/paths/~1figures~1{name}/get", 0, """{"name":"name","in":"path","required":true,"schema":{"type":"string"}}""")]
    [InlineData("/paths/~1files~1{path}/get", 0, """{"name":"path","in":"path","required":true,"description":"The rest of the path, slashes included.","schema":{"type":"string"}}""")]
    [InlineData("/paths/~1tenants~1{tenant}~1pages/get", 1, """{"name":"page","in":"query","schema":{"type":"integer","format":"int32","default":1}}""")]
    [InlineData("/paths/~1tenants~1{tenant}~1pages/get", 3, """{"name":"color","in":"query","schema":{"type":"string","enum":["Red","DarkGreen"],"default":"DarkGreen"}}""")]
    [InlineData("/paths/~1tenants~1{tenant}~1pages/get", 5, """{"name":"If-Match","in":"header","schema":{"type":"string"}}""")]
    [InlineData("/paths/~1search/get", 0, """{"name":"text","in":"query","description":"Words.","schema":{"type":"string","maxLength":50}}""")]
    [InlineData("/paths/~1search/get", 1, """{"name":"page","in":"query","schema":{"type":"integer","format":"int32","default":1}}""")]
    [InlineData("/paths/~1search/get", 2, """{"name":"session","in":"cookie","schema":{"type":"string"}}""")]
    [InlineData("/paths/~1limited/get", 0, """{"name":"limit","in":"query","schema":{"type":"integer","format":"int32","minimum":1,"maximum":200,"default":50}}""")]
    [InlineData("/paths/~1sizes~1{size}/get", 0, """{"name":"size","in":"path","required":true,"schema":{"$ref":"#/components/schemas/Size"}}""")]
    [InlineData("/paths/~1sizes~1{size}/get", 1, """{"name":"others","in":"query","schema":{"type":"array","items":{"$ref":"#/components/schemas/Size"}}}""")]
    [InlineData("/paths/~1sizes~1{size}/get", 2, """{"name":"other","in":"query","schema":{"$ref":"#/components/schemas/Size","default":"Large"}}""")]
    [InlineData("/paths/~1tenants~1{tenant}~1users/get", 0, """{"name":"tenant","in":"path","required":true,"schema":{"type":"string"}}""")]
    [InlineData("/paths/~1tenants~1{tenant}~1users/get", 1, """{"name":"search","in":"query","schema":{"type":"string"}}""")]
    [InlineData("/paths/~1raw~1{id}/get", 0, """{"name":"id","in":"path","required":true,"schema":{"type":"integer","format":"int32"}}""")]
    public void Parameters_say_where_and_what_they_are(string operation, int index, string json) => Assert.Equal(json, document.At($"{operation}/parameters/{index}"));

    [Fact]
    public void The_shorter_path_of_an_optional_segment_has_no_parameter_for_it() => Assert.False(document.Has("/paths/~1figures/get/parameters"));

    [Fact]
    public void A_body_has_its_schema_and_an_example() => Assert.Equal(
        """{"description":"What it shall be.","required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/NewItem"},""" +
        """ "example":{"name":"Lamp","price":12.5,"labels":{"room":"kitchen"}}}}}""".TrimStart(), document.At(Create + "/requestBody"));

    [Fact]
    public void A_form_is_a_body()
    {
        const string Letter = """{"schema":{"type":"object","required":["subject"],"properties":{"subject":{"type":"string"},"urgent":{"type":"boolean","default":false}}}}""";
        Assert.Equal("""{"required":true,"content":{"application/x-www-form-urlencoded":""" + Letter + ",\"multipart/form-data\":" + Letter + "}}", document.At("/paths/~1letters/post/requestBody"));
        Assert.Equal("""{"multipart/form-data":{"schema":{"type":"object","required":["title","picture"],"properties":{"title":{"type":"string"},""" +
            """ "picture":{"type":"string","contentMediaType":"application/octet-stream"}}}}}""".TrimStart(), document.At("/paths/~1pictures/post/requestBody/content"));
    }

    [Theory]
    [InlineData(Items, """["200","400"]""")]
    [InlineData(Item, """["200","400","404","451"]""")]
    [InlineData(Create, """["201","400","409","422"]""")]
    [InlineData("/paths/~1api~1v1~1items~1{id}/put", """["202","204","400","404","410"]""")]
    [InlineData("/paths/~1api~1v1~1items~1{id}/delete", """["204","400"]""")]
    [InlineData("/paths/~1several/get", """["200","400","409","default"]""")]
    [InlineData("/paths/~1told/get", """["200","503"]""")]
    [InlineData("/paths/~1go/get", """["303"]""")]
    [InlineData("/paths/~1nothing/get", """["204"]""")]
    [InlineData("/paths/~1strict/post", """["202","400"]""")]
    [InlineData("/paths/~1signup/post", """["204","400","422"]""")]
    [InlineData("/paths/~1search/get", """["200","400","422"]""")]
    [InlineData("/paths/~1letters/post", """["202","400"]""")]
    [InlineData("/paths/~1maybe/get", """["200","400","404"]""")]
    [InlineData("/paths/~1raw~1{id}/get", """["default"]""")]
    [InlineData("/paths/~1versioned~1{id}/get", """["200","203","304","400","412"]""")]
    [InlineData("/paths/~1versioned~1{id}/put", """["200","400","404","412","428"]""")]
    [InlineData("/paths/~1versioned~1{id}/patch", """["200","400","412","428"]""")]
    [InlineData("/paths/~1versioned~1{id}/delete", """["412","428","default"]""")]
    public void Answers_are_found_in_types_and_bodies(string operation, string statuses) =>
        Assert.Equal(statuses, System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonElement.Parse(document.At(operation + "/responses")).EnumerateObject().Select(r => r.Name)));

    [Theory]
    [InlineData(Create + "/responses/409", """{"description":"The name {name} is taken.","content":""" + Problem + "}")]
    [InlineData(Item + "/responses/404", """{"description":"There is no such item.","content":""" + Problem + "}")]
    [InlineData("/paths/~1several/get/responses/200/content", """{"application/json":{"schema":{"anyOf":[{"$ref":"#/components/schemas/Part"},{"$ref":"#/components/schemas/Strict"}]}}}""")]
    [InlineData("/paths/~1told/get/responses/200", """{"description":"A part.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Part"}},"text/csv":{"schema":{"type":"string"}}}}""")]
    [InlineData("/paths/~1maybe/get/responses/200/content", """{"application/json":{"schema":{"$ref":"#/components/schemas/Part"}}}""")]
    [InlineData("/paths/~1numbers/get/responses/200/content", """{"application/json":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/Part"}}},"application/x-ndjson":{"schema":{"$ref":"#/components/schemas/Part"}}}""")]
    [InlineData("/paths/~1csv/get/responses/200/content", """{"text/csv":{"schema":{"type":"string"}}}""")]
    [InlineData("/paths/~1picture/get/responses/200/content", """{"image/png":{}}""")]
    [InlineData("/paths/~1old/get/responses/200/content", """{"text/plain":{"schema":{"type":"string"}}}""")]
    [InlineData("/paths/~1versioned~1{id}/get/responses/203/headers", Tag)]
    [InlineData("/paths/~1versioned~1{id}/get/responses/304", """{"description":"Not Modified","headers":""" + Tag + "}")]
    [InlineData("/paths/~1versioned~1{id}/put/responses/200/headers", Tag)]
    [InlineData("/paths/~1versioned~1{id}/put/responses/412", """{"description":"Somebody was faster.","headers":""" + Tag + ",\"content\":" + Problem + "}")]
    [InlineData("/paths/~1versioned~1{id}/put/responses/428", """{"description":"`If-Match` is missing.","content":""" + Problem + "}")]
    [InlineData("/paths/~1versioned~1{id}/patch/parameters", "[" + Id + "," + IfMatch + "]")]
    [InlineData("/paths/~1versioned~1{id}/delete/parameters/1", IfMatch)]
    [InlineData("/paths/~1go/get/responses/303/headers/Location/schema", """{"type":"string","format":"uri-reference"}""")]
    public void Answers_say_what_they_hold(string pointer, string json) => Assert.Equal(json, document.At(pointer));

    [Theory]
    [InlineData("/paths/~1hidden")]
    [InlineData("/paths/~1cache")]
    [InlineData("/paths/~1livez")]
    [InlineData("/paths/~1readyz")]
    [InlineData("/paths/~1openapi.json")]
    [InlineData("/paths/~1reference")]
    public void Some_paths_are_nobodys_business(string pointer) => Assert.False(document.Has(pointer));

    [Fact]
    public void Routes_that_only_constraints_tell_apart_share_a_path()
    {
        Assert.Equal("\"getSameById\"", document.At("/paths/~1same~1{id}/get/operationId"));
        // The path has the names of the first, so the parameter has, too.
        Assert.Equal("\"id\"", document.At("/paths/~1same~1{id}/post/parameters/0/name"));
        Assert.False(document.Has("/paths/~1same~1{name}"));
    }
}
