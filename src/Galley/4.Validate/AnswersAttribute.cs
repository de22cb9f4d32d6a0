// What a handler answers, where the generator cannot see it. Read at compile time, for the OpenAPI document only.

namespace Galley;

/// <summary>The handler may answer this, too. The generator finds the answers that a handler and the methods it calls make of <see cref="Response"/> and
/// <see cref="Problem"/> themselves; this tells of others, or says what one of them means.</summary>
/// <param name="status">The status code.</param>
/// <param name="type">What the body holds as JSON; null for a problem document from 400 on, and for no body below.</param>
/// <param name="description">When it happens, in CommonMark.</param>
/// <example><code>
/// [Answers(409, description: "Somebody else has the name.")]
/// </code></example>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AnswersAttribute(int status, Type? type = null, string? description = null) : Attribute
{
    /// <summary>The status code.</summary>
    public int Status { get; } = status;

    /// <summary>What the body holds; null for a problem document or nothing.</summary>
    public Type? Type { get; } = type;

    /// <summary>When it happens.</summary>
    public string? Description { get; } = description;

    /// <summary>The media type of the body. Default: <c>application/json</c>, or <c>application/problem+json</c>.</summary>
    public string? MediaType { get; set; }
}
