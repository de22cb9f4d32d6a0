// Runs the generator over a snippet the way a compiler does, against the real Galley.dll.

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Galley.Generator.Tests;

/// <summary>The outcome of one run over one program.</summary>
internal sealed class Generated
{
    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) &&
                !Path.GetFileName(path).StartsWith("Galley.Generator", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private Generated(GeneratorDriver driver, Compilation input, Compilation output, ImmutableArray<Diagnostic> found)
    {
        Driver = driver;
        Input = input;
        Found = [.. found.Where(d => !d.IsSuppressed)];
        Files = driver.GetRunResult().GeneratedTrees.ToDictionary(t => Path.GetFileName(t.FilePath), t => t.ToString());
        Errors = [.. output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id is not ("CS1701" or "CS1702"))];
    }

    public GeneratorDriver Driver { get; }

    public Compilation Input { get; }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Found { get; }

    /// <summary>Errors and warnings of the compilation with the generated code.</summary>
    public ImmutableArray<Diagnostic> Errors { get; }

    public Dictionary<string, string> Files { get; }

    public string Endpoints => Files.GetValueOrDefault("Galley.Endpoints.g.cs", "");

    public string Json => Files.GetValueOrDefault("Galley.Json.g.cs", "");

    public string OpenApi => Files.GetValueOrDefault("Galley.OpenApi.g.cs", "");

    public string Rows => Files.GetValueOrDefault("Galley.Rows.g.cs", "");

    /// <summary>A program of two files.</summary>
    public static Generated From(string source, string other) => From(source, isEnabled: true, other);

    public static Generated From(string source, bool isEnabled = true, string? other = null, DocumentationMode documentation = DocumentationMode.Parse)
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14).WithDocumentationMode(documentation);
        if (isEnabled) options = options.WithFeatures([new("InterceptorsNamespaces", "Galley.Generated")]);
        const string usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        var input = CSharpCompilation.Create("Program",
            [CSharpSyntaxTree.ParseText(source, options, "/app/Program.cs"), CSharpSyntaxTree.ParseText(usings, options, "/app/Usings.cs"),
                .. other is null ? (SyntaxTree[])[] : [CSharpSyntaxTree.ParseText(other, options, "/app/Other.cs")]],
            s_references, new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return Run(CSharpGeneratorDriver.Create([new GalleyGenerator().AsSourceGenerator()], parseOptions: options,
            driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true)), input);
    }

    /// <summary>A whole program around statements over <c>app</c>, followed by declarations.</summary>
    public static Generated FromRoutes(string statements, string types = "") =>
        From($"using Galley;\nvar app = Backend.Create(args);\n{statements}\napp.Run();\n{types}");

    public static Generated Run(GeneratorDriver driver, Compilation input)
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out ImmutableArray<Diagnostic> found);
        return new(driver, input, output, found);
    }

    /// <summary>Asserts that nothing is wrong, and shows the code when something is.</summary>
    public Generated Compiles()
    {
        Assert.True(Found.IsEmpty && Errors.IsEmpty, string.Join("\n", Found.Concat(Errors)) + "\n\n" + string.Join("\n\n", Files.Values));
        return this;
    }

    public void Reports(string id, string at, params string[] words)
    {
        Diagnostic finding = Assert.Single(Found);
        Assert.Equal(id, finding.Id);
        Assert.Equal(at, finding.Location.SourceTree!.ToString().Substring(finding.Location.SourceSpan.Start, finding.Location.SourceSpan.Length));
        foreach (string word in words) Assert.Contains(word, finding.GetMessage(), StringComparison.Ordinal);
    }
}
