// Galley's metadata and direct writers against System.Text.Json with reflection, over random documents that fit a type and over documents that nearly do:
// the same bytes out, the same acceptance in, the same values. Where Galley is stricter on purpose the oracle is told so, below.

using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using CsCheck;
using Galley.Generator.Tests.Wide;

namespace Galley.Generator.Tests;

public class DifferentialTests
{
    private static readonly JsonSerializerOptions s_oracle = new(JsonTypes.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AsStrictAsGalley } },
    };

    private static void AsStrictAsGalley(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo member in type.Properties)
        {
            if (!member.PropertyType.IsValueType) member.IsGetNullable = true;
            // A constructor parameter that is neither nullable nor has a default must be given.
            bool isNullable = member.AssociatedParameter is { } p && (p.IsNullable || Nullable.GetUnderlyingType(p.ParameterType) is not null);
            if (member.AssociatedParameter is { HasDefaultValue: false } && !isNullable) (member.Set, member.IsRequired) = (member.Set ?? ((_, _) => { }), true);
        }
    }

    private static readonly (string Name, Action<ulong> Check)[] s_types =
    [
        Of(JsonTypes.For<Scalars>()), Of(JsonTypes.For<Maybes>(), hasNodes: true), Of(JsonTypes.For<Wide.Enums>()), Of(JsonTypes.For<Wide.Plain>()), Of(JsonTypes.For<Fixed>()), Of(JsonTypes.For<Members>()),
        Of(JsonTypes.For<Directed>()), Of(JsonTypes.For<AllNumbers>()), Of(JsonTypes.For<SomeNumbers>()), Of(JsonTypes.For<Lists>()), Of(JsonTypes.For<Maps>()), Of(JsonTypes.For<Animal>()),
        Of(JsonTypes.For<Token>()), Of(JsonTypes.For<Zoo>()), Of(JsonTypes.For<Page<int>>()), Of(JsonTypes.For<Page<Page<Hue?>?>>()), Of(JsonTypes.For<Level1>()), Of(JsonTypes.For<Level2>()),
        Of(JsonTypes.For<Level3>()), Of(JsonTypes.For<Wide.Tree>()), Of(JsonTypes.For<Wide.Strict>()), Of(JsonTypes.For<Wide.Extended>()), Of(JsonTypes.For<Filled>()),
        Of(JsonTypes.For<AllFilled>()), Of(JsonTypes.For<Told>()), Of(JsonTypes.For<TellsOfThem>()), Of(JsonTypes.For<Converted>()), Of(JsonTypes.For<List<Scalars>>()), Of(JsonTypes.For<int?[]>()),
        Of(JsonTypes.For<Dictionary<string, Wide.Plain>>()), Of(JsonTypes.For<Dictionary<Guid, Maybes>>(), hasNodes: true), Of(JsonTypes.For<KeyValuePair<string?, Fixed>>()), Of(JsonTypes.For<double>()),
        Of(JsonTypes.For<string>()), Of(JsonTypes.For<JsonElement>()), Of(JsonTypes.For<Rights>()), Of(JsonTypes.For<List<Animal>>()), Of(JsonTypes.For<Fixed?>()), Of(JsonTypes.For<JsonNode>()!, hasNodes: true),
        Of(JsonTypes.For<Queue<Stack<double>>>()), Of(JsonTypes.For<Named>()), Of(JsonTypes.For<DateTime[]>()),
    ];

    public static TheoryData<string> Names => [.. s_types.Select(t => t.Name)];

    private static (string, Action<ulong>) Of<T>(JsonTypeInfo<T> generated, bool hasNodes = false) =>
        (typeof(T).ToString(), seed => Check(generated, new RandomJson(seed, mayRepeat: !hasNodes)));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_as_with_reflection(string name)
    {
        Action<ulong> check = s_types.Single(t => t.Name == name).Check;
        Gen.ULong.Sample(check, iter: 300, threads: 1);
    }

    [Fact]
    public void What_is_only_written_is_written_the_same()
    {
        var value = new WrittenOnly();
        Assert.Equal(JsonSerializer.Serialize(value, s_oracle), JsonSerializer.Serialize(value, JsonTypes.For<WrittenOnly>()));
        Assert.Equal(JsonSerializer.Serialize(value, s_oracle), Written(value, JsonTypes.For<WrittenOnly>()));
    }

    private static void Check<T>(JsonTypeInfo<T> generated, RandomJson random)
    {
        var oracle = (JsonTypeInfo<T>)s_oracle.GetTypeInfo(typeof(T));
        string valid = random.Fitting(oracle);
        Compare(valid, generated, oracle);
        Compare(random.Bent(valid), generated, oracle);
        Compare(random.Bent(random.Bent(valid)), generated, oracle);
        Compare(random.Broken(valid), generated, oracle);
    }

    private static void Compare<T>(string json, JsonTypeInfo<T> generated, JsonTypeInfo<T> oracle)
    {
        string? expected = Echo(json, oracle, (value, type) => JsonSerializer.Serialize(value, type), out string why);
        string? actual = Echo(json, generated, (value, type) => JsonSerializer.Serialize(value, type), out string why2);
        // Numbers as strings: System.Text.Json reads 1e400, and "NaN" as a Half, and writes them by name, though the attribute does not ask for it.
        if ((typeof(T) == typeof(AllNumbers) || typeof(T) == typeof(SomeNumbers)) && actual is null && expected is not null && (expected.Contains("NaN", StringComparison.Ordinal) || expected.Contains("Infinity", StringComparison.Ordinal))) return;
        Assert.True(expected == actual, Told<T>(json, expected ?? why, actual ?? why2));
        string? written = Echo(json, generated, Written, out why2);
        Assert.True(expected == written, Told<T>(json, expected ?? why, written ?? why2));
    }

    private static string Told<T>(string json, string expected, string actual)
    {
        int at = Math.Max(0, expected.AsSpan().CommonPrefixLength(actual) - 40);
        return $"{typeof(T)}\nreflection: ...{expected[at..]}\ngenerated:  ...{actual[at..]}\nof {json}";
    }

    // Read and written again; null when it is refused. A value that reflection reads and cannot write again is refused by Galley.
    private static string? Echo<T>(string json, JsonTypeInfo<T> type, Func<T, JsonTypeInfo<T>, string> write, out string why)
    {
        try
        {
            why = "";
            return write(JsonSerializer.Deserialize(json, type)!, type);
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            why = refused.ToString();
            return null;
        }
    }

    private static string Written<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            if (value is not null && type.SerializeHandler is { } fast) fast(writer, value);
            else JsonSerializer.Serialize(writer, value, type);
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
