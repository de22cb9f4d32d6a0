// The list behind BindingErrors, which exists only when there is something in it: errors, and questions that may become errors.

namespace Galley.Validating;

/// <summary>A rule that cannot be checked on the spot.</summary>
internal abstract class PendingRule(string message)
{
    public string Message => message;

    /// <summary>The entries of the object it is about as a whole, where their names do not say that they are inside of it.</summary>
    public (int From, int To)? Object { get; set; }

    public abstract ValueTask<bool> HoldsAsync(Request request);
}

/// <summary>What was found, in the order in which it was found.</summary>
/// <param name="most">How many errors are told.</param>
internal sealed class FoundErrors(int most)
{
    public const string OfParameters = "The request has parameters that are missing or malformed.";
    public const string OfBody = "The body does not have the expected shape.";
    public const string OfRules = "The request has values that are not allowed.";

    // Each question may be a query: a body must not ask a million of them.
    private const int MostQuestions = 1000;

    private readonly List<(string Key, string Message, bool IsRule, PendingRule? Rule)> _all = [];
    private int _questions;
    private bool _isUnreadable;

    public int Count => _all.Count;

    /// <summary>How many of the entries are errors.</summary>
    public int Errors { get; private set; }

    public bool IsFull => Errors >= most;

    public bool HasQuestions => _questions > 0;

    /// <summary>400 when something could not be read, else 422 (RFC 9110 section 15.5.21).</summary>
    public int Status => _isUnreadable ? 400 : 422;

    /// <summary>What is wrong with the body as a whole, when nothing else is.</summary>
    public string? Whole => _all is [{ Key: "", IsRule: false, Rule: null } only] ? only.Message : null;

    public void Add(string key, string message, bool isRule)
    {
        if (IsFull) return;
        Errors++;
        _isUnreadable |= !isRule;
        _all.Add((key, message, isRule, null));
    }

    public void Ask(PendingRule rule)
    {
        if (IsFull) return;
        if (_questions < MostQuestions) _all.Add(("", rule.Message, true, rule));
        // One error, not one for each further question.
        else if (_questions == MostQuestions) Add("", $"comes after {MostQuestions} values that had to be looked up, which is the most", isRule: true);
        _questions++;
    }

    // Errors of one parameter follow each other; the last one says whether it is this one's.
    public bool IsRead(string name) => _all.Count == 0 || _all[^1].Key != name;

    public void Named(string name)
    {
        for (int i = _all.Count - 1; i >= 0 && _all[i].Key.Length == 0; i--) _all[i] = _all[i] with { Key = name };
    }

    public bool IsFine(int known)
    {
        for (int i = known; i < _all.Count; i++)
        {
            if (_all[i].Rule is null) return false;
        }
        return true;
    }

    public bool IsFine(int known, string pointer)
    {
        for (int i = known; i < _all.Count; i++)
        {
            if (_all[i].Rule is null && Pointers.IsAtOrIn(_all[i].Key, pointer)) return false;
        }
        return true;
    }

    public void Under(string pointer, int known)
    {
        for (int i = known; i < _all.Count; i++) _all[i] = _all[i] with { Key = pointer + _all[i].Key };
    }

    public bool AreRead(int known, string? name)
    {
        for (int i = known; i < _all.Count; i++)
        {
            if (!_all[i].IsRule && (name is null || _all[i].Key == name)) return false;
        }
        return true;
    }

    public void AsParameters(int known, string whole, Func<string, string>? wire)
    {
        // Nobody is asked about what could not be read as a whole.
        if (!AreRead(known, name: null))
        {
            for (int i = _all.Count - 1; i >= known; i--)
            {
                if (_all[i].Rule is null) continue;
                _all.RemoveAt(i);
                _questions--;
            }
        }
        for (int i = known; i < _all.Count; i++)
        {
            (string key, _, _, PendingRule? rule) = _all[i];
            if (key.Length == 0 && rule is not null) rule.Object = (known, _all.Count);
            if (key.Length == 0) _all[i] = _all[i] with { Key = whole };
            else if (Pointers.Steps(key) is [string member, ..]) _all[i] = _all[i] with { Key = wire is null ? member : wire(member) };
        }
    }

    public async ValueTask SettleAsync(Request request)
    {
        for (int i = 0; i < _all.Count; i++)
        {
            if (_all[i].Rule is not { } rule) continue;
            // A rule need not listen to Aborted: then the one that was asked is the last.
            if (request.Exchange.IsAborted) throw new OperationCanceledException("The request was aborted.");
            string key = _all[i].Key;
            bool isWrong = rule.Object is (int from, int to) ? _all[from..to].Exists(other => other.Rule is null)
                : _all.Exists(other => other.Rule is null && Pointers.IsAtOrIn(other.Key, key));
            bool mayAsk = !IsFull && !isWrong;
            if (!mayAsk || await rule.HoldsAsync(request).ConfigureAwait(false)) continue;
            Errors++;
            _all[i] = (key, rule.Message, true, null);
        }
        _all.RemoveAll(entry => entry.Rule is not null);
        _questions = 0;
    }

    public void Sort(ReadOnlyMemory<byte> body, int maxDepth)
    {
        if (_all.Count < 2) return;
        var sorted = DocumentOrder.Of(_all, static entry => entry.Key, body, maxDepth);
        _all.Clear();
        _all.AddRange(sorted);
    }

    public Problem ToProblem(string detail)
    {
        var errors = new Dictionary<string, string[]>();
        foreach ((string key, string message, _, PendingRule? rule) in _all)
        {
            if (rule is not null) continue;
            string name = key.Length == 0 ? "body" : key;
            if (!errors.TryGetValue(name, out string[]? before)) errors.Add(name, [message]);
            // The same rule may be written twice: as an attribute and as code.
            else if (!before.Contains(message)) errors[name] = [.. before, message];
        }
        return new(Status, detail) { Errors = errors };
    }
}
