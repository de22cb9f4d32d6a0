// Rules that a body or a careless program would make fail, hang, or cost far more than the body is worth.

using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;

namespace Galley.Validate.Tests.Rules;

public record Shelf(ImmutableArray<string> Books, ImmutableArray<int> More = default, IReadOnlyCollection<int>? Numbers = null) : IHasRules<Shelf>
{
    public static void Declare(Rules<Shelf> rules)
    {
        rules.For(shelf => shelf.Books).Count(1, 2);
        rules.For(shelf => shelf.More).Count(1, 2);
        rules.For(shelf => shelf.Numbers).Count(1, 2);
    }
}

public record Well(int A, [Range(0, 9)] int B, [Range(0, 9)] int C, [Range(0, 9)] int D, Well? Down = null, List<Tight>? Items = null);

public record Tight([Range(0, 9)] int N, [MaxLength(3)] string? T = null);

// What its setter does no JSON could: it leads back to itself, twice.
public class Twin
{
    [Range(0, 9)]
    public int N { get; set; }

    public Twin? Left { get; set; }

    public Twin? Right { get; set; }

    public bool IsFolded
    {
        get => Left == this;
        set => Left = Right = value ? this : null;
    }
}

public sealed class ThrowingAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is "bad" ? throw new InvalidCastException("secret") : true;
}

public record Careless([Throwing] string? Name = null, int Age = 0) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Age switch
    {
        1 => throw new InvalidTimeZoneException("secret"),
        2 => null!,
        3 => [null!, ValidationResult.Success!, new("is three"), new(null), new(new string('m', 10), [null!, "", nameof(Age)])],
        4 => Enumerable.Range(0, int.MaxValue).Select(n => new ValidationResult("is wrong " + n)),
        _ => [],
    };
}

public record Patient(string Name) : IHasRules<Patient>
{
    public static void Declare(Rules<Patient> rules) => rules.For(patient => patient.Name).MustAsync(static async (name, request) =>
    {
        if (name == "throws") throw new InvalidTimeZoneException("secret");
        if (name is "waits" or "deaf")
        {
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration leaving = request.Aborted.Register(left.SetResult);
            s_isWaiting = true;
            await left.Task;
            s_isWaiting = false;
            if (name == "waits") request.Aborted.ThrowIfCancellationRequested();
        }
        Interlocked.Increment(ref s_asked);
        return true;
    }, "is not known");

    private static int s_asked;
    private static volatile bool s_isWaiting;

    public static int Asked => Volatile.Read(ref s_asked);

    public static bool IsWaiting => s_isWaiting;
}

