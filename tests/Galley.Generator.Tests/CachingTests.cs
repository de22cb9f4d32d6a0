// An edit that changes nothing Galley reads costs nothing: every step after the readers is cached.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Galley.Generator.Tests;

public class CachingTests
{
    private const string Program = """
        using Galley;
        var app = Backend.Create(args);
        app.Get("/{id}", (Guid id, [System.ComponentModel.DataAnnotations.Range(1, 9)] int? page) => new User(id));
        app.Post("/", (User user) => Response.Ok(new List<User> { user }));
        _ = ((Database)null!).QueryAsync<User>($"");
        _ = ((Database)null!).QueryAsync<(long Id, string Name)>($"");
        _ = ((Database)null!).QueryAsync<string>($"");
        app.Run();
        public record User(Guid Id) { [System.ComponentModel.DataAnnotations.RegularExpression("a")] public string? Name { get; set; } }

        """;

    [Fact]
    public void An_unrelated_edit_generates_nothing_again()
    {
        Generated first = Generated.From(Program).Compiles();
        Compilation edited = first.Input.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Unrelated { public int X = 1; }", (CSharpParseOptions)first.Input.SyntaxTrees.First().Options));
        GeneratorRunResult second = Generated.Run(first.Driver, edited).Compiles().Driver.GetRunResult().Results.Single();
        foreach (string step in (string[])["Endpoints", "JsonRoots", "Bound", "JsonTypes", "RuleParts", "Operations", "Queries", "RowTypes", "RowCalls"])
        {
            Assert.All(second.TrackedSteps[step].SelectMany(s => s.Outputs), output =>
                Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {output.Reason}"));
        }
        Assert.All(second.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    [Theory]
    [InlineData("""=> new User(id));""", """=> new User(Guid.NewGuid()));""")]
    [InlineData("""Response.Ok(new List<User> { user })""", """Response.Ok(new List<User> { user, user, user })""")]
    public void An_edit_beside_a_route_generates_only_its_place_again(string before, string after)
    {
        // An interceptor names the place of its call by a checksum of the whole file, so the compiler asks for this much.
        GeneratorRunResult second = Edited(Program.Replace(before, after, StringComparison.Ordinal));
        AssertSteps(second, IncrementalStepRunReason.Unchanged, "JsonTypes", "RuleParts", "Operations", "RowTypes");
        IncrementalStepRunReason[] outputs = [.. second.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs).Select(o => o.Reason)];
        // The endpoints and the rows: both intercept.
        Assert.Equal(2, outputs.Count(reason => reason == IncrementalStepRunReason.Modified));
    }

    [Fact]
    public void An_edit_inside_a_handler_in_another_file_than_its_route_generates_nothing_again()
    {
        const string handler = "public static class Handlers { public static User Find(Guid id) => new(id); }";
        const string program = """
            using Galley;
            var app = Backend.Create(args);
            app.Get("/{id}", Handlers.Find);
            app.Run();
            public record User(Guid Id);
            """;
        Generated first = Generated.From(program, handler).Compiles();
        SyntaxTree old = first.Input.SyntaxTrees.Last();
        Compilation edited = first.Input.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(handler.Replace("new(id)", "new(Guid.NewGuid())", StringComparison.Ordinal), (CSharpParseOptions)old.Options, old.FilePath));
        GeneratorRunResult second = Generated.Run(first.Driver, edited).Compiles().Driver.GetRunResult().Results.Single();
        Assert.All(second.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    [Fact]
    public void A_new_route_generates_only_its_binding_again()
    {
        GeneratorRunResult second = Edited(Program.Replace("app.Run();", "app.Get(\"/n\", (int n) => \"text\");\napp.Run();", StringComparison.Ordinal));
        AssertSteps(second, IncrementalStepRunReason.Unchanged, "JsonTypes", "RuleParts", "RowTypes");
        IncrementalStepRunReason[] outputs = [.. second.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs).Select(o => o.Reason)];
        // The endpoints, their operations, and the rows, whose calls moved.
        Assert.Equal(3, outputs.Count(reason => reason == IncrementalStepRunReason.Modified));
        Assert.All(outputs, reason => Assert.True(reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString()));
    }

    private static GeneratorRunResult Edited(string program)
    {
        Generated first = Generated.From(Program).Compiles();
        SyntaxTree old = first.Input.SyntaxTrees.First();
        Assert.NotEqual(old.ToString(), program);
        Compilation edited = first.Input.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(program, (CSharpParseOptions)old.Options, old.FilePath));
        return Generated.Run(first.Driver, edited).Compiles().Driver.GetRunResult().Results.Single();
    }

    private static void AssertSteps(GeneratorRunResult run, IncrementalStepRunReason expected, params string[] steps)
    {
        foreach (string step in steps)
        {
            Assert.All(run.TrackedSteps[step].SelectMany(s => s.Outputs), output => Assert.True(output.Reason == expected || output.Reason == IncrementalStepRunReason.Cached, $"{step}: {output.Reason}"));
        }
    }

    [Fact]
    public void A_related_edit_changes_the_code()
    {
        Generated first = Generated.From(Program);
        Generated second = Generated.From(Program.Replace("User(Guid Id) {", "User(Guid Id, string? Email = null) {", StringComparison.Ordinal));
        Assert.NotEqual(first.Json, second.Json);
        Assert.Equal(first.Endpoints.Length, second.Endpoints.Length);
    }

    [Fact]
    public void The_same_program_makes_the_same_code() => Assert.Equal(Generated.From(Program).Files, Generated.From(Program).Files);
}
