// The checks that generated code calls: a comparison when the value is right, a message when it is not. Messages are made only then.

using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Galley.Validating;

/// <summary>Checks values. Every check takes a value that is there and says what is wrong with it, or what the program wants to be said.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Check
{
    /// <summary>The value is not there.</summary>
    public static void Missing(ref BindingErrors errors, string? message = null) => errors.Refuse(message ?? "is required");

    /// <summary>A text holds more than blanks.</summary>
    public static void NotBlank(string value, ref BindingErrors errors, string? message = null)
    {
        if (string.IsNullOrWhiteSpace(value)) errors.Break(message ?? "must not be empty");
    }

    /// <summary>A text has so many characters (UTF-16 code units, as .NET counts).</summary>
    public static void Length(string value, int least, int most, ref BindingErrors errors, string? message = null)
    {
        if (value.Length < least || value.Length > most) errors.Break(message ?? Counted(least, most, "character"));
    }

    /// <summary>A collection has so many items.</summary>
    public static void Count(int count, int least, int most, ref BindingErrors errors, string? message = null)
    {
        if (count < least || count > most) errors.Break(message ?? Counted(least, most, "item"));
    }

    /// <summary>A value lies between two others.</summary>
    public static void Range<T>(T value, T least, T most, ref BindingErrors errors, bool isLeastExclusive = false, bool isMostExclusive = false, string? message = null)
        where T : IComparable<T>
    {
        int low = value.CompareTo(least), high = value.CompareTo(most);
        if ((isLeastExclusive ? low > 0 : low >= 0) && (isMostExclusive ? high < 0 : high <= 0)) return;
        errors.Break(message ?? (isLeastExclusive || isMostExclusive
            ? $"must be {(isLeastExclusive ? "more than" : "at least")} {Text(least)} and {(isMostExclusive ? "less than" : "at most")} {Text(most)}"
            : $"must be {Text(least)} to {Text(most)}"));
    }

    /// <summary>A value is not below another.</summary>
    public static void AtLeast<T>(T value, T least, ref BindingErrors errors, bool isExclusive = false, string? message = null) where T : IComparable<T>
    {
        if (value.CompareTo(least) is var order && (isExclusive ? order > 0 : order >= 0)) return;
        errors.Break(message ?? $"must be {(isExclusive ? "more than" : "at least")} {Text(least)}");
    }

    /// <summary>A value is not above another.</summary>
    public static void AtMost<T>(T value, T most, ref BindingErrors errors, bool isExclusive = false, string? message = null) where T : IComparable<T>
    {
        if (value.CompareTo(most) is var order && (isExclusive ? order < 0 : order <= 0)) return;
        errors.Break(message ?? $"must be {(isExclusive ? "less than" : "at most")} {Text(most)}");
    }

    /// <summary>A value is among those allowed.</summary>
    public static void OneOf(bool isOne, string allowed, ref BindingErrors errors, string? message = null)
    {
        if (!isOne) errors.Break(message ?? "must be one of " + allowed);
    }

    /// <summary>A value is not among those denied.</summary>
    public static void NoneOf(bool isOne, string denied, ref BindingErrors errors, string? message = null)
    {
        if (isOne) errors.Break(message ?? "must not be one of " + denied);
    }

    /// <summary>Two members are equal.</summary>
    public static void Same<T>(T value, T other, string name, ref BindingErrors errors, string? message = null)
    {
        if (!EqualityComparer<T>.Default.Equals(value, other)) errors.Break(message ?? "must be the same as " + name);
    }

    /// <summary>Each item of a list.</summary>
    public static void Each<T>(IEnumerable<T>? items, RuleCheck<T> check, ref BindingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(check);
        switch (items)
        {
            case null:
                return;
            case T[] array:
                for (int i = 0; i < array.Length && !errors.IsFull; i++) One(array[i], i, check, ref errors);
                return;
            case List<T> list:
                for (int i = 0; i < list.Count && !errors.IsFull; i++) One(list[i], i, check, ref errors);
                return;
            case ImmutableArray<T> { IsDefault: true }:
                return;
            default:
                int index = 0;
                foreach (T item in items)
                {
                    if (errors.IsFull) return;
                    One(item, index++, check, ref errors);
                }
                return;
        }
    }

    /// <summary>Each value of a map.</summary>
    public static void Values<TKey, T>(IEnumerable<KeyValuePair<TKey, T>>? map, RuleCheck<T> check, ref BindingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(check);
        foreach ((TKey key, T value) in map ?? [])
        {
            if (errors.IsFull) return;
            int known = errors.Count;
            check(value, ref errors);
            if (errors.Count > known) errors.At(Convert.ToString(key, CultureInfo.InvariantCulture) ?? "", known);
        }
    }

    /// <summary>A rule of the program's own attribute.</summary>
    public static void With(ValidationAttribute rule, object? value, object? owner, string member, string displayName, ref BindingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var context = new ValidationContext(owner ?? value ?? rule, displayName, errors.Services, items: null) { MemberName = member };
        if (rule.GetValidationResult(value, context) is { } wrong && wrong != ValidationResult.Success) errors.Break(wrong.ErrorMessage ?? "is not allowed");
    }

    /// <summary>A rule of the program's own that judges by the value alone: it can be asked before there is an object.</summary>
    public static void Alone(ValidationAttribute rule, object? value, string displayName, ref BindingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (!rule.IsValid(value)) errors.Break(rule.FormatErrorMessage(displayName));
    }

    /// <summary>What an object says of itself, once nothing else is wrong with it since <paramref name="known"/> entries were known.
    /// <paramref name="names"/> has the JSON names of its members.</summary>
    public static void Itself(IValidatableObject value, int known, Func<string, string?> names, ref BindingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(names);
        if (!errors.IsFine(known)) return;
        var context = new ValidationContext(value, value.GetType().Name, errors.Services, items: null);
        foreach (ValidationResult? wrong in value.Validate(context) ?? [])
        {
            if (errors.IsFull) return; // it may never end
            if (wrong is null || wrong == ValidationResult.Success) continue;
            bool isNamed = false;
            foreach (string name in wrong.MemberNames)
            {
                isNamed = true;
                errors.Break(string.IsNullOrEmpty(name) ? "" : "/" + Pointers.Escape(names(name) ?? name), wrong.ErrorMessage ?? "is not allowed");
            }
            if (!isNamed) errors.Break(wrong.ErrorMessage ?? "is not allowed");
        }
    }

    internal static string Text<T>(T value) => value switch
    {
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "O", CultureInfo.InvariantCulture),
        DateTime at => at.ToString(at.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssK" : "O", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.ToString(at.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssK" : "O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    internal static string Counted(int least, int most, string what) =>
        least == most ? $"must have {Some(least, what)}"
        : most == int.MaxValue ? $"must have at least {Some(least, what)}"
        : least <= 0 ? $"must have at most {Some(most, what)}"
        : string.Create(CultureInfo.InvariantCulture, $"must have {least} to {most} {what}s");

    private static string Some(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<T>(T item, int index, RuleCheck<T> check, ref BindingErrors errors)
    {
        int known = errors.Count;
        check(item, ref errors);
        errors.At(index, known);
    }
}
