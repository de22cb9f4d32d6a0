// What was refused, as an event: once for the parameters or once for the body of a request.

namespace Galley.Validating;

/// <summary>Raises <see cref="InputRefused"/>.</summary>
internal static class Refusals
{
    /// <summary>How a problem begins whose body is nested too deep.</summary>
    public const string TooDeep = "nested deeper than";

    public static void Tell(Request request, Problem problem)
    {
        if (request == default || request.Exchange.Events is not { } events) return;
        int errors = problem.Errors?.Values.Sum(static messages => messages.Length) ?? 1;
        string? setting = errors >= request.Exchange.Limits.Errors ? "Galley:Limits:Errors"
            : problem.Detail?.Contains(TooDeep, StringComparison.Ordinal) == true ? "Galley:Limits:JsonDepth" : null;
        events.Raise(new InputRefused(request.Route, problem.Status, errors, setting));
    }
}
