// What the generator knows about one call of Get, Post, ... with a typed handler: values only, so that an unrelated edit changes nothing.

namespace Galley.Generator.Endpoints;

/// <summary>A call to intercept, and how its handler is bound.</summary>
internal sealed record Endpoint(int Version, string Data, string Place, string Route, Binding Binding, OpenApi.Operation Operation);

/// <summary>How a handler is bound. Calls with equal bindings share one interceptor.</summary>
/// <param name="Verb">The name of the method that is called: Get, Post, Put, Patch, Delete or Map.</param>
/// <param name="Delegate">The type of the handler, or a lambda of the same type where that type has no name.</param>
internal sealed record Binding(string Verb, string Delegate, bool IsNamed, EquatableList<Parameter> Parameters, Body? Body, FormBody? Form, Answering Answer);

/// <summary>One parameter: an expression over <c>request</c>, kept in a local where it may add to <c>errors</c>.</summary>
internal sealed record Parameter(string Local, string Type, string Expression, bool IsChecked)
{
    /// <summary>The type of the service that it is and must be; null when it is none.</summary>
    public string? Service { get; init; }

    /// <summary>The row of the list that it asks; null when it is no such question.</summary>
    public string? Listed { get; init; }

    /// <summary>Whether it is a field of a form, which may be one that could not be read: then there is nothing to check.</summary>
    public bool IsOfForm { get; init; }

    /// <summary>What is read for it, in locals of their own: the members of a record.</summary>
    public EquatableList<Parameter> Members { get; init; }

    /// <summary>Statements that make it of them once nothing is wrong.</summary>
    public EquatableList<string> Making { get; init; }

    /// <summary>What is checked of a record beyond its members; then it is made first, as soon as they could be read.</summary>
    public Rules.RecordCheck? Record { get; init; }

    /// <summary>What is checked once it is read.</summary>
    public Rules.ParameterCheck? Rules { get; init; }
}

/// <summary>The parameter that is the JSON body. NeverNull says which elements of a collection are not, as Galley.Validating.Elements counts them.</summary>
internal sealed record Body(string Type, bool IsOptional, int NeverNull)
{
    /// <summary>What is checked of the body as a whole, beside the rules of its type.</summary>
    public Rules.ParameterCheck? Rules { get; init; }
}

/// <summary>A body that is a form: the fields that are bound, and the file that is not read before the handler runs.</summary>
internal sealed record FormBody(EquatableList<string> Fields, string? File, bool IsMany, bool IsWhole);

/// <summary>How a result becomes a response.</summary>
/// <param name="Method">The method of Galley.Validating.Answer, with its type argument; empty when there is no result.</param>
/// <param name="TakesRequest">Whether that method also takes the request.</param>
/// <param name="IsForgiven">Whether the argument differs from the parameter in nullable annotations only.</param>
internal sealed record Answering(string Method, bool TakesRequest, bool IsForgiven);

/// <summary>What was read at one call: an endpoint unless something is wrong, the findings, and the types to describe as JSON.</summary>
internal sealed record EndpointRead(Endpoint? Endpoint, EquatableList<Finding> Findings, EquatableList<Json.JsonType> Json);
