// What the readers of one handler's parameters share: what is known of the route, what was found wrong, what is wanted, and which names are taken.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints.Sources;

/// <summary>The reading of one handler.</summary>
/// <param name="verb">The method, in any case; Map where it is not known.</param>
/// <param name="pattern">The pattern; null when it is not constant.</param>
/// <param name="isWhole">Whether the pattern is all of it: a group's prefix may hold more parameters.</param>
internal sealed class Reading(string verb, RoutePattern? pattern, bool isWhole, SyntaxNode where, List<Finding> findings)
{
    // What the generated method calls its own locals.
    private readonly HashSet<string> _names = ["request", "errors", "typed", "routes", "pattern", "handler", "method", "read", "reading", "problem", "shape", "Handle", "Bound", "Later", "Asked", "Called"];

    public string Verb { get; } = verb.ToUpperInvariant();

    public bool HasNoBody => Verb is "GET" or "HEAD" or "DELETE" or "OPTIONS" or "TRACE";

    public List<Wanted> Wanted { get; } = [];

    /// <summary>The route where the pattern has the name, else the query, and the name as the pattern spells it.</summary>
    public (Place Place, string Name) RouteOrQuery(Asked asked, string? name = null)
    {
        name ??= asked.WireName;
        if (pattern?.Find(name) is not { } inRoute) return (pattern is not null && isWhole ? Place.Query : Place.RouteOrQuery, name);
        if (pattern.Contradiction(inRoute, asked.Type.NullableOf() ?? asked.Type) is { } constraint)
            findings.Add(Finding.At(Descriptors.ConstraintMismatch, asked.At, inRoute, constraint, asked.Type.Spoken()));
        return (Place.Route, inRoute);
    }

    /// <summary>A local for it that nothing else is called.</summary>
    public string Local(string name)
    {
        string free = name;
        if (!_names.Add(free)) free = name + "Value";
        for (int n = 2; free != name && !_names.Add(free); n++) free = name + n;
        return Symbols.InCode(free);
    }

    /// <summary>What is checked of a value once it is in its local.</summary>
    /// <param name="name">Its name on the wire, as errors say it.</param>
    public Rules.ParameterCheck? RulesOf(Asked asked, string local, string name) =>
        Rules.ParameterRules.Read(asked.WithRules, asked.Type, local, name, asked.At, findings, asked.IsKept, asked.Owner is not null);

    /// <summary>What is checked of a record once its members are read.</summary>
    public Rules.RecordCheck? RulesOf(Asked asked, INamedTypeSymbol type, IReadOnlyList<Rules.RecordMember> members, string local, bool isForm) =>
        Rules.RecordRules.Read(this, type, members, local, isForm, asked.At, findings);

    /// <summary>Where a finding about a symbol is shown: at its declaration when that stands beside the call, else at the handler.</summary>
    public SyntaxNode At(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } own && own.SyntaxTree == where.SyntaxTree ? own : where;

    public Parameter? Refuse(DiagnosticDescriptor rule, Asked asked, params string[] words)
    {
        findings.Add(Finding.At(rule, asked.At, words));
        return null;
    }

    public Parameter? Refuse(Asked asked, string why) => Refuse(Descriptors.Unbindable, asked, asked.Name, asked.Type.Spoken(), why);
}
