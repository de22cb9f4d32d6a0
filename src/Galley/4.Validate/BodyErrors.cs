// System.Text.Json stops at the first thing it dislikes, and its messages name .NET types. This walks a refused body once more beside the
// metadata and finds everything that is wrong, in the client's own terms: what is missing, null, of another kind, or no JSON at all. What can be read
// although the whole cannot is checked by its rules all the same.

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Validating;

/// <summary>Finds what is wrong with a JSON body.</summary>
internal sealed class BodyErrors
{
    // A refused body must not cost much more than an accepted one: after so many values the serializer's own finding has to do.
    private const int MostJudged = 10_000;

    private BindingErrors _errors;
    private int _judged;

    // What can never be right in shape is counted, so that each step knows whether anything inside of it was.
    private int _broken;

    private BodyErrors(Request request) => _errors = new(request);

    /// <summary>The answer to a body that is not a <paramref name="type"/>, with errors by JSON pointer as in <c>/items/2/name</c>; null when nothing was found.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="type">What it should have been.</param>
    /// <param name="neverNull">Which elements of a collection are never null; see <see cref="Elements"/>.</param>
    /// <param name="path">Where the serializer found something wrong; null when that is not sure.</param>
    /// <param name="request">Whose body it is; it knows the limits.</param>
    public static Problem? Find(ReadOnlyMemory<byte> utf8, JsonTypeInfo type, int neverNull = 0, string? path = null, Request request = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        var errors = new BodyErrors(request);
        int maxDepth = type.Options.MaxDepth;
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth });
            errors.Judge(document.RootElement, type, isNullable: false, neverNull);
        }
        catch (JsonException wrong)
        {
            // Counted from one, as editors do.
            string what = IsTooDeep(utf8.Span, maxDepth) ? $"{Refusals.TooDeep} {maxDepth} levels" : "not valid JSON";
            return new(400, $"The body is {what} at line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}.");
        }
        if (errors._errors.Any && errors._broken > 0)
        {
            errors._errors.Sort(utf8, maxDepth);
            return errors._errors.ToBodyProblem();
        }
        return path is not null || errors._judged > MostJudged ? At(path, request) : null;
    }

    private static Problem At(string? path, Request request)
    {
        var errors = new BindingErrors(request);
        if (path is not { Length: > 1 }) return new(400, FoundErrors.OfBody);
        errors.Refuse("has a name or a value of the wrong kind");
        errors.Under(Pointers.OfPath(path), 0);
        return errors.ToBodyProblem()!;
    }

    private bool IsDone => _errors.IsFull || _judged > MostJudged;

    private void Judge(JsonElement value, JsonTypeInfo type, bool isNullable, int neverNull)
    {
        if (IsDone || ++_judged > MostJudged) return;
        if (Nullable.GetUnderlyingType(type.Type) is { } inner) (type, isNullable) = (type.Options.GetTypeInfo(inner), true);
        else isNullable &= !type.Type.IsValueType;
        if (type.Kind == JsonTypeInfoKind.None) Leaf(value, type, isNullable);
        else if (value.ValueKind == JsonValueKind.Null) Null(isNullable);
        else if (type.Kind == JsonTypeInfoKind.Enumerable) Items(value, type, neverNull);
        else if (value.ValueKind != JsonValueKind.Object) Add("must be an object");
        else if (type.Kind == JsonTypeInfoKind.Dictionary) Entries(value, type, neverNull);
        else Object(value, type);
    }

    private void Null(bool isNullable)
    {
        if (!isNullable) Add("must not be null");
    }

    // The converter itself says whether it takes the value: a JsonElement takes null, an int does not take 1e99.
    private void Leaf(JsonElement value, JsonTypeInfo type, bool isNullable)
    {
        bool isNull = value.ValueKind == JsonValueKind.Null;
        if (isNull && isNullable) return;
        try
        {
            if (value.Deserialize(type) is null) Null(isNullable);
        }
        catch (Exception wrong) when ((wrong is JsonException or InvalidOperationException) && LoneSurrogates.AreIn(value))
        {
            Add("is not Unicode text");
        }
        catch (JsonException)
        {
            Add(isNull ? "must not be null" : (Beyond(value, type.Type) ?? Wording.Find(type.Type)) is { } kind ? "must be " + kind : "has a value of the wrong kind");
        }
    }

    // A number, or one in a string.
    private static string? Beyond(JsonElement value, Type type) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? Wording.Beyond(type, JsonMarshal.GetRawUtf8Value(value).Trim((byte)'"')) : null;

    private void Items(JsonElement value, JsonTypeInfo type, int neverNull)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Add("must be an array");
            return;
        }
        JsonTypeInfo element = type.Options.GetTypeInfo(type.ElementType!);
        int index = 0, broken = _broken;
        var readable = new ReadableValues(RuleSets.Find(element.Type));
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (IsDone) return;
            int known = _errors.Count, before = _broken;
            Judge(item, element, (neverNull & 1) == 0, neverNull >> 1);
            _errors.At(index, known);
            if (_broken == before) readable.Add(Pointers.Text(index), item, element);
            index++;
        }
        if (_broken > broken) readable.CheckAll(ref _errors);
    }

    private void Entries(JsonElement value, JsonTypeInfo type, int neverNull)
    {
        JsonTypeInfo element = type.Options.GetTypeInfo(type.ElementType!);
        int broken = _broken;
        var readable = new ReadableValues(RuleSets.Find(element.Type));
        foreach ((string name, JsonElement held) in Given(value, type))
        {
            if (IsDone) return;
            int known = _errors.Count, before = _broken;
            Judge(held, element, (neverNull & 1) == 0, neverNull >> 1);
            _errors.At(name, known);
            if (_broken == before) readable.Add(name, held, element);
        }
        if (_broken > broken) readable.CheckAll(ref _errors);
    }

    private void Object(JsonElement value, JsonTypeInfo declared)
    {
        int broken = _broken;
        List<(string Name, JsonElement Value)> given = Given(value, declared);
        if (Derived(given, declared) is not { } type) return;
        StringComparison comparison = type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        bool isStrict = (type.UnmappedMemberHandling ?? type.Options.UnmappedMemberHandling) == JsonUnmappedMemberHandling.Disallow &&
            !(type.UnmappedMemberHandling is null && type.Properties.Any(m => m.IsExtensionData));
        var readable = new ReadableValues(RuleSets.Find(type.Type), isMembers: true);
        foreach ((string name, JsonElement held) in given)
        {
            if (IsDone || ++_judged > MostJudged) return;
            JsonPropertyInfo? member = type.Properties.FirstOrDefault(m => m.Name.Equals(name, comparison));
            int known = _errors.Count, before = _broken;
            if (member is null || member.IsExtensionData)
            {
                if (member is null && isStrict && name != declared.PolymorphismOptions?.TypeDiscriminatorPropertyName) Add("is not known", name);
                continue;
            }
            if (!IsSet(member)) continue;
            Member(held, member);
            _errors.At(member.Name, known);
            if (_broken == before && member.CustomConverter is null) readable.Add(member.Name, held, member.Options.GetTypeInfo(member.PropertyType));
        }
        foreach (JsonPropertyInfo member in type.Properties)
        {
            if (!member.IsRequired || member.IsExtensionData || given.Exists(g => g.Name.Equals(member.Name, comparison))) continue;
            Add("is required", member.Name);
        }
        if (_broken > broken) readable.CheckAll(ref _errors);
    }

    private static bool IsSet(JsonPropertyInfo member) => member.Set is not null || member.AssociatedParameter is not null || member.IsRequired;

    private void Member(JsonElement value, JsonPropertyInfo member)
    {
        if (member.CustomConverter is null)
            Judge(value, member.Options.GetTypeInfo(member.PropertyType), member.IsSetNullable, Elements.Of(member));
        else if (value.ValueKind == JsonValueKind.Null)
            Null(member.IsSetNullable);
        else if (LoneSurrogates.AreIn(value))
            Add("is not Unicode text");
    }

    // The type that the discriminator names; null when it has to and does not.
    private JsonTypeInfo? Derived(List<(string Name, JsonElement Value)> given, JsonTypeInfo type)
    {
        if (type.PolymorphismOptions is not { } choice) return type;
        string name = choice.TypeDiscriminatorPropertyName;
        int index = given.FindLastIndex(g => g.Name == name);
        if (index < 0)
        {
            if (!type.Type.IsAbstract) return type;
            Add("is required", name);
            return null;
        }
        JsonElement said = given[index].Value;
        foreach (JsonDerivedType one in choice.DerivedTypes)
        {
            bool isMeant = one.TypeDiscriminator switch
            {
                string text => said.ValueKind == JsonValueKind.String && !LoneSurrogates.AreIn(said) && said.GetString() == text,
                int number => said.ValueKind == JsonValueKind.Number && said.TryGetInt32(out int n) && n == number,
                _ => false,
            };
            if (isMeant) return type.Options.GetTypeInfo(one.DerivedType);
        }
        if (choice.IgnoreUnrecognizedTypeDiscriminators) return type;
        Add("must be one of " + string.Join(", ", choice.DerivedTypes.Select(d => d.TypeDiscriminator).Where(d => d is not null)), name);
        return null;
    }

    private List<(string Name, JsonElement Value)> Given(JsonElement value, JsonTypeInfo type)
    {
        var given = new List<(string, JsonElement)>();
        bool isCaseless = type.Kind == JsonTypeInfoKind.Object && type.Options.PropertyNameCaseInsensitive;
        HashSet<string>? once = type.Options.AllowDuplicateProperties ? null : new(isCaseless ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (JsonProperty pair in value.EnumerateObject())
        {
            if (LoneSurrogates.NameOf(pair) is not { } name) Add("has a name that is not Unicode text");
            else if (once is null || once.Add(name)) given.Add((name, pair.Value));
            else Add("is given twice", MemberName(type, name));
        }
        return given;
    }

    private static string MemberName(JsonTypeInfo type, string name) =>
        type.Kind == JsonTypeInfoKind.Object && type.Properties.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } member ? member.Name : name;

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

    private void Add(string message)
    {
        _broken++;
        _errors.Refuse(message);
    }

    private void Add(string message, string member)
    {
        int known = _errors.Count;
        Add(message);
        _errors.At(member, known);
    }
}