[Collection("Alone")]
public sealed class Rules_under_attack : Running
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override void Declare(Backend app)
    {
        app.Post("/shelves", (Shelf shelf) => "fine");
        app.Post("/wells", (Well well) => "fine");
        app.Post("/twins", ([Body] Twin twin) => "fine");
        app.Post("/careless", (Careless careless) => "fine");
        app.Post("/patients", (Patient patient) => "fine");
        app.Post("/many", ([Body] List<Patient> patients) => "fine").Use(async (request, next) =>
        {
            try
            {
                return await next(request);
            }
            finally
            {
                _answered.TrySetResult();
            }
        });
    }

    [Theory]
    [InlineData("""{"books":["a"],"more":[1],"numbers":[1]}""")]
    [InlineData("""{"books":[],"more":[],"numbers":[]}""", "/books: must have 1 to 2 items", "/more: must have 1 to 2 items", "/numbers: must have 1 to 2 items")]
    [InlineData("""{"books":["a","b","c"],"more":[1,2,3],"numbers":[1,2,3]}""", "/books: must have 1 to 2 items", "/more: must have 1 to 2 items", "/numbers: must have 1 to 2 items")]
    public async Task An_immutable_array_is_counted(string json, params string[] errors)
    {
        Got got = await PostAsync("/shelves", json);
        Assert.Equal(errors.Length == 0 ? 200 : 422, got.Status);
        if (errors.Length > 0) Assert.Equal(errors, got.Errors);
    }

    [Theory]
    [InlineData("""{}""", 400)]
    [InlineData("""{"books":["a"]}""", 422, "/more: must have 1 to 2 items")]
    public async Task An_immutable_array_that_is_not_there_has_no_items(string json, int status, params string[] errors)
    {
        Got got = await PostAsync("/shelves", json);
        Assert.Equal(status, got.Status);
        if (errors.Length > 0) Assert.Equal(errors, got.Errors);
    }

    [Fact]
    public async Task A_rule_that_throws_is_a_fault_without_details()
    {
        foreach ((string target, string json) in (IEnumerable<(string, string)>)[("/careless", """{"name":"bad"}"""), ("/careless", """{"age":1}"""), ("/patients", """{"name":"throws"}""")])
        {
            Got got = await PostAsync(target, json);
            Assert.Equal(500, got.Status);
            Assert.DoesNotContain("secret", got.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_object_may_say_odd_things_of_itself()
    {
        Assert.Equal("fine", (await PostAsync("/careless", """{"age":2}""")).Text);
        Assert.Equal(["/age: mmmmmmmmmm", "body: is three; is not allowed; mmmmmmmmmm"], (await PostAsync("/careless", """{"age":3}""")).Errors);
    }

    [Fact]
    public async Task An_object_that_never_ends_complaining_is_not_listened_to()
    {
        Got got = await PostAsync("/careless", """{"age":4}""").WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(422, got.Status);
    }

    [Fact]
    public async Task An_object_that_leads_back_to_itself_twice_is_left_when_there_are_enough_errors()
    {
        Got got = await PostAsync("/twins", """{"n":1,"isFolded":true}""").WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(got.Status == 422, string.Join('\n', Events.OfType<RequestFaulted>().Select(e => e.Error.ToString())));
        Assert.Equal(32, got.Errors.Length);
        Assert.All(got.Errors, error => Assert.EndsWith(": is nested too deep", error, StringComparison.Ordinal));
    }

    // Also when the rule that was asked last does not listen to Aborted.
    [Theory]
    [InlineData("waits")]
    [InlineData("deaf")]
    public async Task For_who_leaves_nobody_else_is_asked(string name)
    {
        using Testing.ClientConnection client = await ConnectAsync();
        int before = Patient.Asked;
        string body = $$"""[{"name":"{{name}}"},""" + string.Join(',', Enumerable.Repeat("""{"name":"a"}""", 900)) + "]";
        await client.SendAsync($"POST /many HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        while (!Patient.IsWaiting) await Task.Yield();
        client.Reset();
        await _answered.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.InRange(Patient.Asked - before, 0, 1);
        Assert.Equal("fine", (await PostAsync("/shelves", """{"books":["a"],"more":[1]}""")).Text);
    }

    // As many objects inside each other as may be, each as wide as the order looks, and every error at the bottom.
    [Theory]
    [InlineData(60, 990)]
    public async Task The_order_of_errors_costs_no_more_than_reading(int depth, int width)
    {
        string members = string.Concat(Enumerable.Range(0, width).Select(n => string.Create(CultureInfo.InvariantCulture, $"\"x{n}\":0,")));
        var json = new StringBuilder();
        for (int i = 0; i < depth; i++) json.Append('{').Append(members).Append("\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"down\":");
        json.Append("{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"items\":[").AppendJoin(',', Enumerable.Repeat("""{"n":10,"t":"long"}""", 20)).Append("]}").Append('}', depth);
        string body = json.ToString();
        await PostAsync("/wells", "{}");
        long least = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Got got = await PostAsync("/wells", body);
            TestContext.Current.TestOutputHelper?.WriteLine($"{body.Length} bytes: {watch.ElapsedMilliseconds} ms");
            Assert.Equal(422, got.Status);
            Assert.Equal(32, got.InOrder.Sum(e => e.Split("; ").Length));
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{least} bytes allocated");
        Assert.True(least < 40L * body.Length, $"{least:N0} bytes allocated for a body of {body.Length:N0}");
    }
}
