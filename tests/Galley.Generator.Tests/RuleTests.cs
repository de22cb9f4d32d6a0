// Rules become direct code: every attribute of DataAnnotations, the program's own, fluent declarations; and what OpenAPI may say of them.

using System.Collections.Immutable;
using Galley.Generator.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Galley.Generator.Tests;

public class RuleTests
{
    private const string Usings = "using System.ComponentModel.DataAnnotations; using Galley;\n";

    private static Generated Of(string types, string handler = "(One one) => \"x\"") =>
        Generated.From($"{Usings}var app = Backend.Create(args);\napp.Post(\"/\", {handler});\napp.Run();\n{types}");

    [Theory]
    [InlineData("[Required] string? M", "", "Check.Missing(ref errors);", "Check.NotBlank(value, ref errors);")]
    [InlineData("[Required(AllowEmptyStrings = true)] string? M", "", "Check.Missing(ref errors);")]
    [InlineData("[Required] int? M", "", "Check.Missing(ref errors);")]
    [InlineData("[StringLength(5)] string M", "", "Check.Length(value, 0, 5, ref errors);")]
    [InlineData("[StringLength(5, MinimumLength = 2, ErrorMessage = \"{0}: {2} to {1} of {3\")] string M", "", "Check.Length(value, 2, 5, ref errors, message: \"\\u007b0}: \\u007b2} to \\u007b1} of \\u007b3\");")]
    [InlineData("[StringLength(5, MinimumLength = 2, ErrorMessage = \"{0}: {2} to {1}\")] string M", "", "Check.Length(value, 2, 5, ref errors, message: \"M: 2 to 5\");")]
    [InlineData("[MinLength(2)] List<int> M", "", "Check.Count(value.Count, 2, int.MaxValue, ref errors);")]
    [InlineData("[MaxLength(2)] int[]? M", "", "Check.Count(value.Length, 0, 2, ref errors);")]
    [InlineData("[Length(1, 2)] IReadOnlyDictionary<string, int> M", "", "Check.Count(value.Count, 1, 2, ref errors);")]
    [InlineData("[Length(1, 2)] IEnumerable<int> M", "", "Check.Count(global::System.Linq.Enumerable.Count(value), 1, 2, ref errors);")]
    [InlineData("[Length(1, 2)] System.Collections.Immutable.ImmutableArray<int> M", "", "Check.Count((value.IsDefault ? 0 : value.Length), 1, 2, ref errors);")]
    [InlineData("[Range(1, 9)] byte M", "", "Check.Range(value, (byte)(1), (byte)(9), ref errors);")]
    [InlineData("[Range(1, 9)] long? M", "", "if (value is not { } given) return;", "Check.Range(given, 1L, 9L, ref errors);")]
    [InlineData("[Range(0.5, 9)] double M", "", "Check.Range(value, 0.5d, 9d, ref errors);")]
    [InlineData("[Range(1, int.MaxValue, MinimumIsExclusive = true)] int M", "", "Check.AtLeast(value, 1, ref errors, isExclusive: true);")]
    [InlineData("[Range(double.MinValue, 9)] float M", "", "Check.AtMost(value, 9f, ref errors);")]
    [InlineData("[Range(typeof(decimal), \"0.1\", \"9\")] decimal M", "", "Check.Range(value, 0.1m, 9m, ref errors);")]
    [InlineData("[Range(typeof(DateTimeOffset), \"2020-01-01\", \"2020-01-02\")] DateTimeOffset M", "", "Check.Range(value, new global::System.DateTimeOffset(637134336000000000L, global::System.TimeSpan.Zero)")]
    [InlineData("[Range(1, 9)] string M", "new global::System.ComponentModel.DataAnnotations.RangeAttribute(1, 9)", "Check.Alone(RuleParts.Range_")]
    [InlineData("[Range(1, 300)] byte M", "new global::System.ComponentModel.DataAnnotations.RangeAttribute(1, 300)", "Check.Alone(RuleParts.Range_")]
    [InlineData("[RegularExpression(\"[a-z]{2}\")] string M", "Check.Expression(\"[a-z]{2}\", 0)", "Check.Matches(value, RuleParts.Regex_")]
    [InlineData("[EmailAddress, Url, Phone, CreditCard, Base64String] string M", "", "Check.Email(value, ref errors);", "Check.Url(value, ", "Check.Phone(value, ", "Check.CreditCard(value, ", "Check.Base64(value, ")]
    [InlineData("[AllowedValues(\"a\", \"b\\\"{0}\")] string M", "", "Check.OneOf(value is \"a\" or \"b\\\"\\u007b0}\", ", "Check.OneOf(false, ")]
    [InlineData("[AllowedValues(Kind.B)] Kind M", "", "Check.OneOf(value is (global::Kind)(1), \"B\", ref errors);")]
    [InlineData("[AllowedValues(1, \"a\")] string M", "AllowedValuesAttribute(new object[] { 1, \"a\" })", "Check.Alone(")]
    [InlineData("[DeniedValues(1, null)] int? M", "", "Check.NoneOf(true, \"1\", ref errors);", "Check.NoneOf(given is 1, \"1\", ref errors);")]
    [InlineData("[EnumDataType(typeof(Kind))] string M", "", "Check.OneOf(value is \"A\" or \"B\", \"A, B\", ref errors);")]
    [InlineData("[Odd(3, By = 4, Kinds = new[] { Kind.A }, Of = typeof(List<int>))] int M", "new global::OddAttribute(3) { By = 4, Kinds = new global::Kind[] { (global::Kind)(0) }, Of = typeof(global::System.Collections.Generic.List<int>) }", "Check.With(RuleParts.Odd_")]
    [InlineData("[Url(ErrorMessageResourceType = typeof(Texts), ErrorMessageResourceName = \"Url\")] string M", "ErrorMessageResourceName = \"Url\"", "Check.Alone(RuleParts.Url_")]
    [InlineData("[DataType(DataType.Date), Display(Name = \"x\")] string M", "", "")]
    public void An_attribute_is_a_check(string member, string part, params string[] checks)
    {
        Generated generated = Of($"public record One({member}); public enum Kind {{ A, B }} public static class Texts {{ public static string Url => \"no\"; }} " +
            "public class OddAttribute(int n) : ValidationAttribute { public int N => n; public int By { get; set; } public Kind[]? Kinds { get; set; } public Type? Of { get; set; } }").Compiles();
        string rules = generated.Files.GetValueOrDefault("Galley.Rules.g.cs", "");
        if (checks is [""]) Assert.Equal("", rules);
        foreach (string check in checks) Assert.Contains(check, rules, StringComparison.Ordinal);
        Assert.Contains(part, rules, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_rules_has_no_code()
    {
        Generated generated = Of("public record One(Two Two, List<Three> Threes); public record Two(string A); public record Three([StringLength(3)] string A);").Compiles();
        string rules = generated.Files["Galley.Rules.g.cs"];
        Assert.Contains("CheckThree", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("CheckTwo", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("CheckOne_Two", rules, StringComparison.Ordinal);
        Assert.False(Of("public record One(Two Two); public record Two(string A);").Compiles().Files.ContainsKey("Galley.Rules.g.cs"));
        // What is only answered is not checked.
        Assert.False(Of("public record One([StringLength(3)] string A);", "() => new One(\"a\")").Compiles().Files.ContainsKey("Galley.Rules.g.cs"));
    }

    [Fact]
    public void Names_that_meet_are_told_apart() => Of("""
        public record One(New New, NewUser NewUser, NewMember M, @class @class, One? Own);
        public record New([MinLength(1)] string UserX, [MinLength(1)] string User_X, [MinLength(1)] string Member);
        public record NewUser([MinLength(1)] string X);
        public record New_User([MinLength(1)] string X);
        public record NewMember([MinLength(1)] string X, New_User Y);
        public record @class([MinLength(1)] string @string, [MinLength(1)] string Check) : IHasRules<@class>
        {
            public static void Declare(Rules<@class> rules) => rules.For(x => x.@string).Length(1, 2);
        }
        """).Compiles();

    [Fact]
    public void Every_shape_of_declaration_compiles() => Of("""
        public class Holder<T> where T : class { [Required] public T? Value { get; set; } [Range(1, 2)] public int Field { get; init; } }
        public record Entity([StringLength(5)] string Id) : IHasRules<Entity>, IValidatableObject
        {
            static void IHasRules<Entity>.Declare(Rules<Entity> rules) => rules.For(e => e.Id).Matches("a+");
            public virtual IEnumerable<ValidationResult> Validate(ValidationContext context) => [];
        }
        [Whole] public sealed record One(string Id, Holder<Entity> Holder, Holder<string>[] More, Dictionary<int, Entity?> Map, Point? At, [property: Range(1, 2)] int Both, [Range(1, 2)] int? Maybe) : Entity(Id);
        public readonly record struct Point([Range(0, 9)] int X) : IHasRules<Point> { public static void Declare(Rules<Point> rules) => rules.For(p => p.X).AtLeast(1); }
        public sealed class WholeAttribute : ValidationAttribute;
        """, """([MinLength(1), Whole, Body] Dictionary<string, One> many, [Whole] int[]? n, [Whole] DateOnly? day = null, [Required] string? s = null) => "x" """).Compiles();

    [Fact]
    public void Fluent_rules_with_constants_are_known_to_the_documentation()
    {
        const string One = """
            public record One(string Email, int? Age, string[] Tags, string Kind, decimal Price) : IHasRules<One>
            {
                private const int Longest = 254;
                public static void Declare(Rules<One> rules)
                {
                    rules.For(one => one.Email).Email().Length(3, Longest).Must(e => e != "x", "no").Matches("a\"b");
                    rules.For(one => one.Age).Between(18, 120);
                    rules.For(one => one.Tags).Count(1, 10);
                    rules.For(one => one.Kind).OneOf("a", "b").Url();
                    rules.For(one => one.Price).AtLeast(0.5m).AtMost(int.Parse("7"));
                }
            }
            """;
        Compilation compilation = Of(One).Compiles().Input;
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("One")!;
        Dictionary<string, string> said = type.GetMembers().OfType<IPropertySymbol>().Where(p => p.Name != "EqualityContract").ToDictionary(p => p.Name, p => string.Join(" ",
            MemberRules.Read(type, p, null, p.Type, compilation, compilation.SyntaxTrees.First().GetRoot(), []).SelectMany(r => r.Keywords).Select(k => $"{k.Name}={k.Json}")));
        Assert.Equal("format=\"email\" minLength=3 maxLength=254 pattern=\"^(?:a\\\"b)$\"", said["Email"]);
        Assert.Equal("minimum=18 maximum=120", said["Age"]);
        Assert.Equal("minItems=1 maxItems=10", said["Tags"]);
        Assert.Equal("enum=[\"a\",\"b\"] format=\"uri\"", said["Kind"]);
        Assert.Equal("minimum=0.5", said["Price"]);
    }

    [Theory]
    [InlineData("[Required] string P", "minLength=1")]
    [InlineData("[StringLength(5, MinimumLength = 2)] string P", "minLength=2 maxLength=5")]
    [InlineData("[MinLength(1)] int[] P", "minItems=1")]
    [InlineData("[MaxLength(9)] Dictionary<string, int> P", "maxProperties=9")]
    [InlineData("[Range(1, 200)] int P", "minimum=1 maximum=200")]
    [InlineData("[Range(0.5, 1.5, MinimumIsExclusive = true, MaximumIsExclusive = true)] double P", "exclusiveMinimum=0.5 exclusiveMaximum=1.5")]
    [InlineData("[Range(typeof(decimal), \"0.10\", \"9\")] decimal P", "minimum=0.10 maximum=9")]
    [InlineData("[Range(1, int.MaxValue)] long P", "minimum=1")]
    [InlineData("[RegularExpression(\"a|b\")] string P", "pattern=\"^(?:a|b)$\"")]
    [InlineData("[EmailAddress] string P", "format=\"email\"")]
    [InlineData("[Url] string P", "format=\"uri\"")]
    [InlineData("[Base64String] string P", "contentEncoding=\"base64\"")]
    [InlineData("[AllowedValues(1, 2)] int P", "enum=[1,2]")]
    [InlineData("[DeniedValues(\"a\")] string P", "not={\"enum\":[\"a\"]}")]
    [InlineData("[Phone, CreditCard] string P", "")]
    public void An_attribute_is_a_keyword(string parameter, string keywords)
    {
        Compilation compilation = Of($"public record One({parameter});").Compiles().Input;
        IParameterSymbol symbol = compilation.GetTypeByMetadataName("One")!.InstanceConstructors.SelectMany(c => c.Parameters).First(p => p.Name == "P");
        Assert.Equal(keywords, string.Join(" ", RuleReader.Read(symbol, symbol.Type).SelectMany(r => r.Keywords).Select(k => $"{k.Name}={k.Json}")));
    }

    [Fact]
    public void Parameters_are_checked_after_they_are_read()
    {
        string code = Of("", "([Range(1, 200)] int limit = 50, [StringLength(3)] string? sort = null, [Length(1, 2)] int[]? n = null) => \"x\"").Compiles().Endpoints;
        Assert.Contains("if (errors.IsRead(\"limit\"))", code, StringComparison.Ordinal);
        Assert.Contains("Check.Range(limit, 1, 200, ref errors);", code, StringComparison.Ordinal);
        Assert.Contains("if (sort is not null)", code, StringComparison.Ordinal);
        Assert.Contains("Check.Count(n.Length, 1, 2, ref errors);", code, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_parameters_is_made_before_it_is_asked()
    {
        Generated generated = Of("""
            public record Filter([Range(1, 50)] int Limit, [Query("from-day")] DateOnly? From = null) : IHasRules<Filter>
            {
                public static void Declare(Rules<Filter> rules) => rules.For(f => f.From).Between(DateOnly.MinValue, DateOnly.MaxValue);
            }
            """, "([Query] Filter filter, int n = 1) => filter.Limit").Compiles();
        // How it must read: people look at it.
        Assert.Contains("""
            var errors = new BindingErrors(request);
                            int filterKnown = errors.Count;
                            int filterLimit = Input.Query(request, "limit"u8).Required<int, Utf8<int>>(ref errors);
                            if (errors.IsRead("limit"))
                            {
                                Check.Range(filterLimit, 1, 50, ref errors);
                                errors.Named("/limit");
                            }
                            global::System.DateOnly? filterFrom = Input.Query(request, "from-day"u8).Optional<global::System.DateOnly, Chars<global::System.DateOnly>>(ref errors);
                            global::Filter filter = default!;
                            if (errors.AreRead(filterKnown))
                            {
                                filter = new global::Filter(filterLimit, filterFrom);
                                Declared<global::Filter>.Check(filter, filterKnown, ref errors);
                            }
                            else
                            {
                                if (errors.IsRead(filterKnown, "limit")) Declared<global::Filter>.CheckMember("limit", filterLimit, ref errors);
                                if (errors.IsRead(filterKnown, "from-day")) Declared<global::Filter>.CheckMember("from", filterFrom, ref errors);
                            }
                            errors.AsParameters(filterKnown, "query", static member => member switch { "from" => "from-day", _ => member });
                            int n = Input.Query(request, "n"u8).Or<int, Utf8<int>>(1, ref errors);
                            return errors.HasQuestions ? Asked(request, errors, filter, n) : Called(request, errors, filter, n);
            """.ReplaceLineEndings("\n"), generated.Endpoints, StringComparison.Ordinal);
        Assert.Contains("\"From\" or \"from\" => \"from\",", generated.Endpoints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public record One(int A);")]
    [InlineData("public record One([Range(1, 2)] int A, [property: MinLength(1)] string B);")]
    public void A_record_without_rules_of_its_own_waits_for_nobody(string type)
    {
        string code = Of(type, "([Query] One one) => one.A").Compiles().Endpoints;
        Assert.DoesNotContain("Asked", code, StringComparison.Ordinal);
        Assert.DoesNotContain("AreRead", code, StringComparison.Ordinal);
        Assert.Contains("var one = new global::One(", code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(One one, string errorsKnown = \"\") => one.A")]
    [InlineData("([Query] One @class, Point known, Plain before, int asked, int called, string s) => \"x\"")]
    [InlineData("([Form] One one, [Query] Point? point, [Header(\"X-Names\")] string? oneNames, FormFile file) => \"x\"")]
    [InlineData("async (One one, Point point, CancellationToken ct) => { await Task.Yield(); }")]
    [InlineData("(Checked one) => one.B")]
    [InlineData("([Form] Checked one) => one.B")]
    public void Every_shape_of_a_record_of_parameters_compiles(string handler) => Generated.From($$"""
        using Galley;
        using System.ComponentModel.DataAnnotations;
        using System.Text.Json.Serialization;
        var app = Backend.Create(args);
        {{(handler.Contains("Form]", StringComparison.Ordinal) ? "app.Post" : "app.Get")}}("/x", {{handler}});
        app.Run();
        public sealed class WholeAttribute : ValidationAttribute { protected override ValidationResult? IsValid(object? value, ValidationContext context) => null; }
        public sealed class AloneAttribute : ValidationAttribute { public override bool IsValid(object? value) => true; }
        public record Root(int Id) : IHasRules<Root> { static void IHasRules<Root>.Declare(Rules<Root> rules) => rules.For(r => r.Id).AtLeast(1); }
        [Whole, Alone] public record One(int Id, int A, [Whole, Alone, Query("b b")] string? @string = null, [property: Query("/odd")] int Odd = 1) : Root(Id), IHasRules<One>, IValidatableObject
        {
            [JsonPropertyName("named-one"), Whole] public required string Named { get; init; }
            [Whole, Range(1, 2)] public int Kept { get; set; } = 1;
            [Compare(nameof(Named))] public string? Again { get; init; }
            public int Sum => A + Id;
            static void IHasRules<One>.Declare(Rules<One> rules) => rules.Must(one => one.Sum > 0, "Sum", "no");
            public IEnumerable<ValidationResult> Validate(ValidationContext context) => [];
        }
        public record struct Point(int X, int Y) : IHasRules<Point> { public static void Declare(Rules<Point> rules) => rules.For(p => p.X).AtLeast(1); }
        public record Plain(int P);
        public class Checked { public string B { get; set; } = ""; [Compare("B", ErrorMessage = "{0} {1}")] public string C { get; set; } = ""; }
        """).Compiles();

    [Fact]
    public void Fluent_rules_of_parameters_are_documented()
    {
        string code = Of("""
            public record Filter(int Limit, [property: StringLength(9)] string Name) : IHasRules<Filter>
            {
                public static void Declare(Rules<Filter> rules) => rules.For(f => f.Limit).Between(1, 50);
            }
            """, "([Query] Filter filter) => filter.Limit").Compiles().OpenApi;
        Assert.Contains("\"minimum\": 1", code, StringComparison.Ordinal);
        Assert.Contains("\"maximum\": 50", code, StringComparison.Ordinal);
        Assert.Contains("\"maxLength\": 9", code, StringComparison.Ordinal);
        Assert.Contains("\"422\"", code, StringComparison.Ordinal);
        Assert.Contains("\"422\"", Of("public record One(int A) : IValidatableObject { public IEnumerable<ValidationResult> Validate(ValidationContext c) => []; }", "([Query] One one) => one.A")
            .Compiles().OpenApi, StringComparison.Ordinal);
        Assert.DoesNotContain("\"422\"", Of("public record One(int A);", "([Query] One one) => one.A").Compiles().OpenApi, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NETs_warnings_about_its_attributes_are_silenced_and_no_others()
    {
        Compilation compilation = Of("public record One([MaxLength(3)] int[] A, [Own] int B); public class OwnAttribute : ValidationAttribute;").Compiles().Input;
        var analyzers = new CompilationWithAnalyzers(compilation, [new Warns(), new TrimWarnings()], new CompilationWithAnalyzersOptions(new([]), null, true, false, reportSuppressedDiagnostics: true));
        var found = await analyzers.GetAnalyzerDiagnosticsAsync(CancellationToken.None);
        Assert.Equal([("MaxLength(3)", true), ("Own", false)], found.Where(d => d.Id == "IL2026").OrderBy(d => d.Location.SourceSpan.Start)
            .Select(d => (d.Location.SourceTree!.ToString().Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length), d.IsSuppressed)));
    }

#pragma warning disable RS1036, RS1041, RS2008 // a stand-in for .NET's own analyzer, for this test
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class Warns : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor s_trim = new("IL2026", "trim", "trim", "Trimming", DiagnosticSeverity.Warning, true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_trim];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(c => c.ReportDiagnostic(Diagnostic.Create(s_trim, c.Node.GetLocation())), Microsoft.CodeAnalysis.CSharp.SyntaxKind.Attribute);
        }
    }
}
