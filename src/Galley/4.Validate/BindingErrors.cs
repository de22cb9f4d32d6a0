// What is wrong with the arguments of one request, collected so that the client hears all of it at once.

using System.ComponentModel;

namespace Galley.Validating;

/// <summary>The errors of one binding by parameter name. Allocates nothing while there is none. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct BindingErrors
{
    private Dictionary<string, string[]>? _all;

    /// <summary>Whether anything is wrong.</summary>
    public readonly bool Any => _all is not null;

    /// <summary>Adds what is wrong with a parameter.</summary>
    public void Add(string name, string message)
    {
        _all ??= [];
        _all[name] = _all.TryGetValue(name, out string[]? before) ? [.. before, message] : [message];
    }

    /// <summary>The answer to a request with these errors.</summary>
    public readonly Problem ToProblem() => new(400, "The request has parameters that are missing or malformed.")
    {
        Errors = _all ?? throw new InvalidOperationException("Nothing is wrong."),
    };

    /// <summary>The answer when the body, the parameters or both are wrong; null when all is well.</summary>
    /// <param name="body">What is wrong with the body, or null.</param>
    public Problem? Refusal(Problem? body)
    {
        if (body is null) return _all is null ? null : ToProblem();
        // 413 and 415 say that the body was not looked at: that comes first.
        if (_all is null || body.Status != 400) return body;
        if (body.Errors is null) Add("body", body.Detail ?? "is malformed");
        else foreach ((string name, string[] messages) in body.Errors) _all[name] = _all.TryGetValue(name, out string[]? before) ? [.. before, .. messages] : messages;
        return ToProblem();
    }
}
