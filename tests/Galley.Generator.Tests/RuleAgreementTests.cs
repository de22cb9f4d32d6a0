// Generated checks against DataAnnotations' own Validator: for random values both find fault with the same members. Where Galley means to differ,
// the difference has a test of its own below.

using System.ComponentModel.DataAnnotations;
using CsCheck;
using Galley.Generator.Tests.Shapes;
using Galley.Validating;

namespace Galley.Generator.Tests;

public class RuleAgreementTests
{
    private static readonly Gen<string?> s_text = Gen.OneOf(
        Gen.String[Gen.Char["aAbB1 @.-+()xe\n/:\u00E4"], 0, 12],
        One("ada@example.com", "+49 30 1234", "1 ext 5", "1 x5", "1 x5+", "1 e+xt 5 +", "++", "ext. 1", "4111 1111 1111 1111", "4111-1111-1111-1112", "aGk=", "aGk", "red", "blue", "AB12", "AB12x", "12345", " ", "", "http://a", "ftp://", "Red", "red"))
        .Select(text => text is "" ? null : text == "12345" ? "" : text);

    private static readonly Gen<int> s_number = Gen.OneOf(Gen.Int[-3, 12], One(int.MinValue, int.MaxValue, 13, 100, 101));

    private static readonly Gen<double> s_fraction = Gen.OneOf(Gen.Double[-1, 2], One(0d, 1d, double.NaN, 0.5));

    private static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void Both_find_fault_with_the_same_members() => Gen.Select(s_text.Array[13], s_number.Array[4], s_fraction.Array[2], Gen.Int[0, 4].Array[2], Gen.Bool)
        .Select((texts, numbers, fractions, counts, isNull) => new Judged
        {
            Required = texts[0],
            RequiredOrEmpty = texts[1],
            Short = texts[2],
            Exact = texts[3],
            Plate = texts[4],
            Phone = texts[5],
            Card = texts[6],
            Bytes = texts[7],
            Color = texts[8],
            Denied = texts[9],
            Secret = texts[10]!,
            Again = texts[11] is "red" ? texts[10]! : texts[11]!,
            Prefix = texts[12],
            Stars = numbers[0],
            Room = isNull ? null : numbers[1],
            Even = numbers[2],
            Chosen = numbers[3],
            Open = fractions[0],
            Ratio = isNull ? null : fractions[1],
            Price = (decimal)counts[0] + 0.1m,
            Day = new DateOnly(2019 + counts[0] * 3, 12, 31),
            Items = isNull ? null! : new int[counts[0]],
            Words = isNull ? null : [.. Enumerable.Repeat("x", counts[1])],
        })
        .Sample(value => Assert.Equal(ByTheirs(value), ByOurs(value)), iter: 20_000);

    // As the README of stage 4 says: addresses that no mail can be sent to, and URLs of nothing.
    [Theory]
    [InlineData("ada@example")]
    [InlineData("ada@example.")]
    [InlineData("a da@example.com")]
    [InlineData("@example.com")]
    [InlineData("ada@home@example.com")]
    [InlineData("ada@example.com", true)]
    [InlineData("a@b.c", true)]
    public void An_email_is_more_than_something_around_an_at(string email, bool isOne = false)
    {
        Assert.Equal(isOne ? [] : ["/email"], ByOurs(new Stricter { Email = email }));
        if (isOne) Assert.Empty(ByTheirs(new Stricter { Email = email }));
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("https://a b")]
    [InlineData("https://a\n")]
    [InlineData("HTTPS://example.com", true)]
    [InlineData("ftp://x", true)]
    public void A_url_leads_somewhere(string url, bool isOne = false)
    {
        Assert.Equal(isOne ? [] : ["/url"], ByOurs(new Stricter { Url = url }));
        Assert.Empty(ByTheirs(new Stricter { Url = url }));
    }

    // .NET rounds the value to the type of the bounds first: 5.4 is 5.
    [Fact]
    public void A_fraction_is_not_rounded_into_a_range()
    {
        Assert.Equal(["/rounded"], ByOurs(new Stricter { Rounded = 5.4 }));
        Assert.Empty(ByTheirs(new Stricter { Rounded = 5.4 }));
    }

    [Fact]
    public void An_object_that_leads_back_to_itself_ends()
    {
        var ring = new Ring { Name = "" };
        ring.Next = ring;
        string[] found = ByOurs(ring);
        Assert.Equal(32, found.Length);
        Assert.All(found, pointer => Assert.Matches("^(/next)*(/name)?$", pointer));
    }

    private static string[] ByOurs<T>(T value)
    {
        var errors = new BindingErrors();
        RuleSets.Check(value, ref errors);
        return errors.Any ? [.. errors.ToProblem().Errors!.Keys.Order(StringComparer.Ordinal)] : [];
    }

    private static string[] ByTheirs(object value)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        return [.. results.SelectMany(r => r.MemberNames).Select(n => "/" + System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(n)).Distinct().Order(StringComparer.Ordinal)];
    }

    private static void Bound(Routes app)
    {
        app.Post("/judged", ([Body] Judged value) => "x");
        app.Post("/stricter", ([Body] Stricter value) => "x");
        app.Post("/rings", ([Body] Ring value) => "x");
        app.Post("/five", (Five value) => "x");
    }

    [Fact]
    public void A_valid_body_of_five_members_costs_nothing_to_check()
    {
        Bound(Backend.Create([]).Group("/"));
        var five = new Five("ada@example.com", "Ada", 36, 1.5m, ["a", "b"]);
        for (int i = 0; i < 1000; i++) Once(five);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Once(five);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Once(Five five)
        {
            var errors = new BindingErrors();
            RuleSets.Check(five, ref errors);
            if (errors.Count > 0) throw new InvalidOperationException();
        }
    }
}
