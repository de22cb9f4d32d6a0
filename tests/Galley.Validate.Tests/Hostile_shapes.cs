// What hostile bodies are read as: every kind of type that holds text, numbers or whatever the client sends.

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Galley.Validate.Tests;

public record Numbers(
    double Double = 0, float Float = 0, Half Half = default, decimal Decimal = 0, int Int = 0, long Long = 0, ulong ULong = 0, byte Byte = 0, Int128 Huge = default, UInt128 UHuge = default,
    double? Maybe = null, List<double>? List = null, float[]? Array = null, Dictionary<string, Half>? Map = null, Dictionary<double, int>? Keys = null, List<double?>? Maybes = null,
    double[][]? Deep = null, JsonElement? Any = null, JsonNode? Node = null, Color? Color = null, TimeSpan? Span = null, Version? Version = null);

public record NamedNumbers(
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double Named,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] List<float>? List = null,
    double Plain = 0);

[JsonConverter(typeof(JsonStringEnumConverter<Level>))]
public enum Level
{
    Low,
    High,
}

public record Texts(string? Text = null, char? Char = null, Level? Level = null, Dictionary<string, string>? Map = null, Dictionary<Level, int>? Levels = null, JsonElement? Any = null,
    JsonNode? Node = null, JsonObject? Object = null, Uri? Uri = null, Guid? Id = null, byte[]? Bytes = null, DateTime? Time = null, Figure? Figure = null)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

public record Tree(string Name, List<Tree>? Children = null, Tree? Only = null);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Branch), 1)]
[JsonDerivedType(typeof(Leaf), 2)]
public abstract record Part;

public record Branch(List<Part> Parts) : Part;

public record Leaf(int Weight) : Part;
