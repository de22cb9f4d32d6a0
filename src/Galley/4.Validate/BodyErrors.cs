// System.Text.Json stops at the first thing it dislikes, and its messages name .NET types. This walks a refused body once more beside the
// metadata and finds everything that is wrong, in the client's own terms: what is missing, null, of another kind, or no JSON at all.

using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Validating;

/// <summary>Finds what is wrong with a JSON body.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BodyErrors
{
    // More errors help nobody, and an array of empty objects must not become an answer longer than the question; nor must a long name.
    private const int Most = 32;
    private const int LongestName = 64;

    // A refused body must not cost much more than an accepted one: after so many values the serializer's own finding has to do.
    private const int MostJudged = 10_000;

    private readonly Dictionary<string, string[]> _found = [];
    private int _judged;

    private BodyErrors()
    {
    }

    /// <summary>The answer to a body that is not a <paramref name="type"/>, with errors by path as in <c>items[2].name</c>; null when nothing was found.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="type">What it should have been.</param>
    /// <param name="neverNull">Which elements of a collection are never null; see <see cref="Elements"/>.</param>
    /// <param name="path">Where the serializer found something wrong; null when that is not sure.</param>
    public static Problem? Find(ReadOnlyMemory<byte> utf8, JsonTypeInfo type, int neverNull = 0, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        var errors = new BodyErrors();
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = type.Options.MaxDepth });
            errors.Judge(document.RootElement, type, "", isNullable: false, neverNull);
        }
        catch (JsonException wrong)
        {
            // Counted from one, as editors do.
            string what = IsTooDeep(utf8.Span, type.Options.MaxDepth) ? $"nested deeper than {type.Options.MaxDepth} levels" : "not valid JSON";
            return new(400, $"The body is {what} at line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}.");
        }
        return errors.ToProblem() ?? (path is not null || errors._judged > MostJudged ? At(path) : null);
    }

    private static Problem At(string? path)
    {
        // "$", "$.name" or "$[2].name".
        string at = path is { Length: > 1 } ? Cut(path[(path[1] == '.' ? 2 : 1)..], 4 * LongestName) : "";
        var errors = new BodyErrors();
        if (at.Length > 0) errors.Add(at, "has a name or a value of the wrong kind");
        return errors.ToProblem() ?? new(400, "The body does not have the expected shape.");
    }

    private bool IsDone => _found.Count >= Most || _judged > MostJudged;

    private Problem? ToProblem()
    {
        if (_found.Count == 0) return null;
        if (_found.Remove("", out string[]? whole))
        {
            if (_found.Count == 0) return new(400, $"The body {whole[0]}.");
            _found["body"] = whole;
        }
        return new(400, "The body does not have the expected shape.") { Errors = _found };
    }

    private void Judge(JsonElement value, JsonTypeInfo type, string path, bool isNullable, int neverNull)
    {
        if (IsDone || ++_judged > MostJudged) return;
        if (Nullable.GetUnderlyingType(type.Type) is { } inner) (type, isNullable) = (type.Options.GetTypeInfo(inner), true);
        else isNullable &= !type.Type.IsValueType;
        if (type.Kind == JsonTypeInfoKind.None) Leaf(value, type, path, isNullable);
        else if (value.ValueKind == JsonValueKind.Null) Null(path, isNullable);
        else if (type.Kind == JsonTypeInfoKind.Enumerable) Items(value, type, path, neverNull);
        else if (value.ValueKind != JsonValueKind.Object) Add(path, "must be an object");
        else if (type.Kind == JsonTypeInfoKind.Dictionary) Entries(value, type, path, neverNull);
        else Object(value, type, path);
    }

    private void Null(string path, bool isNullable)
    {
        if (!isNullable) Add(path, "must not be null");
    }

    // The converter itself says whether it takes the value: a JsonElement takes null, an int does not take 1e99.
    private void Leaf(JsonElement value, JsonTypeInfo type, string path, bool isNullable)
    {
        bool isNull = value.ValueKind == JsonValueKind.Null;
        if (isNull && isNullable) return;
        try
        {
            if (value.Deserialize(type) is null) Null(path, isNullable);
        }
        catch (Exception wrong) when ((wrong is JsonException or InvalidOperationException) && !IsUnicode(value))
        {
            Add(path, "is not Unicode text");
        }
        catch (JsonException)
        {
            Add(path, isNull ? "must not be null" : (Beyond(value, type.Type) ?? Wording.Find(type.Type)) is { } kind ? "must be " + kind : "has a value of the wrong kind");
        }
    }

    // A number, or one in a string.
    private static string? Beyond(JsonElement value, Type type) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? Wording.Beyond(type, JsonMarshal.GetRawUtf8Value(value).Trim((byte)'"')) : null;

    private void Items(JsonElement value, JsonTypeInfo type, string path, int neverNull)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Add(path, "must be an array");
            return;
        }
        JsonTypeInfo element = type.Options.GetTypeInfo(type.ElementType!);
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (IsDone) return;
            Judge(item, element, $"{path}[{index++}]", (neverNull & 1) == 0, neverNull >> 1);
        }
    }

    private void Entries(JsonElement value, JsonTypeInfo type, string path, int neverNull)
    {
        JsonTypeInfo element = type.Options.GetTypeInfo(type.ElementType!);
        foreach ((string name, JsonElement held) in Given(value, type, path))
        {
            if (IsDone) return;
            Judge(held, element, Join(path, name), (neverNull & 1) == 0, neverNull >> 1);
        }
    }

    private void Object(JsonElement value, JsonTypeInfo declared, string path)
    {
        List<(string Name, JsonElement Value)> given = Given(value, declared, path);
        if (Derived(given, declared, path) is not { } type) return;
        StringComparison comparison = type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        bool knowsAll = type.UnmappedMemberHandling is null && type.Properties.Any(m => m.IsExtensionData);
        if ((type.UnmappedMemberHandling ?? type.Options.UnmappedMemberHandling) == JsonUnmappedMemberHandling.Disallow && !knowsAll)
        {
            foreach ((string name, _) in given)
            {
                bool isKnown = name == declared.PolymorphismOptions?.TypeDiscriminatorPropertyName || type.Properties.Any(m => m.Name.Equals(name, comparison));
                if (!isKnown) Add(Join(path, name), "is not known");
            }
        }
        foreach (JsonPropertyInfo member in type.Properties)
        {
            if (member.IsExtensionData || (member.Set is null && member.AssociatedParameter is null && !member.IsRequired)) continue;
            bool isGiven = false;
            foreach ((string name, JsonElement held) in given)
            {
                if (!name.Equals(member.Name, comparison)) continue;
                isGiven = true;
                Member(held, member, Join(path, member.Name));
            }
            if (member.IsRequired && !isGiven) Add(Join(path, member.Name), "is required");
        }
    }

    private void Member(JsonElement value, JsonPropertyInfo member, string path)
    {
        if (member.CustomConverter is null)
            Judge(value, member.Options.GetTypeInfo(member.PropertyType), path, member.IsSetNullable, Elements.Of(member));
        else if (value.ValueKind == JsonValueKind.Null)
            Null(path, member.IsSetNullable);
        else if (!IsUnicode(value))
            Add(path, "is not Unicode text");
    }

    // The type that the discriminator names; null when it has to and does not.
    private JsonTypeInfo? Derived(List<(string Name, JsonElement Value)> given, JsonTypeInfo type, string path)
    {
        if (type.PolymorphismOptions is not { } choice) return type;
        string at = Join(path, choice.TypeDiscriminatorPropertyName);
        int index = given.FindLastIndex(g => g.Name == choice.TypeDiscriminatorPropertyName);
        if (index < 0)
        {
            if (!type.Type.IsAbstract) return type;
            Add(at, "is required");
            return null;
        }
        JsonElement said = given[index].Value;
        foreach (JsonDerivedType one in choice.DerivedTypes)
        {
            bool isMeant = one.TypeDiscriminator switch
            {
                string text => said.ValueKind == JsonValueKind.String && IsUnicode(said) && said.GetString() == text,
                int number => said.ValueKind == JsonValueKind.Number && said.TryGetInt32(out int n) && n == number,
                _ => false,
            };
            if (isMeant) return type.Options.GetTypeInfo(one.DerivedType);
        }
        if (choice.IgnoreUnrecognizedTypeDiscriminators) return type;
        Add(at, "must be one of " + string.Join(", ", choice.DerivedTypes.Select(d => d.TypeDiscriminator).Where(d => d is not null)));
        return null;
    }

    private List<(string Name, JsonElement Value)> Given(JsonElement value, JsonTypeInfo type, string path)
    {
        var given = new List<(string, JsonElement)>();
        bool isCaseless = type.Kind == JsonTypeInfoKind.Object && type.Options.PropertyNameCaseInsensitive;
        HashSet<string>? once = type.Options.AllowDuplicateProperties ? null : new(isCaseless ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (JsonProperty pair in value.EnumerateObject())
        {
            if (!TryName(pair, out string name)) Add(path, "has a name that is not Unicode text");
            else if (once is null || once.Add(name)) given.Add((name, pair.Value));
            else Add(Join(path, MemberName(type, name)), "is given twice");
        }
        return given;
    }

    private static string MemberName(JsonTypeInfo type, string name) =>
        type.Kind == JsonTypeInfoKind.Object && type.Properties.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } member ? member.Name : name;

    // JSON can write half of a surrogate pair as \ud800 (RFC 8259 section 8.2); no .NET string from UTF-8 can hold it, and asking for one throws.
    private static bool IsUnicode(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().All(IsUnicode);
        if (value.ValueKind == JsonValueKind.Object) return value.EnumerateObject().All(pair => TryName(pair, out _) && IsUnicode(pair.Value));
        if (value.ValueKind != JsonValueKind.String) return true;
        try
        {
            _ = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryName(JsonProperty pair, out string name)
    {
        try
        {
            name = pair.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> utf8, int most)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = most });
        try
        {
            while (reader.Read()) { }
            return false;
        }
        catch (JsonException)
        {
            int at = (int)reader.BytesConsumed;
            while (at < utf8.Length && utf8[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)':') at++;
            int depth = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
            return depth >= most && at < utf8.Length && utf8[at] is (byte)'[' or (byte)'{';
        }
    }

    private void Add(string path, string message)
    {
        if (_found.Count < Most) _found.TryAdd(path, [message]);
    }

    private static string Join(string path, string name)
    {
        name = Cut(name, LongestName);
        return path.Length == 0 ? name : $"{path}.{name}";
    }

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most), "…");
}
