// Data with rules of every kind, as programs write them.

using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Galley.Validate.Tests.Rules;

public record SignUp([EmailAddress] string Email, [StringLength(100, MinimumLength = 2)] string Name, [Range(18, 120)] int Age, [Url] string? Site = null, [Required] string? Country = "DE");

public class Settings
{
    [Required]
    public string? Theme { get; set; }

    [Required]
    public int? Size { get; set; } = 3;

    [Required]
    public int Depth { get; set; }
}

public record Slow([RegularExpression("(a+)+b")] string Linear = "", [RegularExpression("(?=(a+))(\\1)+b")] string Limited = "", [EmailAddress] string Email = "a@b.c", [Phone] string Phone = "1");

public record Basket(
    [Length(1, 3)] List<Line> Lines,
    Line[]? More = null,
    ImmutableArray<Line> Fixed = default,
    Dictionary<string, Line>? Named = null,
    Line? Best = null,
    IReadOnlyList<Line?>? Perhaps = null,
    Basket? Inner = null);

public readonly record struct Line([MinLength(1)] string Sku, [Range(1, 99)] int Quantity = 1, [MaxLength(5)] string? Note = null);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Disc), "disc")]
[JsonDerivedType(typeof(Ring), "ring")]
[JsonDerivedType(typeof(Dot), "dot")]
public abstract record Part([MinLength(2)] string Name);

public record Disc(string Name, [Range(0.5, 10)] double Radius) : Part(Name);

public record Ring(string Name, double Radius, [Range(1, double.MaxValue)] double Hole) : Disc(Name, Radius);

public record Dot(string Name) : Part(Name);

public record Every(
    [Required(AllowEmptyStrings = true)] string? MayBeEmpty = "",
    [Required] string Must = "x",
    [StringLength(5)] string? AtMost5 = null,
    [StringLength(4, MinimumLength = 4)] string? Exactly4 = null,
    [MinLength(2), MaxLength(3)] int[]? Numbers = null,
    [Length(1, 1)] Dictionary<string, int>? One = null,
    [Range(1, 5)] int? Stars = null,
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)] double? Open = null,
    [Range(1, int.MaxValue)] long? Positive = null,
    [Range(typeof(decimal), "0.10", "9.90")] decimal? Price = null,
    [Range(typeof(DateOnly), "2020-01-01", "2029-12-31")] DateOnly? Day = null,
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")] TimeSpan? Span = null,
    [RegularExpression("[A-Z]{2}[0-9]+")] string? Plate = null,
    [RegularExpression("(a)\\1+")] string? Repeat = null,
    [EmailAddress] string? Email = null,
    [Url] string? Url = null,
    [Phone] string? Phone = null,
    [CreditCard] string? Card = null,
    [Base64String] string? Bytes = null,
    [AllowedValues("red", "green", null)] string? Color = null,
    [DeniedValues(13, 666)] int? Room = null,
    [EnumDataType(typeof(Color))] string? ColorName = null,
    [StringLength(3, ErrorMessage = "{0} is longer than {1}.")] string? Told = null,
    [Display(Name = "The number"), Range(1, 2, ErrorMessage = "{0} is {1} or {2}.")] int? Spoken = null,
    [Even] int? Even = null,
    [Even(ErrorMessage = "{0} is odd")] int? EvenToo = null);

public sealed class EvenAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is not int number || number % 2 == 0;
}

/// <summary>Asks what is beside it, and a service.</summary>
public sealed class AtMostAttribute(string other) : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var owner = (Span)validationContext.ObjectInstance;
        var clock = (IClock?)validationContext.GetService(typeof(IClock));
        return owner.From <= owner.To ? ValidationResult.Success : new($"must not be after {other} at {clock?.Now}");
    }
}

public record Span([property: AtMost("to")] int From, int To);

public class Passwords
{
    [MinLength(8)]
    public required string Password { get; init; }

    [Compare(nameof(Password)), JsonPropertyName("repeat/it")]
    public required string Again { get; init; }
}

public record Trip(string From, string To, [Range(1, 9)] int People, Trip? Back = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (From == To) yield return new("must not be where it begins", [nameof(To)]);
        if (From == "nowhere") yield return new("goes nowhere");
    }
}

public record Tree([MinLength(1)] string Name, List<Tree>? Children = null);

public record Plain(string Name, List<string> Words);

public record Member(string Email, string? Name, int Age, decimal? Balance = null, string[]? Tags = null, Place? Home = null) : IHasRules<Member>
{
    public static void Declare(Rules<Member> rules)
    {
        rules.For(member => member.Email).Email().Length(3, 30).Must(email => !email.EndsWith(".invalid", StringComparison.Ordinal), "must not be of .invalid");
        rules.For(member => member.Name).Matches("[A-Z][a-z]+");
        rules.For(member => member.Age).Between(18, 120);
        rules.For(member => member.Balance).AtLeast(0).AtMost(100);
        rules.For(member => member.Tags).Count(1, 2);
        rules.For(member => member.Home?.City).OneOf("Bonn", "Ulm");
        rules.For(member => member.Email).MustAsync(static async (email, request) => !await Registry.HasAsync(email, request), "belongs to another user");
        rules.Must(member => member.Name != member.Email, "name", "must differ from the e-mail");
        rules.Must(member => member.Age != 99, "must not be that old");
        rules.MustAsync(static async (member, request) => !await Registry.HasAsync("person " + member.Age, request), nameof(Age), "is taken");
    }
}

public record Place(string? City = null);

public record Team([MinLength(1)] string Name, Member Lead, List<Member> Members);

/// <summary>What is taken already, asked as a database would be.</summary>
public static class Registry
{
    private static int s_asked;

    public static int Asked => Volatile.Read(ref s_asked);

    public static async ValueTask<bool> HasAsync(string name, Request request)
    {
        await Task.Yield();
        Interlocked.Increment(ref s_asked);
        request.Aborted.ThrowIfCancellationRequested();
        return name is "ada@example.com" or "person 42";
    }
}
