// Random documents: some that fit a type, by what System.Text.Json knows of it; some that nearly do; some that are no JSON.

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Generator.Tests;

/// <summary>Makes documents of one seed.</summary>
/// <param name="mayRepeat">Whether a name may come twice: Galley makes the last one win in a JsonNode, too, which otherwise keeps both until it is looked into.</param>
internal sealed class RandomJson(ulong seed, bool mayRepeat)
{
    private static readonly string[] s_texts =
    [
        "", "a", "Ann", "é", "\\u00e9", "\\ud83d\\ude00", "😀", "a\\nb\\t\\\"\\\\\\/", "<b>&'+`", "\\u0000", "2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.1234567+02:00", "12:30:00",
        "00:05:00", "1.02:03:04.5", "0a0b0c0d-0102-0304-0506-070809101112", "1", "-1.5", "1e3", "NaN", "Infinity", "1.2.3", "http://a/b?c=d", "AQID", "AQ==", "true", "Red", "read", "Read, to-write", "Good", "dog",
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "7", "255", "256", "-129", "32768", "65536", "2147483648", "4294967296", "9223372036854775808", "18446744073709551616", "1.0", "1.5", "-1.5e-3",
        "1E2", "1e400", "1e39", "70000", "79228162514264337593543950336", "1e-400", "[]", "{}", "[1]", "[null]", "[[]]", "{\"a\":1}", "{\"\":null}", "{\"kind\":\"dog\"}", "{\"$type\":1}",
        "{\"key\":1,\"value\":2}",
    ];

    private readonly Random _random = new(unchecked((int)(seed ^ (seed >> 32))));

