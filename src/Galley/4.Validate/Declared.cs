// The declared rules of a type, made at the first value. Generated code calls this for every type that implements IHasRules.

using System.ComponentModel;

// Static members of a generic type are the mechanism here: one set of rules per type, found without a look-up.
#pragma warning disable CA1000

namespace Galley.Validating;

/// <summary>The rules that a type declares. Used by generated code; thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Declared<T> where T : IHasRules<T>
{
    private static Rules<T>? s_rules;
    private static Func<string, string?> s_names = static _ => null;

    /// <summary>Says what members are called in JSON.</summary>
    public static void Name(Func<string, string?> names) => s_names = names;

    /// <summary>Checks a value, of which nothing was checked when <paramref name="known"/> entries were known.</summary>
    public static void Check(T value, int known, ref BindingErrors errors) => (s_rules ?? Declare()).Check(value, known, ref errors);

    /// <summary>Checks one member, by its name in JSON.</summary>
    public static void CheckMember(string member, object? value, ref BindingErrors errors) => (s_rules ?? Declare()).CheckMember(member, value, ref errors);

    // Two threads may both declare; the rules are the same.
    private static Rules<T> Declare()
    {
        var rules = new Rules<T>(s_names);
        T.Declare(rules);
        return s_rules = rules;
    }
}
