// The types whose generated metadata the tests run. Internal on purpose: generated code must reach those of the program's own assembly.

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

// People do not seal their records, so these are not.
#pragma warning disable CA1852

namespace Galley.Generator.Tests.Shapes;

internal record Point(int X, int Y);

internal record Person(string Name, int Age = 18, string? Nick = null, Color Color = Color.Green, double Weight = 1.5, DateTime Born = default);

internal record Derived(string Name, string City) : Person(Name)
{
    public string? Street { get; set; }
}

internal readonly record struct Pair(int Left, string? Right);

internal record struct Mutable(int Left, string? Right);

internal struct Plain
{
    public int A { get; set; }

    public string? B { get; init; }
}

internal class Defaults
{
    public string Text { get; init; } = "initial";

    public int Number { get; set; } = 7;

    public List<int> Items { get; init; } = [1, 2];

    public int Computed => Number * 2;

    public int Hidden { get; private set; } = 3;

    [JsonInclude]
    public int Included { get; private set; } = 4;
}

internal class Required
{
    public required string Name { get; init; }

    public required int? Count { get; set; }

    public string? Note { get; init; }
}

internal record Generic<T>(T Value)
    where T : notnull
{
    public T? Other { get; init; }

    public required IReadOnlyList<T> More { get; init; }
}

internal class GetOnly(string name, int count)
{
    public string Name { get; } = name;

    public int Count { get; } = count;
}

internal class SeveralConstructors
{
    public SeveralConstructors(string a) : this(a, 1) { }

    [JsonConstructor]
    public SeveralConstructors(string a, int b) => (A, B) = (a, b);

    public string A { get; }

    public int B { get; }
}

internal enum Color
{
    Red,
    Green = 5,
    Blue,
}

[JsonConverter(typeof(JsonStringEnumConverter<Size>))]
internal enum Size
{
    Small,
    Large,
}

[JsonConverter(typeof(JsonStringEnumConverter))]
internal enum Shade
{
    Light,
    Dark,
}

internal record Named([property: JsonPropertyName("the-name")] string Name, [property: JsonIgnore] int Secret, [property: JsonPropertyOrder(-1)] int First)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Maybe { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Zero { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long Big { get; init; }

    [JsonConverter(typeof(Shout))]
    public string? Loud { get; init; }

    public string @class { get; init; } = "c";
}

internal class Shout : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!.TrimEnd('!');

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value + "!");
}

internal record Enums(Color Color, Size Size, Size? Maybe, Shade Shade, Color[] Colors, Dictionary<Color, int> Counts);

internal record Collections(
    int[] Array,
    List<string?> List,
    IReadOnlyList<Point> ReadOnly,
    IList<int> IList,
    ICollection<int> ICollection,
    IEnumerable<Pair> IEnumerable,
    HashSet<string> Set,
    ISet<int> ISet,
    Dictionary<string, Point> Dictionary,
    IReadOnlyDictionary<string, int> ReadOnlyDictionary,
    IDictionary<Guid, string> IDictionary,
    ImmutableArray<int> Immutable,
    ImmutableList<string> ImmutableList,
    int[][] Nested,
    byte[] Bytes,
    KeyValuePair<string, int> KeyValue,
    SortedDictionary<string, int> Sorted);

internal record Tree(string Name, List<Tree> Children, Tree? Parent = null);

internal record Everything(
    bool Bool, byte Byte, sbyte SByte, short Short, ushort UShort, int Int, uint UInt, long Long, ulong ULong, float Float, double Double, decimal Decimal,
    char Char, string String, Guid Guid, DateTime DateTime, DateTimeOffset Offset, DateOnly Date, TimeOnly Time, TimeSpan Span, Uri? Uri, Version? Version,
    int? MaybeInt, Guid? MaybeGuid, JsonElement Element, JsonNode? Node, JsonObject? Object, Int128 Huge);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
internal abstract record Figure(string Name);

internal record Circle(string Name, double Radius) : Figure(Name);

internal record Square(string Name, double Side) : Figure(Name);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal record Strict(int A);

internal class Extended
{
    public int Known { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal class Numbers : List<int>
{
}

internal interface IShape
{
    string Name { get; }
}

internal record Shape(string Name, int Sides) : IShape;

internal record Holder(IShape Shape);

internal record ByHand(string Name);

internal class AboutNull
{
    [AllowNull]
    public string Text { get => field ?? "none"; set; }

    [DisallowNull]
    public string? Never { get; set; }
}

internal record Contextual(string Name, double[] Ratios, Point Point);

// Its own options differ from Galley's, and must not show.
[JsonSerializable(typeof(Contextual))]
internal sealed partial class ByContext : JsonSerializerContext;
