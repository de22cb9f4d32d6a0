// A program with everything a document may have to say something about: each kind of parameter, type, answer and comment at least once.

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Galley.OpenApi.Tests
{
    /// <summary>The routes of the program.</summary>
    internal static class KitchenSink
    {
        public static void AddTo(Backend app)
        {
            Routes items = app.Group("/api/v1/items");
            items.Get("/", ListAsync);
            items.Get("/{id}", Read);
            items.Post("/", Create);
            items.Put("/{id:guid}", Replace);
            items.Delete("/{id:guid}", (Guid id) => { }).WithName("removeItem").WithSummary("Remove an item").WithDescription("It is *gone* then.").WithTags("items", "danger");
            items.Get("/{id:guid}/parts/{part:range(1,9)}", (Guid id, int part) => new Part("p", part));
            app.Get("/figures/{name?}", (string? name) => (Figure[])[new Circle("c", 1)]);
            app.Post("/figures", (Figure figure) => figure);
            app.Get("/files/{*path}", (string path) => path);
            app.Get("/tenants/{tenant}/pages", (string tenant, int page = 1, int[]? ids = null, Color color = Color.DarkGreen, Level level = Level.High, [Header("If-Match")] string? tag = null) =>
                new Page<Item>([], page));
            app.Group("/tenants/{tenant}").Get("/users", (string tenant, string? search, TimeSpan? within) => new Page<Other.Item>([], 1));
            app.Get("/search", ([Query] Search search, [Cookie("session")] string? session) => new Page<Part>([], search.Page));
            app.Post("/signup", (SignUp body) => Response.NoContent());
            app.Post("/letters", ([Form] string subject, [Form("urgent")] bool isUrgent = false) => Response.Accepted());
            app.Post("/pictures", ([Form] string title, FormFile picture) => Response.Accepted());
            app.Get("/maybe", Response<Part> (int n) => n > 0 ? new Part("p", n) : new Problem(404, "There is none."));
            app.Get("/numbers", Numbers);
            app.Get("/limited", ([Range(1, 200)] int limit = 50) => limit);
            app.Get("/sizes/{size}", (Size size, Size[] others, Size other = Size.Large) => new Sized(size));
            app.Get("/everything", () => new Everything { Needed = "x" });
            app.Post("/everything", ([Body] Everything body) => body);
            app.Post("/strict", (Strict body) => Response.Accepted());
            app.Get("/raw/{id:int}", r => Response.Text("raw"));
#pragma warning disable CS0618 // the document says so
            app.Get("/old", Old);
#pragma warning restore CS0618
            app.Get("/csv", () => Response.Stream("text/csv; charset=utf-8", static (body, aborted) => default));
            app.Get("/picture", () => Response.Bytes(new byte[1], new BytesBody("image/png")));
            app.Get("/go", () => Response.Redirect("/old", 303));
            app.Get("/several", Several);
            app.Get("/told", [Answers(200, typeof(Part), "A part."), Answers(503), Answers(200, typeof(string), MediaType = "text/csv")] () => Elsewhere());
            app.Get("/text", () => (string?)"text");
            app.Get("/nothing", () => { });
            app.Get("/versions/{major:int}.json", (int major) => major);
            app.Get("/hidden", () => 1).WithoutDocumentation();
            app.Map("PURGE", "/cache", () => { });
            app.Get("/same/{id:int}", (int id) => "number");
            app.Get("/same/{name:alpha}", (string name) => "word");
            app.Post("/same/{key}", (string key) => key);
            app.Get("/versioned/{id}", Response<Part> (long id, Request request) =>
                request.CheckPreconditions(ETag.Of(id)) ?? Response.Ok(new Part("p", 1)).With("X-Note", "new").With(ETag.Of(id)).WithStatus(203));
            app.Put("/versioned/{id}", ReplaceVersionAsync).RequireIfMatch();
            app.Patch("/versioned/{id}", (long id, [Header("if-match")] string? version) => new Part("p", 1)).RequireIfMatch();
            app.Delete("/versioned/{id}", r => Response.NoContent()).RequireIfMatch();
        }

        /// <response code="412">Somebody was faster.</response>
        public static async Task<Response<Part>> ReplaceVersionAsync(long id, Part body, Request request) => body.Number > 0
            ? Response.Ok(body).With(ETag.Of(id))
            : await request.LostAsync(request.Database, $"SELECT version FROM parts WHERE id = {id}");

        /// <summary>Lists items. Newest first, see <see cref="Item"/> and <c>since</c>.</summary>
        /// <remarks>
        /// Pages are not
        /// needed yet.
        /// <list type="bullet"><item>first</item><item>second</item></list>
        /// </remarks>
        /// <param name="since" example="2026-01-31">The day from which on items count.</param>
        /// <param name="tags">Only items with one of these.</param>
        /// <returns>The items.</returns>
        public static Task<List<Item>> ListAsync(DateOnly? since, string[] tags) => Task.FromResult(new List<Item>());

        /// <summary>Reads an item</summary>
        /// <response code="404">There is no such item.</response>
        /// <response code="451">The item was taken away by a court.</response>
        public static Item? Read(Guid id) => null;

        /// <summary>Creates an item.</summary>
        /// <param name="body">What it shall be.</param>
        /// <example>{ "name": "Lamp", "price": 12.5, "labels": { "room": "kitchen" } }</example>
        public static Response Create(NewItem body)
        {
            if (body.Price < 0) return new Problem(422, "A price is not negative.");
            return body.Name == "taken" ? Refused(body.Name) : Response.Created("/items/1", new Item(Guid.Empty, body.Name, body.Price, null, Color.Red, Level.High));
        }

        public static Response Replace(Guid id, [System.Diagnostics.CodeAnalysis.AllowNull] NewItem body, [Header("X-Dry-Run")] bool isDry = false)
        {
            Response Gone() => new Problem(id == Guid.Empty ? 410 : 404);
            return body is null ? Gone() : isDry ? Response.NoContent() : Response.Ok().WithStatus(202);
        }

        /// <summary>Nobody should call it: a &lt; b &amp; c.</summary>
        [Obsolete("Call something else.")]
        public static string Old() => "old";

        public static async Task<Response> Several(int which)
        {
            await Task.Yield();
            int status = which + 400;
            return which switch
            {
                1 => Response.Ok(new Part("a", 1)),
                2 => Response.Ok(new Strict(1)),
                3 => Response.Conflict($"There are {which} already."),
                _ => new Problem(status),
            };
        }

        public static async IAsyncEnumerable<Part> Numbers()
        {
            await Task.Yield();
            yield return new Part("one", 1);
        }

        private static Response Refused(string name) => Response.Conflict($"The name {name} is taken.");

        private static Response Elsewhere() => default;
    }

    /// <summary>A thing that is kept.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Price">In euros. <example>12.5</example></param>
    /// <param name="Parent">What it is a part of.</param>
    public record Item(Guid Id, string Name, decimal Price, Item? Parent, Color Color, Level Level)
    {
        /// <summary>Whether it costs nothing.</summary>
        public bool IsFree => Price == 0;

        [JsonIgnore]
        public string Secret { get; } = "secret";

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Note { get; init; }
    }

    /// <summary>What to look for.</summary>
    /// <param name="Text">Words.</param>
    public record Search([MaxLength(50)] string? Text, int Page = 1);

    /// <summary>Who wants to join.</summary>
    public record SignUp([EmailAddress, StringLength(254)] string Email, [Range(18, 150)] int Age, [RegularExpression("[a-z]+")] string? Nick, [Length(1, 5)] string[] Tags);

    public record NewItem(string Name, decimal Price, Dictionary<string, string>? Labels = null, Level Level = Level.Low, int Count = 1);

    public record Part(string Name, int Number);

    public record Page<T>(T[] Items, int Number);

    /// <summary>In JSON a number.</summary>
    public enum Color
    {
        Red,
        DarkGreen = 5,
    }

    /// <summary>In JSON a word.</summary>
    [JsonConverter(typeof(KebabCase<Level>))]
    public enum Level
    {
        Low,
        VeryLow,
        High,
    }

    [JsonConverter(typeof(JsonStringEnumConverter<Size>))]
    public enum Size
    {
        Small,
        Large,
    }

    public record Sized(Size Size);

    [Flags]
    public enum Days
    {
        None,
        Monday = 1,
        Tuesday = 2,
    }

    public sealed class KebabCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower) where T : struct, Enum;

    /// <summary>A figure.</summary>
    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), "square")]
    public abstract record Figure(string Name);

    /// <summary>A round one.</summary>
    public record Circle(string Name, double Radius) : Figure(Name);

    public record Square(string Name, double Side) : Figure(Name);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    public record Strict(int A);

    [JsonDerivedType(typeof(Dog))]
    [JsonDerivedType(typeof(Cat), 7)]
    public class Animal
    {
        public string Name { get; set; } = "";
    }

    public class Dog : Animal;

    public class Cat : Animal
    {
        public int Lives { get; set; }
    }

    public class Everything
    {
        public bool Bool { get; set; }

        public byte Byte { get; set; }

        public long Long { get; set; }

        public uint? Uint { get; set; }

        public float Float { get; set; }

        public double? Double { get; set; }

        public char Char { get; set; } = 'c';

        public string Text { get; set; } = "";

        public string? Maybe { get; set; }

        public required string Needed { get; set; } = "";

        public Guid Guid { get; set; }

        public DateTimeOffset Moment { get; set; }

        public DateTime? Local { get; set; }

        public DateOnly Day { get; set; }

        public TimeOnly Time { get; set; }

        public TimeSpan Span { get; set; }

        public Uri? Uri { get; set; }

        public Version? Version { get; set; }

        public byte[] Bytes { get; set; } = [];

        public JsonElement Json { get; set; }

        public List<string?> Texts { get; set; } = [];

        public int[][] Grid { get; set; } = [];

        public Dictionary<string, Part>? Parts { get; set; }

        public HashSet<Days> Days { get; set; } = [];

        public Color? Color { get; set; }

        public Level? Level { get; set; }

        [JsonConverter(typeof(JsonStringEnumConverter<Color>))]
        public Color Named { get; set; }

        [JsonPropertyName("wire-name")]
        public int Renamed { get; set; }

        [JsonNumberHandling(JsonNumberHandling.WriteAsString)]
        public long Big { get; set; }

        public Part? Part { get; set; }

        public Animal? Animal { get; set; }

        public KeyValuePair<string, int> Pair { get; set; }

        /// <summary>Computed.</summary>
        public int Sum { get; } = 1;

        [Obsolete("Use Text.")]
        [EditorBrowsable(EditorBrowsableState.Never)]
        public string? OldText { get; set; }

        [JsonExtensionData]
        public Dictionary<string, JsonElement>? More { get; set; }
    }
}

namespace Galley.OpenApi.Tests.Other
{
    /// <summary>Another one of the same name.</summary>
    public record Item(string Sku);
}
