// How a program writes rules as code: on the type itself, once.

using System.Runtime.CompilerServices;
using Galley.Validating;

namespace Galley;

/// <summary>A type that declares rules for its values. They are asked whenever a JSON body holds one, at any depth, and of records read from
/// the query or a form.</summary>
/// <typeparam name="T">The type itself.</typeparam>
/// <example><code>
/// sealed record NewUser(string Email, int Age) : IHasRules&lt;NewUser&gt;
/// {
///     public static void Declare(Rules&lt;NewUser&gt; rules)
///     {
///         rules.For(user => user.Email).Email().Length(3, 254);
///         rules.For(user => user.Age).Between(18, 120);
///     }
/// }
/// </code></example>
public interface IHasRules<T> where T : IHasRules<T>
{
    /// <summary>Declares the rules. Called once, at the first value.</summary>
    static abstract void Declare(Rules<T> rules);
}

/// <summary>The rules of a type, while they are declared. Not thread-safe; afterwards nothing changes any more.</summary>
public sealed class Rules<T>
{
    private readonly Func<string, string?> _names;
    private readonly List<MemberRules<T>> _members = [];
    private readonly List<WholeRule> _whole = [];

    internal Rules(Func<string, string?> names) => _names = names;

    /// <summary>Rules for one member. A value that is null breaks none of them: whether it may be null is said by its type.</summary>
    /// <param name="member">The member: <c>user => user.Email</c>.</param>
    /// <param name="expression">How that is written; the compiler fills it in.</param>
    /// <exception cref="ArgumentException"><paramref name="member"/> is anything but a member, or a member of a member.</exception>
    public MemberRules<T, TMember> For<TMember>(Func<T, TMember> member, [CallerArgumentExpression(nameof(member))] string expression = "")
    {
        var rules = new MemberRules<T, TMember>(member, PointerOf(expression));
        _members.Add(rules);
        return rules;
    }

    /// <summary>A rule for the object as a whole, asked when nothing else is wrong with it.</summary>
    /// <param name="holds">Whether the rule holds.</param>
    /// <param name="message">What is wrong when it does not, after the name of the object: "must ...".</param>
    public Rules<T> Must(Func<T, bool> holds, string message) => Must(holds, "", message);

    /// <summary>A rule for several members, told at one of them, and asked when nothing is wrong with that one yet.</summary>
    /// <param name="holds">Whether the rule holds.</param>
    /// <param name="member">The member to name, as in C# or as in JSON.</param>
    /// <param name="message">What is wrong when it does not.</param>
    public Rules<T> Must(Func<T, bool> holds, string member, string message)
    {
        _whole.Add(new(holds, null, PointerTo(member), message));
        return this;
    }

    /// <summary>A rule for the object as a whole that takes asking somebody else, asked when nothing else is wrong with it.</summary>
    /// <param name="holds">Whether the rule holds; pass <see cref="Request.Aborted"/> on to what it asks.</param>
    /// <param name="message">What is wrong when it does not.</param>
    public Rules<T> MustAsync(Func<T, Request, ValueTask<bool>> holds, string message) => MustAsync(holds, "", message);

    /// <summary>A rule for several members that takes asking somebody else, told at one of them.</summary>
    /// <param name="holds">Whether the rule holds; pass <see cref="Request.Aborted"/> on to what it asks.</param>
    /// <param name="member">The member to name, as in C# or as in JSON.</param>
    /// <param name="message">What is wrong when it does not.</param>
    public Rules<T> MustAsync(Func<T, Request, ValueTask<bool>> holds, string member, string message)
    {
        _whole.Add(new(null, holds, PointerTo(member), message));
        return this;
    }

    internal void Check(T value, int known, ref BindingErrors errors)
    {
        foreach (MemberRules<T> rules in _members) rules.Check(value, ref errors);
        foreach (WholeRule rule in _whole)
        {
            if (!errors.IsFine(known, rule.Pointer)) continue;
            int before = errors.Count;
            if (rule.HoldsLater is { } later) errors.Ask(new Question<T>(value, later, rule.Message));
            else if (!rule.Holds!(value)) errors.Break(rule.Message);
            errors.Under(rule.Pointer, before);
        }
    }

    internal void CheckMember(string name, object? value, ref BindingErrors errors)
    {
        if (value is null) return;
        string pointer = "/" + Pointers.Escape(name);
        foreach (MemberRules<T> rules in _members)
        {
            if (rules.Pointer == pointer) rules.CheckMember(value, ref errors);
        }
    }

    private string PointerTo(string member) => member.Length == 0 || member[0] == '/' ? member : "/" + Pointers.Escape(_names(member) ?? member);

    // "user => user.Address.City" is /address/city.
    private string PointerOf(string expression)
    {
        int arrow = expression.IndexOf("=>", StringComparison.Ordinal);
        string[] steps = arrow < 0 ? [] : expression[(arrow + 2)..].Trim().Split('.');
        string pointer = "";
        for (int i = 1; i < steps.Length; i++)
        {
            string step = steps[i].Trim().TrimEnd('!', '?').TrimStart('@');
            if (step.Length == 0 || !step.All(static c => char.IsLetterOrDigit(c) || c == '_'))
            {
                pointer = "";
                break;
            }
            pointer += "/" + Pointers.Escape((i == 1 ? _names(step) : null) ?? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(step));
        }
        return pointer.Length > 0 ? pointer : throw new ArgumentException(
            $"For takes a member, as in rules.For(user => user.Email), and got '{expression}'. For anything else there is rules.Must.", nameof(expression));
    }

    private sealed record WholeRule(Func<T, bool>? Holds, Func<T, Request, ValueTask<bool>>? HoldsLater, string Pointer, string Message);
}
