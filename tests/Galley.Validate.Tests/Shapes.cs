// The data that the handlers of these tests take and return.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Galley.Validate.Tests;

public enum Color
{
    Red,
    Green,
}

public record Item(string Sku, int Count = 1, decimal Price = 0, string? Note = null);

public record Address(string Street, string? City);

public record Order(string Name, Address Address, List<Item> Items, string[]? Tags = null, Dictionary<string, string>? Labels = null)
{
    public Address? Billing { get; init; }

    public string Source { get; init; } = "web";
}

public record Loose(List<string?> Maybe, string? Name, List<string?[]>? Deep = null);

public record Grid(List<List<string>> Rows, Dictionary<string, List<Item>>? Sheets = null, HashSet<string>? Set = null, IReadOnlyList<string>? Titles = null);

public record Page<T>(T First, T[] Rest);

public record Typed(int Whole, bool Flag, Guid Id, DateOnly Day, double Ratio, Color Color, string Text);

public record Bag(JsonElement Any, string Name);

public class Settable
{
    public string Name { get; set; } = "initial";

    public required List<string> Words { get; set; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public record Strict(int A);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
public abstract record Figure(string Name);

public record Circle(string Name, double Radius) : Figure(Name);

public record Square(string Name, double Side) : Figure(Name);

#nullable disable
public record Oblivious(string Name, List<string> Words);
#nullable restore

public interface IClock
{
    string Now { get; }
}

public sealed class StoppedClock : IClock
{
    public string Now => "noon";
}
