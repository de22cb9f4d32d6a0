// What one parameter, or one member of a record of parameters, wants of a request. It holds symbols: for readers, never for the pipeline's models.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints;

/// <summary>Where in a request a value is read.</summary>
internal enum Place
{
    Route,
    Query,

    /// <summary>The route where its whole pattern, known at start, has the name; else the query.</summary>
    RouteOrQuery,
    Header,
    Cookie,
    Body,

    /// <summary>A field of a form.</summary>
    Form,

    /// <summary>A file of a form; several when the type is a stream of them.</summary>
    File,

    /// <summary>A whole form, whose parts the program reads itself.</summary>
    WholeForm,
}

/// <summary>One value that is read from a request.</summary>
/// <param name="Symbol">The parameter or property with its attributes and documentation.</param>
/// <param name="Name">Its name on the wire.</param>
internal sealed record Wanted(ISymbol Symbol, ITypeSymbol Type, Place Place, string Name, bool IsRequired)
{
    /// <summary>The record whose member it is; null for a parameter.</summary>
    public INamedTypeSymbol? Owner { get; init; }

    /// <summary>Where its rules are written.</summary>
    public ISymbol WithRules { get; init; } = Symbol;

    /// <summary>Its name as errors say it.</summary>
    public string Spoken => Place == Place.Header ? Name.ToLowerInvariant() : Name;
}
