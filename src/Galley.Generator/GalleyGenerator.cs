// The pipeline. Each reader turns syntax into values; each writer turns values into one file. Nothing runs again unless its values changed.

using System.Text;
using Galley.Generator.Endpoints;
using Galley.Generator.Json;
using Galley.Generator.OpenApi;
using Galley.Generator.Rows;
using Galley.Generator.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Galley.Generator;

/// <summary>Binds typed handlers, describes JSON types and maps rows at compile time.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class GalleyGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<EndpointRead> endpoints = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => EndpointReader.MayBe(node), EndpointReader.Read)
            .Where(static read => read is not null).Select(static (read, _) => read!).WithTrackingName("Endpoints");
        IncrementalValuesProvider<JsonRead> roots = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => JsonRootReader.MayBe(node), JsonRootReader.Read)
            .Where(static read => read is not null).Select(static (read, _) => read!).WithTrackingName("JsonRoots");
        IncrementalValueProvider<bool> isEnabled = context.ParseOptionsProvider.Select(static (options, _) =>
            options.Features.TryGetValue("InterceptorsNamespaces", out string? spaces) &&
            spaces.Split(';').Any(s => s.Trim() is "Galley" or "Galley.Generated"));

        IncrementalValueProvider<EquatableList<Endpoint>> bound = endpoints.Where(static e => e.Endpoint is not null)
            .Select(static (e, _) => e.Endpoint!).Collect().Select(static (all, _) => new EquatableList<Endpoint>(all)).WithTrackingName("Bound");
        context.RegisterSourceOutput(bound.Combine(isEnabled), static (output, pair) =>
        {
            if (pair.Left.Count > 0 && pair.Right) Add(output, "Galley.Endpoints.g.cs", EndpointWriter.Write(pair.Left));
        });

        IncrementalValueProvider<EquatableList<string>> registered = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => JsonRegistrationReader.MayBe(node), JsonRegistrationReader.Read)
            .SelectMany(static (names, _) => names).Collect()
            .Select(static (all, _) => new EquatableList<string>(all.Distinct().OrderBy(n => n, StringComparer.Ordinal))).WithTrackingName("JsonRegistered");

        IncrementalValuesProvider<RowRead> queries = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => RowReader.MayBe(node), RowReader.Read)
            .Where(static read => read is not null).Select(static (read, _) => read!).WithTrackingName("Queries");
        IncrementalValueProvider<EquatableList<JsonType>> types = endpoints.SelectMany(static (e, _) => e.Json).Collect()
            .Combine(roots.SelectMany(static (r, _) => r.Types).Collect().Combine(queries.SelectMany(static (q, _) => q.Json).Collect())
                .Select(static (pair, _) => new EquatableList<JsonType>(pair.Left.Concat(pair.Right))))
            .Combine(registered)
            .Select(static (pair, _) => new EquatableList<JsonType>(pair.Left.Left.Concat(pair.Left.Right).Distinct()
                .Where(t => !pair.Right.Contains(t.Name)).OrderBy(t => t.Name, StringComparer.Ordinal)))
            .WithTrackingName("JsonTypes");
        context.RegisterSourceOutput(types, static (output, all) =>
        {
            if (all.Count > 0) Add(output, "Galley.Json.g.cs", JsonWriter.Write(all));
        });

        IncrementalValueProvider<EquatableList<Rule>> parts = bound
            .Select(static (all, _) => new EquatableList<Rule>(all.SelectMany(e => e.Binding.Parameters.SelectMany(p => p.Members.Append(p)).Select(p => p.Rules)
                .Append(e.Binding.Body?.Rules)).OfType<ParameterCheck>()
                .SelectMany(c => c.WithParts).Concat(all.SelectMany(e => e.Binding.Parameters).SelectMany(p => p.Record?.WithParts ?? default)).Distinct())).WithTrackingName("RuleParts");
        context.RegisterSourceOutput(types.Combine(parts), static (output, pair) =>
        {
            if (RuleWriter.Write(pair.Left, pair.Right) is { } rules) Add(output, "Galley.Rules.g.cs", rules);
        });

        IncrementalValueProvider<EquatableList<NamedOperation>> operations = bound.Select(static (all, _) => OpenApiWriter.Of(all)).WithTrackingName("Operations");
        context.RegisterSourceOutput(operations.Combine(types).Combine(isEnabled), static (output, all) =>
        {
            ((EquatableList<NamedOperation> named, EquatableList<JsonType> known), bool isOn) = all;
            if (named.Count > 0 && isOn) Add(output, "Galley.OpenApi.g.cs", OpenApiWriter.Write(named, known));
        });

        IncrementalValueProvider<EquatableList<RowType>> rows = queries.Where(static q => q.Type is not null).Select(static (q, _) => q.Type!).Collect()
            .Select(static (all, _) => new EquatableList<RowType>(all.Distinct().OrderBy(t => t.Name, StringComparer.Ordinal))).WithTrackingName("RowTypes");
        IncrementalValueProvider<EquatableList<RowCall>> given = queries.Where(static q => q.Call is not null).Select(static (q, _) => q.Call!).Collect()
            .Select(static (all, _) => new EquatableList<RowCall>(all)).WithTrackingName("RowCalls");
        context.RegisterSourceOutput(rows.Combine(given.Combine(isEnabled)), static (output, all) =>
        {
            (EquatableList<RowType> types, (EquatableList<RowCall> calls, bool isEnabled)) = all;
            if (!isEnabled) calls = default;
            if (types.Count + calls.Count > 0) Add(output, "Galley.Rows.g.cs", RowWriter.Write(types, calls));
        });

        Report(context, registered, endpoints.SelectMany(static (e, _) => e.Findings), roots.SelectMany(static (r, _) => r.Findings),
            queries.SelectMany(static (q, _) => q.Findings));
        ReportNotEnabled(context, bound.Combine(given).Select(static (pair, _) => pair.Left.Count + pair.Right.Count > 0), isEnabled);
    }

    // Routes, JSON and rows are declared once, at start: hot reload could change them and nobody would see it. That a type goes away with every
    // change of what is generated makes dotnet watch restart the program instead (HotReloadAutoRestart in Galley.props).
    private static void Add(SourceProductionContext output, string name, string text) => output.AddSource(name, SourceText.From(
        $"{text}\n// Another name whenever this file changes, so that dotnet watch restarts the program.\nfile static class Version_{Fnv1a.Hash(text):x16};\n", Encoding.UTF8));

    // A location in a tree needs the compilation of today; only what has findings pays for that.
    private static void Report(IncrementalGeneratorInitializationContext context, IncrementalValueProvider<EquatableList<string>> registered,
        params IncrementalValuesProvider<Finding>[] sources)
    {
        foreach (IncrementalValuesProvider<Finding> source in sources)
        {
            IncrementalValuesProvider<Finding> real = source.Combine(registered).Where(static pair => !pair.Left.About.Any(pair.Right.Contains)).Select(static (pair, _) => pair.Left);
            context.RegisterSourceOutput(real.Combine(context.CompilationProvider),
                static (output, pair) => output.ReportDiagnostic(pair.Left.ToDiagnostic(pair.Right)));
        }
    }

    private static void ReportNotEnabled(IncrementalGeneratorInitializationContext context,
        IncrementalValueProvider<bool> isNeeded, IncrementalValueProvider<bool> isEnabled) =>
        context.RegisterSourceOutput(isNeeded.Combine(isEnabled), static (output, pair) =>
        {
            if (pair.Left && !pair.Right) output.ReportDiagnostic(Diagnostic.Create(Descriptors.NotEnabled, Location.None));
        });
}
