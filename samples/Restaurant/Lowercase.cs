// How words of ours look in JSON: "cooking", as a client would write it, not "Cooking" and not 1.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Restaurant;

/// <summary>Writes an enum as its name in camelCase, and reads names only.</summary>
sealed class Lowercase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) where T : struct, Enum;
