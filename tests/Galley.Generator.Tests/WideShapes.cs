// The types of the differential test: everything a program may hand to JSON. Elements are nullable where they are references, because Galley refuses
// nulls that annotations exclude, and System.Text.Json does not.

using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

#pragma warning disable CA1852, CA1711, CA1010, IDE0051, CA1051, CA1815, CS0649

namespace Galley.Generator.Tests.Wide;

internal record Scalars(
    bool Bool, byte Byte, sbyte SByte, short Short, ushort UShort, int Int, uint UInt, long Long, ulong ULong, Int128 Int128, UInt128 UInt128, Half Half, float Float, double Double,
    decimal Decimal, char Char, string String, Guid Guid, DateTime DateTime, DateTimeOffset Offset, DateOnly Date, TimeOnly Time, TimeSpan Span, Uri Uri, Version Version, byte[] Bytes,
    Memory<byte> Memory, ReadOnlyMemory<byte> ReadOnlyMemory, JsonElement Element);

internal record Maybes(
    bool? Bool, byte? Byte, sbyte? SByte, short? Short, int? Int, long? Long, ulong? ULong, Int128? Int128, Half? Half, float? Float, double? Double, decimal? Decimal, char? Char, string? String,
    Guid? Guid, DateTime? DateTime, DateTimeOffset? Offset, DateOnly? Date, TimeOnly? Time, TimeSpan? Span, Uri? Uri, Version? Version, byte[]? Bytes, Plain? Plain, Hue? Hue,
    Memory<byte>? Memory, JsonNode? Node, JsonObject? Object, JsonArray? Array, JsonValue? Value);

internal enum Hue : byte
{
    Red,
    Green = 7,
}

internal enum Wide : long
{
    Low = long.MinValue,
    High = long.MaxValue,
}

internal enum Huge : ulong
{
    None,
    All = ulong.MaxValue,
}

[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<Rights>))]
internal enum Rights
{
    None = 0,
    Read = 1,
    [JsonStringEnumMemberName("to-write")]
    Write = 2,
    Both = 3,
}

[JsonConverter(typeof(JsonStringEnumConverter))]
internal enum Mood : short
{
    Good = 1,
    Bad = -1,
}

internal record Enums(Hue Hue, Wide Wide, Huge Huge, Rights Rights, Mood Mood, Hue? MaybeHue, Rights? MaybeRights, Hue[] Hues, List<Mood> Moods, Dictionary<Hue, int> ByHue,
    Dictionary<Rights, Mood> ByRights, [property: JsonConverter(typeof(JsonStringEnumConverter))] Hue Named);

internal struct Plain
{
    public int A { get; set; }

    public string? B { get; init; }

    [JsonInclude]
    public long Field;

    public int Ignored;
}

internal readonly struct Fixed
{
    [JsonConstructor]
    public Fixed(int left, string? right = "r") => (Left, Right) = (left, right);

    public int Left { get; }

    public string? Right { get; }
}

internal class Members
{
    public string Text { get; set; } = "initial";

    public int Number { get; init; } = 7;

    public required string? Needed { get; init; }

    public required int NeededToo { get; set; }

    [JsonRequired]
    public int Marked { get; set; }

    [JsonPropertyName("a \"b\" é/<ß>&'+`")]
    public string? Renamed { get; set; }

    [JsonIgnore]
    public string Never { get; set; } = "never";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Always { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotNull { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? NotNullNumber { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double NotZero { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Plain NotEmpty { get; set; }

    [JsonPropertyOrder(-5)]
    public int First { get; set; }

    [JsonPropertyOrder(5)]
    public int Last { get; set; }

    [JsonInclude]
    public int PrivatelySet { get; private set; } = 3;

    [JsonInclude]
    public int PrivatelyRead { private get; set; } = 4;

    [JsonInclude]
    internal string? Internal { get; set; }

    [JsonInclude]
    private int Hidden { get; set; } = 5;

    [JsonInclude]
    private string? _field = "f";

    [JsonInclude]
    public int[]? Open;

    public int Computed => Number * 2;

    public int NotSet { get; private set; } = 6;

    public int @class { get; set; }

    public string URLValue { get; set; } = "";

    public int _under { get; set; }

    public int Größe { get; set; }

    public string? Said() => _field + Hidden;
}

internal class Directed
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWriting)]
    public int In { get; set; } = 1;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)]
    public int Out { get; set; } = 2;
}

[JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
internal class AllNumbers
{
    public int Int { get; set; }

    public double Double { get; set; }

    public float? Float { get; set; }

    public List<Half>? Halves { get; set; }

    public Dictionary<string, long>? Longs { get; set; }

    [JsonNumberHandling(JsonNumberHandling.Strict)]
    public decimal Strict { get; set; }

    [JsonNumberHandling(JsonNumberHandling.Strict)]
    public double StrictDouble { get; set; }
}

internal class SomeNumbers
{
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double Named { get; set; }

    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString)]
    public float[]? NamedList { get; set; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
    public int[]? Written { get; set; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
    public double? WrittenDouble { get; set; }

    public double[]? Usual { get; set; }
}

internal record Lists(
    int[] Array, List<string?> List, IReadOnlyList<Plain> ReadOnlyList, IReadOnlyCollection<int> ReadOnlyCollection, IList<int> IList, ICollection<int> ICollection, IEnumerable<int?> IEnumerable,
    HashSet<string?> Set, ISet<int> ISet, SortedSet<int> SortedSet, LinkedList<int> Linked, Collection<int> Collection, ObservableCollection<int> Observable, Queue<int> Queue, Stack<int> Stack,
    ConcurrentQueue<int> ConcurrentQueue, ConcurrentStack<int> ConcurrentStack, ImmutableArray<int> ImmutableArray, ImmutableList<int> ImmutableList, IImmutableList<int> IImmutableList,
    ImmutableHashSet<int> ImmutableHashSet, IImmutableSet<int> IImmutableSet, ImmutableSortedSet<int> ImmutableSortedSet, ImmutableQueue<int> ImmutableQueue, IImmutableQueue<int> IImmutableQueue,
    ImmutableStack<int> ImmutableStack, IImmutableStack<int> IImmutableStack, int[]?[] Nested, List<List<Dictionary<string, int[]?>?>?> Deep, Memory<int> Memory, ReadOnlyMemory<Plain> ReadOnlyMemory,
    KeyValuePair<string?, int>[] Pairs, Own Own, OwnList OwnList, List<KeyValuePair<int, Plain?>> MorePairs);

internal class Own : ICollection<int>
{
    private readonly List<int> _items = [];

    public int Count => _items.Count;

    public bool IsReadOnly => false;

    public void Add(int item) => _items.Add(item);

    public void Clear() => _items.Clear();

    public bool Contains(int item) => _items.Contains(item);

    public void CopyTo(int[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    public bool Remove(int item) => _items.Remove(item);

    IEnumerator<int> IEnumerable<int>.GetEnumerator() => _items.GetEnumerator();

    public IEnumerator GetEnumerator() => _items.GetEnumerator();
}

internal class OwnList : List<string?>
{
    public string Unseen { get; set; } = "not written";
}

internal record Maps(
    Dictionary<string, int> Strings, IDictionary<string, string?> IDictionary, IReadOnlyDictionary<string, Plain> IReadOnly, SortedDictionary<string, int> Sorted, SortedList<string, int> SortedList,
    ConcurrentDictionary<string, int> Concurrent, ImmutableDictionary<string, int> Immutable, IImmutableDictionary<string, int> IImmutable, ImmutableSortedDictionary<string, int> ImmutableSorted,
    Dictionary<int, int> Ints, Dictionary<Guid, int> Guids, Dictionary<DateOnly, int> Dates, Dictionary<DateTime, int> Times, Dictionary<bool, int> Bools, Dictionary<long, int> Longs,
    Dictionary<char, int> Chars, Dictionary<double, int> Doubles, Dictionary<float, int> Floats, Dictionary<decimal, int> Decimals, Dictionary<TimeSpan, int> Spans, Dictionary<Uri, int> Uris,
    Dictionary<Version, int> Versions, Dictionary<byte, int> Bytes, Dictionary<Int128, int> Int128s, Dictionary<Half, int> Halves, Dictionary<string, Dictionary<string, Members?>?> Deep,
    Dictionary<string, JsonElement> Elements, Dictionary<Named, int> ByNamed);

[JsonConverter(typeof(NamedConverter))]
internal readonly record struct Named(string Text);

internal class NamedConverter : JsonConverter<Named>
{
    public override Named Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? throw new JsonException());

    public override void Write(Utf8JsonWriter writer, Named value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);

    public override Named ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Named value, JsonSerializerOptions options) => writer.WritePropertyName(value.Text);
}

internal class WrittenOnly
{
    public IReadOnlySet<int> ReadOnlySet { get; set; } = new HashSet<int> { 1, 2 };

    public FrozenSet<string> Frozen { get; set; } = FrozenSet.Create("a");

    public FrozenDictionary<string, int> FrozenMap { get; set; } = new Dictionary<string, int> { ["a"] = 1 }.ToFrozenDictionary();

    public ReadOnlyCollection<int> ReadOnly { get; set; } = new([1, 2]);

    public ReadOnlyDictionary<string, int> ReadOnlyMap { get; set; } = new(new Dictionary<string, int> { ["a"] = 1 });

    public ConcurrentBag<int> Bag { get; set; } = [1];

    public Lazy Ours { get; set; } = new();

    internal class Lazy : IEnumerable<string>
    {
        public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)["x", "y"]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Dog), "dog")]
