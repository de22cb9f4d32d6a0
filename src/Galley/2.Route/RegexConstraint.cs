// regex(...): the one constraint whose cost the program decides. The engine is the non-backtracking one - time linear in the
// value whatever the expression, so no address can hang the router (ReDoS) - which rules out lookaround and back-references.

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Galley.Routing;

/// <summary>The whole value matches an expression, case-sensitively. Costs a copy to UTF-16 and about 3 ns a byte (measured);
/// it allocates only while the engine builds its automaton. A value that is not valid UTF-8 never matches.</summary>
internal sealed class RegexConstraint : Constraint
{
    private readonly Regex _expression;

    private RegexConstraint(string text, Regex expression) : base(text, ValueShape.Any) => _expression = expression;

    /// <summary>The engine is 1 MB of a native binary. A program that needs it nowhere drops it with
    /// <c>RuntimeHostConfigurationOption Include="Galley.Routing.Regex" Value="false" Trim="true"</c> in its project file.</summary>
    [FeatureSwitchDefinition("Galley.Routing.Regex")]
    public static bool IsSupported => !AppContext.TryGetSwitch("Galley.Routing.Regex", out bool on) || on;

    public override bool IsExact => false;

    /// <summary>Anchored at both ends: regex([a-z]+) must not let "1; drop a" through because it contains letters.</summary>
    public static RegexConstraint Compile(string text, string expression)
    {
        try
        {
            // First by itself: "a)|(b" would be valid, and not anchored, once it is wrapped.
            _ = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new(text, new Regex($@"\A(?:{expression})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (NotSupportedException e)
        {
            throw new FormatException($"regex({expression}) uses lookaround, back-references or the like, which linear time rules out.", e);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"regex({expression}) is not a regular expression: {e.Message}", e);
        }
    }

    public override bool Accepts(ReadOnlySpan<byte> value)
    {
        // A stack frame that is always safe; longer values take a pooled buffer.
        const int OnStack = 256;
        char[]? rented = value.Length > OnStack ? ArrayPool<char>.Shared.Rent(value.Length) : null;
        Span<char> characters = rented ?? stackalloc char[OnStack];
        bool accepted = Utf8.ToUtf16(value, characters, out _, out int written, replaceInvalidSequences: false) == OperationStatus.Done
            && _expression.IsMatch(characters[..written]);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return accepted;
    }
}
