// Rules become direct code: every attribute of DataAnnotations, the program's own, fluent declarations; and what OpenAPI may say of them.

namespace Galley.Generator.Tests;

public class RuleTests
{
    private const string Usings = "using System.ComponentModel.DataAnnotations;\n";

    [Fact]
    public void Show()
    {
        Generated generated = Generated.From(Usings + """
            using Galley;
            var app = Backend.Create(args);
            app.Post("/", (NewUser user, [Range(1, 200)] int limit = 50, [StringLength(10, MinimumLength = 2), Even] string? name = null) => "x");
            app.Run();
            [Even]
            public record NewUser([EmailAddress, StringLength(254, MinimumLength = 3)] string Email, [Range(18, 120)] int? Age, Address Home, List<Address?> Others, Dictionary<string, Address> Named, Figure Shape, NewUser? Parent,
                [property: RegularExpression("[a-z]{2}", ErrorMessage = "{0} is no {1}")] string Code, [property: Compare("Code")] string Again, [Even] int Number) : IHasRules<NewUser>, IValidatableObject
            {
                [Required] public string? Nick { get; set; }
                public static void Declare(Rules<NewUser> rules) => rules.For(user => user.Email).Email().Length(3, 254);
                public IEnumerable<ValidationResult> Validate(ValidationContext context) => [];
            }
            public record struct Address([MaxLength(100)] string Street, [AllowedValues("a", "b{0}", null)] string? Zone, [DeniedValues(3, -4)] int Level, [Range(typeof(decimal), "0.5", "1.5")] decimal D, [Range(typeof(DateOnly), "2020-01-01", "2030-01-01")] DateOnly Day);
            [System.Text.Json.Serialization.JsonDerivedType(typeof(Circle), "circle")]
            public abstract record Figure([property: MinLength(1)] string Name);
            public record Circle(string Name, [Range(0.5, double.MaxValue, MinimumIsExclusive = true)] double Radius) : Figure(Name);
            public class EvenAttribute : ValidationAttribute { public int By { get; set; } = 2; }
            """);
        System.IO.File.WriteAllText("/tmp/rules/rules.cs", generated.Files.GetValueOrDefault("Galley.Rules.g.cs", "") + generated.Endpoints);
        generated.Compiles();
    }
}
