// What the fuzzers look for: an input that breaks the oracle. For AFL++ every exception is a crash; this one says which rule was broken.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Galley.Fuzzing;

/// <summary>An input broke a rule of the oracle.</summary>
sealed class OracleException(string message) : Exception(message)
{
    /// <summary>A rule that must hold, in its own words.</summary>
    public static void Require([DoesNotReturnIf(false)] bool holds, [CallerArgumentExpression(nameof(holds))] string rule = "")
    {
        if (!holds)
            throw new OracleException($"Broken: {rule}");
    }
}
