// The run-time half of binding: texts become values or errors, errors are collected, and success allocates nothing.

using System.Text;
using Galley.Generator.Tests.Shapes;
using Galley.Validating;
using InputText = Galley.Validating.Text;

namespace Galley.Generator.Tests;

public class InputTests
{
    private static BindingErrors s_none;

    private static Input Given(string value) => new("p"u8, Encoding.UTF8.GetBytes(value), true);

    private static Input Absent => new("p"u8, default, false);

    private static string[] Error(BindingErrors errors) => errors.ToProblem().Errors!["p"];

    [Fact]
    public void Every_kind_of_type_is_read()
    {
        var e = new BindingErrors();
        Assert.Equal(-5, Given("-5").Required<int, Utf8<int>>(ref e));
        Assert.Equal(1.5m, Given("1.5").Required<decimal, Utf8<decimal>>(ref e));
        Assert.Equal(1.5, Given("1.5").Required<double, Utf8<double>>(ref e));
        Assert.Equal(Guid.Empty, Given("00000000-0000-0000-0000-000000000000").Required<Guid, Utf8<Guid>>(ref e));
        Assert.True(Given("true").Required<bool, Chars<bool>>(ref e));
        Assert.Equal(new DateOnly(2026, 1, 31), Given("2026-01-31").Required<DateOnly, Chars<DateOnly>>(ref e));
        Assert.Equal(TimeSpan.FromMinutes(5), Given("00:05:00").Required<TimeSpan, Chars<TimeSpan>>(ref e));
        Assert.Equal(Color.Green, Given("green").Required<Color, Named<Color>>(ref e));
        Assert.Equal("ä", Given("ä").Required<string, InputText>(ref e));
        Assert.Equal("", Given("").Required<string, InputText>(ref e));
        DateTime at = Given("2026-01-31T12:00:00Z").Required<DateTime, Moment>(ref e);
        Assert.Equal((12, DateTimeKind.Utc), (at.Hour, at.Kind));
        Assert.Equal(TimeSpan.Zero, Given("2026-01-31T12:00:00").Required<DateTimeOffset, Moment>(ref e).Offset);
        Assert.False(e.Any);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1.0")]
    [InlineData("1,000")]
    [InlineData("-")]
    public void A_malformed_number_is_an_error_in_plain_words(string text)
    {
        var e = new BindingErrors();
        Given(text).Required<int, Utf8<int>>(ref e);
        Assert.Equal(["must be a whole number"], Error(e));
    }

    [Theory]
    [InlineData("99999999999")]
    [InlineData("-2147483649")]
    public void A_whole_number_that_does_not_fit_is_told_the_bounds(string text)
    {
        var e = new BindingErrors();
        Given(text).Required<int, Utf8<int>>(ref e);
        Assert.Equal(["must be a whole number from -2147483648 to 2147483647"], Error(e));
        e = new();
        Given(text).Required<byte, Utf8<byte>>(ref e);
        Assert.Equal(["must be a whole number from 0 to 255"], Error(e));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("Purple")]
    [InlineData("")]
    public void An_enum_is_one_of_its_names(string text)
    {
        var e = new BindingErrors();
        Given(text).Required<Color, Named<Color>>(ref e);
        Assert.Equal(["must be one of Red, Green, Blue"], Error(e));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("1e999")]
    public void A_number_is_finite(string text)
    {
        var ofDouble = new BindingErrors();
        Given(text).Required<double, Utf8<double>>(ref ofDouble);
        Assert.Equal(["must be a number"], Error(ofDouble));
        var ofFloat = new BindingErrors();
        Given(text).Required<float, Utf8<float>>(ref ofFloat);
        Assert.Equal(["must be a number"], Error(ofFloat));
    }

    [Fact]
    public void Absence_is_an_error_a_default_or_null()
    {
        var e = new BindingErrors();
        Assert.Equal(7, Absent.Or<int, Utf8<int>>(7, ref e));
        Assert.Equal(7, Given("").Or<int, Utf8<int>>(7, ref e));
        Assert.Equal("", Given("").Or<string, InputText>("x", ref e));
        Assert.Null(Absent.Optional<int, Utf8<int>>(ref e));
        Assert.Null(Given("").Optional<int, Utf8<int>>(ref e));
        Assert.False(e.Any);
        Absent.Required<int, Utf8<int>>(ref e);
        Assert.Equal(["is required"], Error(e));
    }

    [Fact]
    public void A_query_is_decoded_and_read_in_order()
    {
        var e = new BindingErrors();
        Assert.Equal("a b&=ü", Input.Query("x=1&%70=a+b%26%3D%C3%BC&p=2"u8, "p"u8).Required<string, InputText>(ref e));
        Assert.Equal("50%", Input.Query("p=50%"u8, "p"u8).Required<string, InputText>(ref e));
        Assert.Equal("", Input.Query("p"u8, "p"u8).Required<string, InputText>(ref e));
        Assert.Equal([1, 2], Inputs.Query<int, Utf8<int>>("p=1&q=5&p=2"u8, "p"u8, ref e)!);
        Assert.Null(Inputs.Query<int, Utf8<int>>("q=1"u8, "p"u8, ref e));
        Assert.False(e.Any);
        Inputs.Query<int, Utf8<int>>("p=1&p=x"u8, "p"u8, ref e);
        Assert.Equal(["value 2 must be a whole number"], Error(e));
    }

    [Fact]
    public void Errors_of_parameters_and_body_are_one_answer()
    {
        var e = new BindingErrors();
        Assert.Null(e.Refusal(null));
        e.Add("id", "is required");
        Assert.Equal(413, e.Refusal(new Problem(413))!.Status);
        Problem all = e.Refusal(new Problem(400) { Errors = new Dictionary<string, string[]> { ["name"] = ["is required"] } })!;
        Assert.Equal(["id", "name"], all.Errors!.Keys.Order());
    }

    [Fact]
    public void Every_missing_member_is_found()
    {
        Assert.Equal(["/0/name", "/1/parent/children/0/children", "/1/parent/name"], BodyErrors.Find(
            """[{"children":[]},{"Name":"x","children":[],"parent":{"children":[{"name":"y"}]}}]"""u8.ToArray(), JsonTypes.For<List<Tree>>())!.Errors!.Keys);
        Assert.Null(BodyErrors.Find("nonsense"u8.ToArray(), JsonTypes.For<Tree>())!.Errors);
        Assert.Null(BodyErrors.Find("[1]"u8.ToArray(), JsonTypes.For<Tree>())!.Errors);
        Assert.Null(BodyErrors.Find("""{"name":"x","children":[]}"""u8.ToArray(), JsonTypes.For<Tree>()));
    }

    [Fact]
    public void Success_allocates_nothing()
    {
        Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Once();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Once()
        {
            new Input("p"u8, "123"u8, true).Required<int, Utf8<int>>(ref s_none);
            new Input("p"u8, "00000000-0000-0000-0000-000000000000"u8, true).Required<Guid, Utf8<Guid>>(ref s_none);
            new Input("p"u8, "1.5"u8, true).Required<double, Utf8<double>>(ref s_none);
            Input.Query("a=1&p=2026-01-31"u8, "p"u8).Required<DateOnly, Chars<DateOnly>>(ref s_none);
            Input.Query("a=1"u8, "p"u8).Optional<int, Utf8<int>>(ref s_none);
            if (s_none.Any) throw new InvalidOperationException();
        }
    }

    [Fact]
    public void A_completed_handler_costs_nothing_beyond_its_value()
    {
        var point = new Point(1, 2);
        Once(point);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Once(point);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Once(Point point)
        {
            Take(Answer.Json(point));
            Take(Answer.Json(new ValueTask<Point>(point)));
            Take(Answer.Text(new ValueTask<string?>("x")));
            Take(Answer.Done(Task.CompletedTask));
            Take(Answer.Of(Response.Ok()));
        }

        static void Take(ValueTask<Response> answer)
        {
            if (!answer.IsCompletedSuccessfully) throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task Results_become_responses()
    {
        Assert.Equal(204, (await Answer.Done()).Status);
        Assert.Equal(204, (await Answer.Done(Task.Delay(1))).Status);
        Assert.Equal(404, (await Answer.Json<Point?>((Point?)null)).Status);
        Assert.Equal(404, (await Answer.Json(Later<int?>(null))).Status);
        Assert.Equal(200, (await Answer.Json(Later(5))).Status);
        Assert.Equal("text/plain; charset=utf-8", Encoding.ASCII.GetString((await Answer.Text("x")).Body!.ContentType));
        Assert.Equal(404, (await Answer.Of((Response?)null)).Status);
        Assert.Equal(409, (await Answer.Of(Later<Problem?>(new Problem(409)))).Status);

        static async Task<T> Later<T>(T value)
        {
            await Task.Yield();
            return value;
        }
    }
}
