// What the OpenAPI document says about one typed handler: values only, for the pipeline. Paths are not here; they are whole only when the program runs.

using Galley.Generator.Rules;

namespace Galley.Generator.OpenApi;

/// <summary>One operation.</summary>
/// <param name="Name">The method it is documented in; empty for a lambda.</param>
internal sealed record Operation(string Name, Documentation Documentation, EquatableList<OperationInput> Inputs, OperationBody? Body,
    EquatableList<Outcome> Outcomes);

/// <summary>A parameter, or a field of a form.</summary>
/// <param name="In">path, query, header, cookie; form for a field of a form; path-or-query where only the whole pattern tells.</param>
/// <param name="Schema">Its schema as JSON.</param>
/// <param name="Default">Its default as JSON; null without one.</param>
internal sealed record OperationInput(string Name, string In, bool IsRequired, string Schema, string? Default, Documentation Documentation)
{
    /// <summary>What rules add to the schema.</summary>
    public EquatableList<Keyword> Keywords { get; init; }

    public bool HasRules { get; init; }

    /// <summary>The enum whose members it names as JSON does; empty otherwise. Where that is a component, it is referred to.</summary>
    public string Enum { get; init; } = "";

    /// <summary>Whether a form with it must be multipart/form-data.</summary>
    public bool IsFile { get; init; }
}

/// <summary>A JSON body.</summary>
internal sealed record OperationBody(TypeUse Type, bool IsRequired, string Description);

/// <summary>A type where it is used: the CLR type has no annotations, its uses do.</summary>
/// <param name="NeverNull">Which elements are never null, as <see cref="Json.JsonNulls.Inside"/> counts them.</param>
internal sealed record TypeUse(string Type, bool CanBeNull, int NeverNull);

/// <summary>An answer that is possible.</summary>
/// <param name="Status">The status; 0 where it is not known.</param>
/// <param name="MediaType">Of the body; empty without one.</param>
/// <param name="Type">What a JSON body holds; null for any other body.</param>
/// <param name="Description">What it means; empty for the words of the status.</param>
internal sealed record Outcome(int Status, string MediaType, TypeUse? Type, string Description)
{
    public const string Json = "application/json";

    public const string Problem = "application/problem+json";

    /// <summary>JSON values, a line each.</summary>
    public const string Lines = "application/x-ndjson";

    /// <summary>Whether it names a place in Location.</summary>
    public bool HasLocation { get; init; }

    /// <summary>Whether it names the state of the thing in ETag.</summary>
    public bool HasTag { get; init; }

    /// <summary>Whether Type is that of each of many values.</summary>
    public bool IsSequence { get; init; }
}
