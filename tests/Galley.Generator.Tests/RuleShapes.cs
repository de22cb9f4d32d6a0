// Data with rules for RuleAgreementTests: on properties, because there DataAnnotations' own Validator sees them, too.

using System.ComponentModel.DataAnnotations;

namespace Galley.Generator.Tests.Shapes;

public class Judged
{
    [Required]
    public string? Required { get; init; } = "x";

    [Required(AllowEmptyStrings = true)]
    public string? RequiredOrEmpty { get; init; } = "";

    [StringLength(5)]
    public string? Short { get; init; }

    [StringLength(6, MinimumLength = 6)]
    public string? Exact { get; init; }

    [RegularExpression("[A-Z]{2}[0-9]+|A")]
    public string? Plate { get; init; }

    [RegularExpression("a|ab|(?=b)b+")]
    public string? Prefix { get; init; }

    [Phone]
    public string? Phone { get; init; }

    [CreditCard]
    public string? Card { get; init; }

    [Base64String]
    public string? Bytes { get; init; }

    [AllowedValues("red", "a")]
    public string? Color { get; init; }

    [DeniedValues("blue", null)]
    public string? Denied { get; init; }

    public string Secret { get; init; } = "";

    [Compare(nameof(Secret))]
    public string Again { get; init; } = "";

    [Range(1, 5)]
    public int Stars { get; init; }

    [Range(int.MinValue, 12)]
    public int? Room { get; init; }

    [Even]
    public int Even { get; init; }

    [AllowedValues(1, 2, 13, -1)]
    public int Chosen { get; init; }

    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Open { get; init; }

    [Range(0.5, double.MaxValue, MaximumIsExclusive = true)]
    public double? Ratio { get; init; }

    [Range(typeof(decimal), "1.1", "3.0", ParseLimitsInInvariantCulture = true)]
    public decimal Price { get; init; }

    [Range(typeof(DateOnly), "2020-01-01", "2025-12-31", ParseLimitsInInvariantCulture = true)]
    public DateOnly Day { get; init; }

    [MinLength(1), MaxLength(3)]
    public int[] Items { get; init; } = [];

    [Length(1, 2)]
    public List<string>? Words { get; init; }
}

public class Stricter
{
    [EmailAddress]
    public string? Email { get; init; }

    [Url]
    public string? Url { get; init; }

    [Range(1, 5)]
    public double Rounded { get; init; } = 1;
}

public class Ring
{
    [MinLength(1)]
    public string Name { get; set; } = "x";

    public Ring? Next { get; set; }
}

public record Five([EmailAddress] string Email, [StringLength(100, MinimumLength = 2)] string Name, [Range(18, 120)] int Age, [Range(typeof(decimal), "0", "10")] decimal Balance,
    [MaxLength(5)] string[] Tags);

public sealed class EvenAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is not int number || number % 2 == 0;
}
