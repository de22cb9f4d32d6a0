// A response that says in its type what it usually carries: for the documentation, and for metadata that a bare Response does not ask for.

namespace Galley;

/// <summary>Either a <typeparamref name="T"/> (200, as JSON) or any other answer. Converts implicitly from a value, a <see cref="Response"/> and a
/// <see cref="Problem"/>; a value that is null is 404.</summary>
/// <example><code>
/// app.Get("/users/{id}", async Task&lt;Response&lt;User&gt;&gt; (Guid id, Database db) =>
///     await FindAsync(db, id) is { } user ? user : new Problem(404, "There is no such user."));
/// </code></example>
/// <remarks>C# has no conversions from interfaces: for a <typeparamref name="T"/> that is one, write <c>Response.Ok(value)</c>.</remarks>
public readonly struct Response<T>
{
    private readonly Response _response;

    private Response(Response response) => _response = response;

    /// <summary>The answer.</summary>
    public Response ToResponse() => _response;

    /// <summary>200 with the value; 404 for null.</summary>
    public static implicit operator Response<T>(T? value) =>
        new(value switch { null => Response.NotFound(), string text => Response.Text(text), _ => Response.Json(value) });

    /// <summary>Any other answer.</summary>
    public static implicit operator Response<T>(Response response) => new(response);

    /// <summary>A problem; null is 404.</summary>
    public static implicit operator Response<T>(Problem? problem) => new(problem?.ToResponse() ?? Response.NotFound());

    /// <summary>The answer.</summary>
    public static implicit operator Response(Response<T> told) => told._response;

    /// <summary>Lets <c>request => told</c> be a <see cref="Handler"/>.</summary>
    public static implicit operator ValueTask<Response>(Response<T> told) => told._response;
}