    public string Fitting(JsonTypeInfo type, int depth = 0)
    {
        Type bare = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (bare != type.Type) return Chance(4) ? "null" : Fitting(type.Options.GetTypeInfo(bare), depth);
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => Object(type, depth),
            JsonTypeInfoKind.Enumerable => $"[{string.Join(',', Some(depth).Select(_ => Element(type, depth)))}]",
            JsonTypeInfoKind.Dictionary => $"{{{string.Join(',', Some(depth).Select(_ => $"{Key(type.KeyType!)}:{Element(type, depth)}"))}}}",
            _ => Leaf(bare),
        };
    }

    /// <summary>The document with a change or two that leave it JSON.</summary>
    public string Bent(string json)
    {
        if (TryParse(json) is not { } root) return json;
        List<JsonNode?[]> places = [];
        Collect(root, places);
        if (places.Count == 0) return Any();
        JsonNode? parent = Pick(places)[0];
        if (parent is JsonArray array)
        {
            int at = _random.Next(array.Count + 1);
            if (at < array.Count && Chance(2)) array.RemoveAt(at);
            else array.Insert(at, TryParse(Any()));
        }
        else if (parent is JsonObject members)
        {
            string name = members.Count > 0 ? members.GetAt(_random.Next(members.Count)).Key : "x";
            switch (_random.Next(7))
            {
                case 0: members.Remove(name); break;
                case 1: members["x"] = TryParse(Any()); break;
                case 2 when mayRepeat: (JsonNode? held, _) = (members[name]?.DeepClone(), members.Remove(name)); members[name.ToUpperInvariant()] = held; break;
                case 3: members[name] = null; break;
                case 4: (JsonNode? first, _) = (members[name]?.DeepClone(), members.Remove(name)); members.Insert(0, name, first); break;
                case 5 when members[name] is JsonValue number && number.GetValueKind() == JsonValueKind.Number: members[name] = number.ToJsonString(); break;
                default: members[name] = TryParse(Any()); break;
            }
        }
        string bent = root.ToJsonString();
        // A name that comes twice, which a tree cannot hold.
        return mayRepeat && Chance(8) && bent.StartsWith("{\"", StringComparison.Ordinal) ? $"{{{bent[1..^1]},{bent[1..]}" : bent;
    }

    /// <summary>The document with some of its text changed, which is seldom JSON.</summary>
    public string Broken(string json)
    {
        var text = new StringBuilder(json);
        int at = _random.Next(text.Length);
        switch (_random.Next(3))
        {
            case 0: text.Remove(at, text.Length - at); break;
            case 1: text[at] = Pick("{}[],:\"\\ 0-e.tnx".ToCharArray()); break;
            default: text.Insert(at, Pick((string[])[" ", "\n", ",", "]", "}", "1", "\"", "//", "null"])); break;
        }
        return text.ToString();
    }

    private string Object(JsonTypeInfo type, int depth)
    {
        string head = "";
        if (type.PolymorphismOptions is { DerivedTypes.Count: > 0 } choice && (type.Type.IsAbstract || !Chance(4)))
        {
            JsonDerivedType one = Pick([.. choice.DerivedTypes]);
            head = $"{JsonSerializer.Serialize(choice.TypeDiscriminatorPropertyName)}:{(one.TypeDiscriminator is int n ? n.ToString(CultureInfo.InvariantCulture) : JsonSerializer.Serialize((string)one.TypeDiscriminator!))}";
            type = type.Options.GetTypeInfo(one.DerivedType);
        }
        IEnumerable<string> members = type.Properties.Where(m => !m.IsExtensionData && (m.IsRequired || (depth < 3 && !Chance(6))))
            .Select(m => $"{JsonSerializer.Serialize(m.Name)}:{Member(m, depth)}");
        return "{" + string.Join(',', head == "" ? members : members.Prepend(head)) + "}";
    }

    private string Member(JsonPropertyInfo member, int depth)
    {
        if (member.IsSetNullable && !member.PropertyType.IsValueType && (depth > 2 || Chance(5))) return "null";
        return member.CustomConverter is null ? Fitting(member.Options.GetTypeInfo(member.PropertyType), depth + 1) : Leaf(member.PropertyType);
    }

    private string Element(JsonTypeInfo type, int depth) => Fitting(type.Options.GetTypeInfo(type.ElementType!), depth + 1);

    private string Leaf(Type type)
    {
        if (type.IsEnum) return Chance(2) ? Pick((string[])["0", "1", "7", "3"]) : $"\"{Pick(Enum.GetNames(type))}\"";
        string text = Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => Chance(2) ? "true" : "false",
            TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 => _random.Next(128).ToString(CultureInfo.InvariantCulture),
            TypeCode.Int32 or TypeCode.Int64 => _random.Next(int.MinValue, int.MaxValue).ToString(CultureInfo.InvariantCulture),
            TypeCode.UInt32 or TypeCode.UInt64 => _random.Next().ToString(CultureInfo.InvariantCulture),
            TypeCode.Single => ((float)_random.NextDouble() * 1000).ToString("R", CultureInfo.InvariantCulture),
            TypeCode.Double => (_random.NextDouble() * Math.Pow(10, _random.Next(-300, 300))).ToString("R", CultureInfo.InvariantCulture),
            TypeCode.Decimal => ((decimal)_random.NextDouble() * 1000).ToString(CultureInfo.InvariantCulture),
            TypeCode.Char => $"\"{Pick((string[])["a", "é", "\\n", "\\u00e9"])}\"",
            TypeCode.String => $"\"{Pick(s_texts)}\"",
            TypeCode.DateTime => $"\"{DateTime.UnixEpoch.AddTicks(_random.NextInt64(long.MaxValue / 10)):O}\"",
            _ when type == typeof(Guid) => $"\"{new Guid(_random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)}\"",
            _ when type == typeof(DateTimeOffset) => $"\"{DateTimeOffset.UnixEpoch.AddMinutes(_random.Next()).ToOffset(TimeSpan.FromMinutes(_random.Next(-600, 600))):O}\"",
            _ when type == typeof(DateOnly) => "\"2026-01-31\"",
            _ when type == typeof(TimeOnly) => $"\"12:30:0{_random.Next(9)}\"",
            _ when type == typeof(TimeSpan) => $"\"{TimeSpan.FromTicks(_random.NextInt64()):c}\"",
            _ when type == typeof(Version) => $"\"1.{_random.Next()}\"",
            _ when type == typeof(Uri) => Pick((string[])["\"http://a/b\"", "\"/c?d=é\"", "\"x y\""]),
            _ when type == typeof(Int128) || type == typeof(UInt128) || type == typeof(Half) => _random.Next(1000).ToString(CultureInfo.InvariantCulture),
            _ when type == typeof(byte[]) || type == typeof(Memory<byte>) || type == typeof(ReadOnlyMemory<byte>) => $"\"{Convert.ToBase64String(BitConverter.GetBytes(_random.Next()))}\"",
            _ when type == typeof(JsonObject) => Pick((string[])["{}", "{\"a\":[1,{\"b\":null}]}", "{\"A\":1.50}"]),
            _ when type == typeof(JsonArray) => Pick((string[])["[]", "[1,\"a\",[true]]"]),
            _ when type == typeof(JsonValue) => Pick((string[])["1", "\"a\"", "true", "1.50"]),
            _ => Any(),
        };
        bool isNumber = type.IsPrimitive && type != typeof(bool) && type != typeof(char);
        return isNumber && Chance(10) ? $"\"{text}\"" : text;
    }

    private string Key(Type type)
    {
        string key = Leaf(type).Trim('"');
        return $"\"{(type == typeof(string) ? Pick(s_texts) : key)}\"";
    }

    private string Any() => Chance(3) ? $"\"{Pick(s_texts)}\"" : mayRepeat && Chance(20) ? "{\"a\":1,\"A\":2,\"a\":3}" : Pick(s_values);

    private IEnumerable<int> Some(int depth) => Enumerable.Range(0, depth > 3 ? 0 : _random.Next(4));

    private bool Chance(int of) => _random.Next(of) == 0;

    private T Pick<T>(T[] all) => all[_random.Next(all.Length)];

    private JsonNode?[] Pick(List<JsonNode?[]> all) => all[_random.Next(all.Count)];

    private static void Collect(JsonNode? node, List<JsonNode?[]> places)
    {
        if (node is JsonArray or JsonObject) places.Add([node]);
        if (node is JsonArray array) foreach (JsonNode? item in array) Collect(item, places);
        if (node is JsonObject members) foreach ((_, JsonNode? held) in members) Collect(held, places);
    }

    // Nothing that a tree cannot hold: names that come twice, half surrogate pairs.
    private static JsonNode? TryParse(string json)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(json);
            _ = node?.DeepClone();
            Collect(node, []);
            return node;
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
