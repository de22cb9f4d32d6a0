// JSON has no infinity (RFC 8259 section 6), but 1e999 parses as one: System.Text.Json reads it and cannot write it again, so that a body would become
// a 500. Here it is no number, unless a member asks for infinity by name.

using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Serializing;

/// <summary>Reads and writes <see cref="double"/>, <see cref="float"/> and <see cref="Half"/>. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class FiniteNumbers
{
    private static readonly Finite<double> s_double = new(JsonMetadataServices.DoubleConverter);
    private static readonly Finite<float> s_float = new(JsonMetadataServices.SingleConverter);
    private static readonly Finite<Half> s_half = new(JsonMetadataServices.HalfConverter);

    // Options differ from those of a backend in their number handling only; there are few, and they live as long as their backend's.
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions[]> s_handled = [];

    /// <summary>The converter of a member with <c>[JsonNumberHandling]</c> that is such a number, or a collection of them.</summary>
    /// <remarks>System.Text.Json passes what the attribute says to its own converters only.</remarks>
    public static JsonConverter<T> In<T>(JsonSerializerOptions options, JsonNumberHandling handling) => new Handled<T>(options, handling);

    internal static JsonTypeInfo? Metadata(Type type, JsonSerializerOptions options)
    {
        if (type == typeof(double)) return JsonMetadataServices.CreateValueInfo<double>(options, s_double);
        if (type == typeof(float)) return JsonMetadataServices.CreateValueInfo<float>(options, s_float);
        return type == typeof(Half) ? JsonMetadataServices.CreateValueInfo<Half>(options, s_half) : null;
    }

    private sealed class Finite<T>(JsonConverter<T> plain) : JsonConverter<T> where T : struct, IFloatingPointIeee754<T>
    {
        // By number handling, whose flags are 1, 2 and 4: numbers in strings and by name are System.Text.Json's own.
        private readonly JsonTypeInfo<T>?[] _quoted = new JsonTypeInfo<T>?[8];

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            T value = reader.TokenType == JsonTokenType.Number ? plain.Read(ref reader, typeToConvert, options) : ReadQuoted(ref reader, options.NumberHandling);
            return T.IsFinite(value) || IsNamed(options.NumberHandling) ? value : throw new JsonException("The number is too large.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if ((options.NumberHandling & ~JsonNumberHandling.AllowReadingFromString) == 0) plain.Write(writer, value, options);
            else JsonSerializer.Serialize(writer, value, Quoted(options.NumberHandling));
        }

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            // Parsed as System.Text.Json parses each, which does not let its own converters be asked.
            byte[] utf8 = Encoding.UTF8.GetBytes(reader.GetString()!);
            T value = default;
            bool isNumber;
            if (typeof(T) == typeof(double)) isNumber = Utf8Parser.TryParse(utf8, out Unsafe.As<T, double>(ref value), out int used) && used == utf8.Length;
            else if (typeof(T) == typeof(float)) isNumber = Utf8Parser.TryParse(utf8, out Unsafe.As<T, float>(ref value), out int used) && used == utf8.Length;
            else isNumber = T.TryParse(utf8, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out value);
            return isNumber && T.IsFinite(value) ? value : throw new JsonException("The name is not a number.");
        }

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            // System.Text.Json's formatters of names: what is 1E+16 as a value is 10000000000000000 here, and needs more room.
            Span<byte> utf8 = stackalloc byte[512];
            int length = 0;
            if (value is double d) Utf8Formatter.TryFormat(d, utf8, out length);
            else if (value is float f) Utf8Formatter.TryFormat(f, utf8, out length);
            else value.TryFormat(utf8, out length, default, CultureInfo.InvariantCulture);
            writer.WritePropertyName(JsonEncodedText.Encode(utf8[..length], JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        }

        private T ReadQuoted(ref Utf8JsonReader reader, JsonNumberHandling handling)
        {
            try
            {
                return JsonSerializer.Deserialize(ref reader, Quoted(handling));
            }
            catch (JsonException wrong)
            {
                // Its path begins at this number; without one the serializer around it gives its own.
                throw new JsonException(null, wrong);
            }
        }

        private JsonTypeInfo<T> Quoted(JsonNumberHandling handling)
        {
            ref JsonTypeInfo<T>? known = ref _quoted[(int)handling & 7];
            if (known is not null) return known;
            var resolver = new Only(options => JsonMetadataServices.CreateValueInfo<T>(options, plain));
            return known = (JsonTypeInfo<T>)new JsonSerializerOptions { NumberHandling = handling, TypeInfoResolver = resolver }.GetTypeInfo(typeof(T));
        }

        private static bool IsNamed(JsonNumberHandling handling) => (handling & JsonNumberHandling.AllowNamedFloatingPointLiterals) != 0;
    }

    private sealed class Only(Func<JsonSerializerOptions, JsonTypeInfo> make) : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) => make(options);
    }

    private sealed class Handled<T>(JsonSerializerOptions options, JsonNumberHandling handling) : JsonConverter<T>
    {
        // Found at its first use: the metadata of a type may lead back to the member that has this converter.
        private JsonTypeInfo<T>? _metadata;

        private JsonTypeInfo<T> Metadata => _metadata ??= (JsonTypeInfo<T>)Handling().GetTypeInfo(typeof(T));

        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonSerializer.Deserialize(ref reader, Metadata);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, Metadata);

        private JsonSerializerOptions Handling()
        {
            JsonSerializerOptions[] all = s_handled.GetValue(options, static _ => new JsonSerializerOptions[8]);
            return all[(int)handling & 7] ??= new(options) { NumberHandling = handling };
        }
    }
}