[JsonDerivedType(typeof(Cat), "cat \"é\"")]
[JsonDerivedType(typeof(Animal), "any")]
internal class Animal
{
    public string Name { get; set; } = "";
}

internal class Dog : Animal
{
    public int Barks { get; set; }
}

internal class Cat : Animal
{
    public Animal? Friend { get; set; }
}

[JsonDerivedType(typeof(Byte1), 1)]
[JsonDerivedType(typeof(Byte2), 2)]
internal abstract record Token;

internal record Byte1(int A) : Token;

internal record Byte2(string? B) : Token;

internal record Zoo(List<Animal?> Animals, Animal? Favorite, Dictionary<string, Token?> Tokens, Token?[] More, Cat? Cat);

internal record Page<T>(T Item, List<T> Items, Dictionary<string, T> ByName)
{
    public Page<T>? Next { get; init; }
}

internal record Level1(int A)
{
    public virtual string? V { get; init; }

    public int Shadowed { get; init; }

    [JsonPropertyOrder(-1)]
    public int Early { get; init; }
}

internal record Level2(int A, int B) : Level1(A)
{
    public override string? V { get; init; }

    public new string? Shadowed { get; init; }
}

internal record Level3(int A, int B, int C) : Level2(A, B);

internal record Tree(string Name, List<Tree?>? Children, Tree? Only, Dictionary<string, Tree?>? ByName);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal record Strict(int A, string? B = "b");

internal class Extended
{
    public int Known { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal class Filled
{
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public List<int> Numbers { get; } = [1, 2];

    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public Dictionary<string, int> Map { get; set; } = new() { ["a"] = 1 };

    public List<int> Replaced { get; set; } = [1];
}

[JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
internal class AllFilled
{
    public List<int> Numbers { get; } = [1, 2];

    public Plain Plain { get; set; } = new() { A = 5 };

    public Filled Inner { get; } = new();
}

internal class Told : IJsonOnSerializing, IJsonOnSerialized, IJsonOnDeserialized, IJsonOnDeserializing
{
    public int Times { get; set; }

    public string? Text { get; set; }

    public void OnSerializing() => Text += ">";

    public void OnSerialized() => Text = Text?.TrimEnd('>');

    public void OnDeserializing() => Times = 3;

    public void OnDeserialized() => Times++;
}

internal class TellsOfThem
{
    public Told? Told { get; set; }

    public List<Told?>? All { get; set; }
}

internal class Upper : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!.ToUpperInvariant();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToUpperInvariant());
}

internal class Converted
{
    [JsonConverter(typeof(Upper))]
    public string? Loud { get; set; }

    public Named Named { get; set; }

    public Named? Maybe { get; set; }

    public List<Named>? List { get; set; }
}
