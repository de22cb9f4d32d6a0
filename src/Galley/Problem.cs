// RFC 9457 problem details: the one shape in which Galley says no. A Problem is a value that handlers and stage 4 return;
// ProblemException carries one out of code that cannot return it.

using Galley.Wire.Http1;

namespace Galley;

/// <summary>Why a request was not done, for the client to act on (RFC 9457). Converts implicitly to a <see cref="Response"/>.</summary>
/// <param name="Status">The status code, 400 to 599.</param>
/// <param name="Detail">What is wrong this time, in words the client may see; null when the title says it all.</param>
public sealed record Problem(int Status, string? Detail = null)
{
    /// <summary>What kind of problem it is; by default the reason phrase of the status.</summary>
    public string? Title { get; init; }

    /// <summary>A URI that names the kind of problem; by default <c>about:blank</c>, which is left out (RFC 9457 section 4.2.1).</summary>
    public string? Type { get; init; }

    /// <summary>Every error of the input at once, by parameter name or JSON pointer.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The request id, so that a user can quote it; set by the loop for faults.</summary>
    public string? RequestId { get; init; }

    /// <summary>Header fields that belong to the answer: what would have been accepted, for example.</summary>
    internal ResponseField? Fields { get; init; }

    /// <summary>A row of the rejection table as the client is told it.</summary>
    internal static Problem Of(RejectionReason reason)
    {
        Rejection rejection = Rejections.Of(reason);
        return new(rejection.Status, rejection.Text);
    }

    /// <summary>The problem as an answer with <c>application/problem+json</c>.</summary>
    public Response ToResponse() => Response.Of(Status, Serializing.ProblemBody.Instance, this).With(Fields);

    /// <inheritdoc cref="ToResponse"/>
    public static implicit operator Response(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.ToResponse();
    }

    /// <summary>Lets a handler return a problem directly.</summary>
    public static implicit operator ValueTask<Response>(Problem problem) => (Response)problem;
}

/// <summary>Carries a <see cref="Problem"/> out of code that cannot return one. The loop turns it into the answer; it is not a fault and is not logged with a stack.</summary>
/// <param name="problem">What the client is told.</param>
public sealed class ProblemException(Problem problem) : Exception(problem.Detail ?? problem.Title ?? $"Status {problem.Status}")
{
    /// <summary>What the client is told.</summary>
    public Problem Problem { get; } = problem;
}
