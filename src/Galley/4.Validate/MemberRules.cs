// The rules of one member, as a chain: rules.For(user => user.Email).Email().Length(3, 254).

using Galley.Validating;

namespace Galley;

/// <summary>The rules of one member of a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type that has the member.</typeparam>
/// <typeparam name="TMember">The type of the member.</typeparam>
public sealed class MemberRules<T, TMember> : MemberRules<T>
{
    private readonly Func<T, TMember> _member;
    private readonly List<RuleCheck<TMember>> _checks = [];

    internal MemberRules(Func<T, TMember> member, string pointer) : base(pointer) => _member = member;

    /// <summary>A rule of the program.</summary>
    /// <param name="holds">Whether it holds for a value.</param>
    /// <param name="message">What is wrong when it does not, after the name of the member: "must ...".</param>
    public MemberRules<T, TMember> Must(Func<TMember, bool> holds, string message)
    {
        ArgumentNullException.ThrowIfNull(holds);
        return Add((TMember value, ref BindingErrors errors) =>
        {
            if (!holds(value)) errors.Break(message);
        });
    }

    /// <summary>A rule that takes asking somebody else, a database for example. It is asked when the whole body is read and nothing is wrong with the member.</summary>
    /// <param name="holds">Whether it holds for a value; <see cref="Request.Database"/> can be asked, and <see cref="Request.Aborted"/> is passed on.</param>
    /// <param name="message">What is wrong when it does not.</param>
    public MemberRules<T, TMember> MustAsync(Func<TMember, Request, ValueTask<bool>> holds, string message)
    {
        ArgumentNullException.ThrowIfNull(holds);
        return Add((TMember value, ref BindingErrors errors) => errors.Ask(new Question<TMember>(value, holds, message)));
    }

    /// <summary>It is one of these values.</summary>
    public MemberRules<T, TMember> OneOf(params TMember[] values)
    {
        string spoken = string.Join(", ", values.Select(Validating.Check.Text));
        return Add((TMember value, ref BindingErrors errors) => Validating.Check.OneOf(values.Contains(value), spoken, ref errors));
    }

    internal MemberRules<T, TMember> Add(RuleCheck<TMember> check)
    {
        _checks.Add(check);
        return this;
    }

    internal override void Check(T value, ref BindingErrors errors) => CheckValue(_member(value), ref errors);

    internal override void CheckMember(object value, ref BindingErrors errors)
    {
        if (value is TMember member) CheckValue(member, ref errors);
    }

    private void CheckValue(TMember member, ref BindingErrors errors)
    {
        if (member is null) return;
        int known = errors.Count;
        foreach (RuleCheck<TMember> check in _checks) check(member, ref errors);
        errors.Under(Pointer, known);
    }
}

/// <summary>The rules of some member of a <typeparamref name="T"/>.</summary>
public abstract class MemberRules<T>
{
    private protected MemberRules(string pointer) => Pointer = pointer;

    internal string Pointer { get; }

    internal abstract void Check(T value, ref BindingErrors errors);

    internal abstract void CheckMember(object value, ref BindingErrors errors);
}

/// <summary>A rule that waits for the whole to be known, with the value it is about.</summary>
internal sealed class Question<T>(T value, Func<T, Request, ValueTask<bool>> holds, string message) : PendingRule(message)
{
    public override ValueTask<bool> HoldsAsync(Request request) => holds(value, request);
}
