// Everything that is wrong with one request, so that a client hears all of it at once instead of one thing per attempt.

using Galley;

namespace Restaurant;

/// <summary>Collects errors by field. What can never be right makes the answer a 422; what is only impossible now makes it a 409.</summary>
sealed class Errors
{
    private readonly Dictionary<string, string[]> _all = [];
    private int _status = 409;

    /// <summary>Whether anything was added.</summary>
    public bool Any => _all.Count > 0;

    /// <summary>The value of a field can never be right.</summary>
    public void Wrong(string field, string message)
    {
        _status = 422;
        Add(field, message);
    }

    /// <summary>The value of a field is right, but the restaurant cannot do it now.</summary>
    public void NotNow(string field, string message) => Add(field, message);

    /// <summary>The answer.</summary>
    public Problem ToProblem(string detail) => new(_status, detail) { Errors = _all };

    private void Add(string field, string message) =>
        _all[field] = _all.TryGetValue(field, out string[]? before) ? [.. before, message] : [message];
}
