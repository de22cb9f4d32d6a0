// Generated metadata against reflection: the same bytes out, the same values in, for every shape; and strictness where Galley adds it.

using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using CsCheck;
using Galley.Generator.Tests.Shapes;

namespace Galley.Generator.Tests;

public class JsonTests
{
    private static readonly JsonSerializerOptions s_reflection = new(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static string Same<T>(T value, JsonTypeInfo<T> generated, bool isReadBack = true)
    {
        string expected = JsonSerializer.Serialize(value, s_reflection);
        Assert.Equal(expected, JsonSerializer.Serialize(value, generated));
        if (generated.SerializeHandler is { } fast) Assert.Equal(expected, Fast(value, fast));
        if (!isReadBack) return expected;
        T? back = JsonSerializer.Deserialize(expected, generated);
        Assert.Equal(expected, JsonSerializer.Serialize(back, s_reflection));
        Assert.Equal(expected, JsonSerializer.Serialize(back!, generated));
        return expected;
    }

    private static string Fast<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes)) write(writer, value);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    [Fact]
    public void Ordinary_types_have_a_fast_path_and_others_do_not()
    {
        Assert.NotNull(JsonTypes.For<Person>().SerializeHandler);
        Assert.NotNull(JsonTypes.For<List<Point>>().SerializeHandler);
        Assert.Null(JsonTypes.For<Named>().SerializeHandler);
        Assert.NotNull(JsonTypes.For<Figure>().SerializeHandler);
        Assert.Null(JsonTypes.For<Shapes.Extended>().SerializeHandler);
    }

    [Fact]
    public void A_cycle_ends_as_an_exception()
    {
        var children = new List<Tree>();
        var tree = new Tree("a", children);
        children.Add(tree);
        Assert.Throws<InvalidOperationException>(() => Fast(tree, JsonTypes.For<Tree>().SerializeHandler!));
    }

    [Theory]
    [InlineData("Id")]
    [InlineData("URL")]
    [InlineData("URLValue")]
    [InlineData("IOStream")]
    [InlineData("already")]
    [InlineData("_x")]
    [InlineData("Å")]
    public void Names_are_those_of_the_policy(string name) => Assert.Equal(JsonNamingPolicy.CamelCase.ConvertName(name), Json.NamingPolicies.CamelCase(name));

    [Fact]
    public void Records() => Gen.Select(Gen.String, Gen.Int, Gen.String.Null(), Gen.Double.Where(double.IsFinite), Gen.DateTime)
        .Sample((name, age, nick, weight, born) =>
        {
            Same(new Person(name, age, nick, Color.Blue, weight, born), JsonTypes.For<Person>());
            Same(new Derived(name, nick ?? "x") { Street = nick, Age = age }, JsonTypes.For<Derived>());
            Same(new Pair(age, nick), JsonTypes.For<Pair>());
            Same(new Mutable(age, nick), JsonTypes.For<Mutable>());
            Same<Pair?>(null, JsonTypes.For<Pair?>());
        });

    [Fact]
    public void Classes_and_structs()
    {
        Same(new Defaults { Text = "t", Number = 9, Items = [3] }, JsonTypes.For<Defaults>());
        Same(new Required { Name = "n", Count = null }, JsonTypes.For<Required>());
        Same(new Plain { A = 1, B = "b" }, JsonTypes.For<Plain>());
        Same(new GetOnly("n", 3), JsonTypes.For<GetOnly>());
        Same(new SeveralConstructors("a", 5), JsonTypes.For<SeveralConstructors>());
        Same(new Generic<int>(1) { More = [2], Other = 3 }, JsonTypes.For<Generic<int>>());
        Same(new Generic<Point>(new(1, 2)) { More = [new(3, 4)] }, JsonTypes.For<Generic<Point>>());
    }

    [Fact]
    public void Initializers_keep_their_values_when_a_member_is_absent()
    {
        Defaults read = JsonSerializer.Deserialize("""{"included":8,"hidden":9}""", JsonTypes.For<Defaults>())!;
        Assert.Equal(("initial", 7, 2, 8, 3), (read.Text, read.Number, read.Items.Count, read.Included, read.Hidden));
        Assert.Equal(new Person("a"), JsonSerializer.Deserialize("""{"name":"a"}""", JsonTypes.For<Person>()));
    }

    [Fact]
    public void Enums() => Same(new Enums(Color.Blue, Shapes.Size.Large, null, Shade.Dark, [Color.Red, (Color)77], new() { [Color.Green] = 1 }), JsonTypes.For<Enums>());

    [Fact]
    public void Attributes()
    {
        string json = Same(new Named("n", 0, 1) { Big = 5, Loud = "hey" }, JsonTypes.For<Named>());
        Assert.StartsWith("{\"first\":1,\"the-name\":\"n\"", json, StringComparison.Ordinal);
        Same(new Named("n", 0, 1) { Maybe = "m", Zero = 1 }, JsonTypes.For<Named>());
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"a":1,"b":2}""", JsonTypes.For<Strict>()));
        Same(new Strict(1), JsonTypes.For<Strict>());
        Same(JsonSerializer.Deserialize("""{"known":1,"x":[1],"y":null}""", JsonTypes.For<Extended>())!, JsonTypes.For<Extended>());
    }

    [Fact]
    public void Collections_of_every_kind() => Same(new Collections([1, 2], ["a", null], [new(1, 2)], [1], [2], [new(1, "r")], ["s"], new HashSet<int> { 4 },
        new() { ["A b"] = new(1, 2) }, new Dictionary<string, int> { ["k"] = 1 }, new Dictionary<Guid, string> { [Guid.Empty] = "g" }, [1, 2],
        ["i"], [[1], []], [1, 2, 3], new("k", 1), new() { ["b"] = 1, ["a"] = 2 }), JsonTypes.For<Collections>());

    [Fact]
    public void Roots_that_are_not_objects()
    {
        Same([1, 2], JsonTypes.For<int[]>());
        Same([new Point(1, 2)], JsonTypes.For<List<Point>>());
        Same([new Point(1, 2)], JsonTypes.For<IEnumerable<Point>>());
        Same([5], JsonTypes.For<Numbers>());
        Same("text", JsonTypes.For<string>());
        Same(5, JsonTypes.For<int?>());
        Same(JsonNode.Parse("""{"a":[1,null]}"""), JsonTypes.For<JsonNode>()!);
    }

    [Fact]
    public void Recursion() => Same(new Tree("a", [new("b", [], null), new("c", [new("d", [])])], new("p", [])), JsonTypes.For<Tree>());

    [Fact]
    public void Values() => Gen.Select(Gen.Long, Gen.Decimal, Gen.Float.Where(float.IsFinite), Gen.Guid, Gen.DateTimeOffset, Gen.TimeSpan).Sample((l, m, f, g, o, s) =>
        Same(new Everything(l > 0, (byte)l, (sbyte)l, (short)l, (ushort)l, (int)l, (uint)l, l, (ulong)l, f, f, m, 'x', g.ToString(), g, o.UtcDateTime, o,
            DateOnly.FromDateTime(o.DateTime), TimeOnly.FromDateTime(o.DateTime), s, new("http://a/b"), new(1, 2), (int)l, g, JsonSerializer.SerializeToElement(l),
            JsonNode.Parse("[1]"), [], l), JsonTypes.For<Everything>()));

    [Fact]
    public void Polymorphism()
    {
        Same<Figure>(new Circle("c", 1), JsonTypes.For<Figure>());
        Same<Figure[]>([new Circle("c", 1), new Square("s", 2)], JsonTypes.For<Figure[]>());
        Assert.Equal(JsonSerializer.Serialize(new Holder(new Shape("s", 3)), s_reflection), JsonSerializer.Serialize(new Holder(new Shape("s", 3)), JsonTypes.For<Holder>()));
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"age":1}""", "name")]
    public void A_missing_constructor_parameter_is_an_error_that_names_it(string json, string member) =>
        Assert.Contains(member, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, JsonTypes.For<Person>())).Message, StringComparison.Ordinal);

    [Fact]
    public void Missing_members_are_errors_in_structs_and_get_only_classes_too()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"right":"r"}""", JsonTypes.For<Pair>()));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"name":"r"}""", JsonTypes.For<GetOnly>()));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"name":"r"}""", JsonTypes.For<Required>()));
        Assert.Equal(new Pair(1, null), JsonSerializer.Deserialize("""{"left":1}""", JsonTypes.For<Pair>()));
    }

    [Fact]
    public void Input_is_case_insensitive_and_numbers_in_strings_are_read() =>
        Assert.Equal((new Point(1, 2), 3), (JsonSerializer.Deserialize("""{"X":"1","y":2}""", JsonTypes.For<Point>())!, JsonSerializer.Deserialize("""["3"]""", JsonTypes.For<int[]>())![0]));

    [Theory]
    [InlineData("""{"name":null,"age":1}""")]
    [InlineData("""{"name":"n","color":null}""")]
    public void A_null_where_there_is_none_is_an_error(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, JsonTypes.For<Person>()));

    [Fact]
    public void Nulls_are_written_whatever_the_type_says_by_hand_described_types_too()
    {
        JsonTypes.Register(options => (JsonTypeInfo<ByHand>)new DefaultJsonTypeInfoResolver().GetTypeInfo(typeof(ByHand), options));
        Assert.Equal("""{"name":null}""", JsonSerializer.Serialize(new ByHand(null!), (JsonTypeInfo<ByHand>)JsonTypes.Options.GetTypeInfo(typeof(ByHand))));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"name":null}""", (JsonTypeInfo<ByHand>)JsonTypes.Options.GetTypeInfo(typeof(ByHand))));
        Same(new Person(null!), JsonTypes.For<Person>(), isReadBack: false);
    }

    [Fact]
    public void A_context_of_System_Text_Json_can_be_registered()
    {
        JsonTypes.Register(ByContext.Default);
        var value = new Contextual("a", [1.5, 2], new(3, 4));
        Assert.Equal("""{"name":"a","ratios":[1.5,2],"point":{"x":3,"y":4}}""", JsonSerializer.Serialize(value, JsonTypes.For<Contextual>()));
        var bytes = new ArrayBufferWriter<byte>();
        Response.Ok(value).Body!.Serialize(value, bytes);
        Assert.Equal("""{"name":"a","ratios":[1.5,2],"point":{"x":3,"y":4}}""", Encoding.UTF8.GetString(bytes.WrittenSpan));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"name":"a","ratios":[1e999]}""", JsonTypes.For<Contextual>()));
    }

    [Fact]
    public void Attributes_about_null_count()
    {
        Assert.Equal("none", JsonSerializer.Deserialize("""{"text":null,"never":"x"}""", JsonTypes.For<AboutNull>())!.Text);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"never":null}""", JsonTypes.For<AboutNull>()));
        Assert.Equal("""{"text":"none","never":null}""", JsonSerializer.Serialize(new AboutNull(), JsonTypes.For<AboutNull>()));
    }
}
