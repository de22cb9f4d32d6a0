// Where generated code registers how the values of a type are checked, and where a body that was read finds it.

using System.Collections.Concurrent;
using System.ComponentModel;

namespace Galley.Validating;

/// <summary>Checks a value and everything in it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void RuleCheck<in T>(T value, ref BindingErrors errors);

/// <summary>Checks one member, by its name in JSON, of an object that could not be made because of the others.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void MemberCheck(string member, object? value, ref BindingErrors errors);

/// <summary>The rules of the types of this program. A type that is not here has none, and costs nothing. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RuleSets
{
    private static readonly ConcurrentDictionary<Type, RuleSet> s_sets = new();

    /// <summary>Registers the rules of a type; the first registration wins.</summary>
    /// <param name="check">Checks a value.</param>
    /// <param name="member">Checks one member; null for what has no members.</param>
    public static void Register<T>(RuleCheck<T> check, MemberCheck? member = null)
    {
        ArgumentNullException.ThrowIfNull(check);
        if (s_sets.TryAdd(typeof(T), new RuleSet<T>(check, member))) Of<T>.Check = check;
    }

    /// <summary>Checks a value that did not come as a JSON body by the rules of its type.</summary>
    public static void Check<T>(T value, ref BindingErrors errors)
    {
        if (value is not null) Of<T>.Check?.Invoke(value, ref errors);
    }

    /// <summary>The rules of a type; null when it has none.</summary>
    internal static RuleSet? Find(Type type) => s_sets.GetValueOrDefault(type);

    /// <summary>A body that was read, checked; the rules that ask somebody else are asked here.</summary>
    internal static ValueTask<JsonRead<T>> Checked<T>(Request request, ReadOnlyMemory<byte> body, JsonRead<T> read)
    {
        if (read.Problem is { } problem) Refusals.Tell(request, problem);
        if (Of<T>.Check is not { } check || read.Problem is not null) return new(read);
        var errors = new BindingErrors(request);
        check(read.Value!, ref errors);
        if (errors.Count == 0) return new(read);
        return errors.HasQuestions ? Later(request, body, read, errors) : new(Judged(request, body, read, errors));
    }

    private static async ValueTask<JsonRead<T>> Later<T>(Request request, ReadOnlyMemory<byte> body, JsonRead<T> read, BindingErrors errors)
    {
        await errors.SettleAsync().ConfigureAwait(false);
        return Judged(request, body, read, errors);
    }

    private static JsonRead<T> Judged<T>(Request request, ReadOnlyMemory<byte> body, JsonRead<T> read, BindingErrors errors)
    {
        if (!errors.Any) return read;
        errors.Sort(body, JsonTypes.Options.MaxDepth);
        Problem problem = errors.ToBodyProblem()!;
        Refusals.Tell(request, problem);
        return JsonRead<T>.Refused(problem);
    }

    private static class Of<T>
    {
        public static RuleCheck<T>? Check;
    }
}

/// <summary>The rules of one type, for code that knows the type only at run time.</summary>
internal abstract class RuleSet
{
    public abstract void Check(object? value, ref BindingErrors errors);

    public abstract void CheckMember(string member, object? value, ref BindingErrors errors);
}

internal sealed class RuleSet<T>(RuleCheck<T> check, MemberCheck? member) : RuleSet
{
    public override void Check(object? value, ref BindingErrors errors)
    {
        if (value is not null) check((T)value, ref errors);
    }

    public override void CheckMember(string name, object? value, ref BindingErrors errors) => member?.Invoke(name, value, ref errors);
}
