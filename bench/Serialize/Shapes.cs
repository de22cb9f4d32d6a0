// What is written and read: shapes that answers and bodies of backends have.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Galley.Bench;

sealed record Greeting(string Message);

sealed record User(Guid Id, string Email, string Name, int Age, bool IsActive);

sealed record Line(string Sku, string Title, int Count, decimal Price, double Weight);

sealed record Address(string Street, string City, string? Region, string Country);

enum State
{
    Placed,
    Cooking,
    Served,
}

sealed record Order(Guid Id, string Customer, State State, DateTime PlacedAt, Address Address, List<Line> Lines, string? Note);

sealed record Row(long Id, string Name, double Value, DateTimeOffset At, int? Rank, DateOnly Day);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
abstract record Figure(string Name);

sealed record Circle(string Name, double Radius) : Figure(Name);

sealed record Square(string Name, double Side) : Figure(Name);

sealed record Drawing(string Title, List<Figure> Figures);

// System.Text.Json's generator as strict as Galley is; metadata and fast path, as it makes them by default.
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(Greeting))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(List<Row>))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Drawing))]
sealed partial class Both : JsonSerializerContext;

// The same without the fast path.
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Greeting))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(List<Row>))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Drawing))]
sealed partial class Metadata : JsonSerializerContext;

static class Values
{
    static readonly DateTime s_day = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    public static Greeting Greeting => new("Hello, world");

    public static User User => new(new("0a0b0c0d-0102-0304-0506-070809101112"), "ann@example.org", "Ann Example", 42, true);

    public static User Escaped => new(new("0a0b0c0d-0102-0304-0506-070809101112"), "müller+söhne@example.org", "Jürgen \"Jöte\" Müller & Söhne <GmbH>", 42, true);

    public static Order Order => new(new("0a0b0c0d-0102-0304-0506-070809101112"), "Ann Example", State.Cooking, s_day, new("1 Main Street", "Springfield", null, "US"),
        [.. Enumerable.Range(1, 20).Select(i => new Line("sku-" + i, "The title of line " + i, i, i * 1.25m, i / 8.0))], null);

    public static List<Row> Rows => [.. Enumerable.Range(1, 100).Select(i => new Row(i, "row " + i, i / 3.0, s_day.AddMinutes(i), i % 3 == 0 ? null : i, new(2026, 1, 1 + i % 28)))];

    public static Dictionary<string, int> Counts => Enumerable.Range(1, 30).ToDictionary(i => "counter." + i, i => i * 1000);

    public static Drawing Drawing => new("d", [.. Enumerable.Range(1, 10).Select(i => i % 2 == 0 ? new Circle("c" + i, i / 2.0) : (Figure)new Square("s" + i, i))]);
}
