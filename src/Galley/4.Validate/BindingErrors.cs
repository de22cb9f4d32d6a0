// What is wrong with the arguments of one request, collected so that the client hears all of it at once. An error is added where it is found, by a
// name or with none; whoever knows where that is puts it in front afterwards. So a value that is right pays for no path.

using System.ComponentModel;

namespace Galley.Validating;

/// <summary>The errors of one request: by name for its parameters, by JSON pointer (RFC 6901) for its body. Allocates nothing while there is none.
/// Used by generated code; pass it by reference.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct BindingErrors
{
    // A program's own objects may lead back to themselves; JSON cannot be nested this deep.
    private const int Deepest = 1000;

    private readonly Request _request;
    private FoundErrors? _found;
    private int _depth;

    /// <summary>No errors yet, with the limits of the request's backend.</summary>
    public BindingErrors(Request request) => _request = request;

    /// <summary>Whether anything is wrong.</summary>
    public readonly bool Any => _found is { Errors: > 0 };

    /// <summary>How many entries there are: what a later <see cref="At(string, int)"/> needs to know.</summary>
    public readonly int Count => _found is null ? 0 : _found.Count;

    /// <summary>Whether more would not be told.</summary>
    public readonly bool IsFull => _found is { IsFull: true };

    /// <summary>The services of the request; null when there are none.</summary>
    internal readonly IServiceProvider? Services => _request == default || _request.Exchange.Root is null ? null : new LaterServices(_request);

    private FoundErrors Found => _found ??= new FoundErrors(_request == default ? new Limits().Errors : _request.Exchange.Limits.Errors);

    /// <summary>Adds that a parameter is missing or malformed.</summary>
    public void Add(string name, string message) => Found.Add(name, message, isRule: false);

    /// <summary>Adds that the value at hand is missing or malformed.</summary>
    public void Refuse(string message) => Found.Add("", message, isRule: false);

    /// <summary>Adds that the value at hand breaks a rule.</summary>
    public void Break(string message) => Found.Add("", message, isRule: true);

    /// <summary>Adds that something inside the value at hand breaks a rule.</summary>
    internal void Break(string pointer, string message) => Found.Add(pointer, message, isRule: true);

    /// <summary>Adds a question about the value at hand that is asked when everything else is known.</summary>
    internal void Ask(PendingRule rule) => Found.Ask(rule);

    /// <summary>Whether a parameter was read, so that it has a value to check.</summary>
    public readonly bool IsRead(string name) => _found is null || _found.IsRead(name);

    /// <summary>Whether everything could be read since <paramref name="known"/> entries were known, so that an object can be made of it.</summary>
    public readonly bool AreRead(int known) => _found is null || (!_found.IsFull && _found.AreRead(known, name: null));

    /// <summary>Whether a parameter was read since <paramref name="known"/> entries were known.</summary>
    public readonly bool IsRead(int known, string name) => _found is null || _found.AreRead(known, name);

    /// <summary>Gives the parameter's name to what was found wrong with its value.</summary>
    public readonly void Named(string name) => _found?.Named(name);

    /// <summary>Whether nothing was found wrong since <paramref name="known"/> entries were known.</summary>
    public readonly bool IsFine(int known) => _found is null || _found.IsFine(known);

    /// <summary>Whether a rule about something inside the value at hand may be asked: nothing is wrong there yet.</summary>
    internal readonly bool IsFine(int known, string pointer) => _found is null || _found.IsFine(known, pointer);

    /// <summary>What was found since <paramref name="known"/> entries were known is inside of this member.</summary>
    public readonly void At(string member, int known)
    {
        if (_found is not null && _found.Count > known) _found.Under("/" + Pointers.Escape(member), known);
    }

    /// <summary>What was found since <paramref name="known"/> entries were known is inside of this element.</summary>
    public readonly void At(int index, int known)
    {
        if (_found is not null && _found.Count > known) _found.Under("/" + Pointers.Text(index), known);
    }

    /// <summary>What was found since <paramref name="known"/> entries were known is inside of what the pointer leads to.</summary>
    internal readonly void Under(string pointer, int known)
    {
        if (_found is not null && _found.Count > known) _found.Under(pointer, known);
    }

    /// <summary>What was found is of an object whose members are parameters: it is told by their names.</summary>
    /// <param name="known">How many entries there were before.</param>
    /// <param name="whole">What errors of the object itself are told by.</param>
    /// <param name="wire">From the name of a member in rules to the name of the parameter, where they differ.</param>
    public readonly void AsParameters(int known, string whole, Func<string, string>? wire = null)
    {
        if (_found is not null && _found.Count > known) _found.AsParameters(known, whole, wire);
    }

    /// <summary>Goes into an object of a type that may hold itself; false when that is too deep, or when nothing more would be told.</summary>
    public bool Enter()
    {
        if (IsFull) return false; // what leads back to itself twice has more ways than would ever end
        if (++_depth <= Deepest) return true;
        _depth--;
        Break("is nested too deep");
        return false;
    }

    /// <summary>Comes back from there.</summary>
    public void Leave() => _depth--;

    /// <summary>Asks what had to wait: of a database, for example.</summary>
    public readonly ValueTask SettleAsync() => _found is { HasQuestions: true } ? _found.SettleAsync(_request) : default;

    /// <summary>Whether something has to wait for <see cref="SettleAsync"/>.</summary>
    public readonly bool HasQuestions => _found is { HasQuestions: true };

    /// <summary>Brings the errors of a body into the order of what was sent.</summary>
    internal readonly void Sort(ReadOnlyMemory<byte> body, int maxDepth) => _found?.Sort(body, maxDepth);

    /// <summary>The answer to a request with these errors in its parameters.</summary>
    public readonly Problem ToProblem()
    {
        FoundErrors found = _found ?? throw new InvalidOperationException("Nothing is wrong.");
        Judged();
        Problem problem = found.ToProblem(found.Status == 422 ? FoundErrors.OfRules : FoundErrors.OfParameters);
        Refusals.Tell(_request, problem);
        return problem;
    }

    /// <summary>The answer to a request with these errors in its body; null when there is none.</summary>
    internal readonly Problem? ToBodyProblem()
    {
        if (_found is not { Errors: > 0 } found) return null;
        if (found.Whole is { } whole) return new(found.Status, $"The body {whole}.");
        return found.ToProblem(found.Status == 422 ? FoundErrors.OfRules : FoundErrors.OfBody);
    }

    /// <summary>The answer when the body, the parameters or both are wrong; null when all is well.</summary>
    /// <param name="body">What is wrong with the body, or null.</param>
    public Problem? Refusal(Problem? body)
    {
        if (body is null) return Any ? ToProblem() : null;
        Judged();
        // 413 and 415 say that the body was not looked at: that comes first.
        if (!Any || body.Status is not (400 or 422)) return body;
        string detail = _found!.Status == 400 ? FoundErrors.OfParameters : body.Status == 400 && body.Errors is not null ? body.Detail! : FoundErrors.OfRules;
        bool isRule = body.Status == 422;
        if (body.Errors is null) Found.Add("body", body.Detail ?? "is malformed", isRule);
        else foreach ((string name, string[] messages) in body.Errors)
        {
            foreach (string message in messages) Found.Add(name, message, isRule);
        }
        return _found.ToProblem(_found.Status == 400 && detail == FoundErrors.OfRules ? FoundErrors.OfParameters : detail);
    }

    // What follows is no handler: the time so far was this stage's.
    private readonly void Judged()
    {
        if (_request != default) _request.Exchange.Stamp(Stage.Validate);
    }

    // A scope of services is opened by whoever asks for a service, not by whoever might.
    private sealed class LaterServices(Request request) : IServiceProvider
    {
        public object? GetService(Type serviceType) => request.Services.GetService(serviceType);
    }
}
