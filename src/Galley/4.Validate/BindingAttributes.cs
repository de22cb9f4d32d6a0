// Where a parameter of a typed handler comes from, for when its name and type do not say it. Read by the generator at compile time.

namespace Galley;

/// <summary>The parameter is the JSON body. Records on POST, PUT and PATCH need no mark.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BodyAttribute : Attribute;

/// <summary>The parameter is a service of the request. Interfaces and classes that are not records need no mark.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>The parameter comes from the query, also when the route has a value of that name.</summary>
/// <param name="name">The name in the query; by default that of the parameter.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueryAttribute(string? name = null) : Attribute
{
    /// <summary>The name in the query; null for that of the parameter.</summary>
    public string? Name { get; } = name;
}

/// <summary>The parameter is the value of a header field.</summary>
/// <param name="name">The name of the field, for example <c>If-Match</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HeaderAttribute(string name) : Attribute
{
    /// <summary>The name of the field.</summary>
    public string Name { get; } = name;
}
