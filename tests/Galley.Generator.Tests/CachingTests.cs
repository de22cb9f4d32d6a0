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
        app.Run();
        public record User(Guid Id) { [System.ComponentModel.DataAnnotations.RegularExpression("a")] public string? Name { get; set; } }

        """;

    [Fact]
    public void An_unrelated_edit_generates_nothing_again()
    {
        Generated first = Generated.From(Program).Compiles();
        Compilation edited = first.Input.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Unrelated { public int X = 1; }", (CSharpParseOptions)first.Input.SyntaxTrees.First().Options));
        GeneratorRunResult second = Generated.Run(first.Driver, edited).Compiles().Driver.GetRunResult().Results.Single();
        foreach (string step in (string[])["Endpoints", "JsonRoots", "Bound", "JsonTypes", "RuleParts", "Queries", "RowTypes"])
        {
            Assert.All(second.TrackedSteps[step].SelectMany(s => s.Outputs), output =>
                Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {output.Reason}"));
        }
        Assert.All(second.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
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
