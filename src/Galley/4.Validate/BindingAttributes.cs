// Where a parameter of a typed handler comes from, for when its name and type do not say it. Read by the generator at compile time.

namespace Galley;

/// <summary>The parameter is the JSON body. Records on POST, PUT and PATCH need no mark.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BodyAttribute : Attribute;

/// <summary>The parameter is a service of the request. Interfaces and classes that are not records need no mark.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>The parameter comes from the query, also when the route has a value of that name. A record takes its members from there (and from the
/// route, where a name is in the pattern); on GET, HEAD and DELETE it needs no mark.</summary>
/// <param name="name">The name in the query; by default that of the parameter, of a member in camelCase.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class QueryAttribute(string? name = null) : Attribute
{
    /// <summary>The name in the query; null for that of the parameter.</summary>
    public string? Name { get; } = name;
}

/// <summary>The parameter is the value of a header field.</summary>
/// <param name="name">The name of the field, for example <c>If-Match</c>.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class HeaderAttribute(string name) : Attribute
{
    /// <summary>The name of the field.</summary>
    public string Name { get; } = name;
}

/// <summary>The parameter is the value of a cookie (RFC 6265), as it was sent: nothing in it is decoded.</summary>
/// <param name="name">The name of the cookie, which has case; by default that of the parameter, of a member in camelCase.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class CookieAttribute(string? name = null) : Attribute
{
    /// <summary>The name of the cookie; null for that of the parameter.</summary>
    public string? Name { get; } = name;
}

/// <summary>The parameter is a field of a form, <c>application/x-www-form-urlencoded</c> or <c>multipart/form-data</c>. A record takes its members
/// from there. A <see cref="FormFile"/> needs no mark, unless it has another name in the form.</summary>
/// <param name="name">The name in the form; by default that of the parameter, of a member in camelCase.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class FormAttribute(string? name = null) : Attribute
{
    /// <summary>The name in the form; null for that of the parameter.</summary>
    public string? Name { get; } = name;
}
