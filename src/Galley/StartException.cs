// A backend that cannot start says so in one line: what is wrong, and what to do about it. Misconfiguration never reaches a request.

namespace Galley;

/// <summary>Thrown while a backend starts, when it must not: a setting, a file or a migration is wrong.</summary>
/// <remarks>The message is one line, problem then fix, meant to be printed as it is.</remarks>
public sealed class StartException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What is wrong, naming the setting, file or address. One line.</param>
    /// <param name="fix">What the reader should do. One line.</param>
    /// <param name="cause">The exception underneath, if any.</param>
    public StartException(string problem, string fix, Exception? cause = null)
        : base($"{Line(problem)}. Fix: {Line(fix)}.", cause)
    {
        Problem = Line(problem);
        Fix = Line(fix);
    }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What to do about it.</summary>
    public string Fix { get; }

    private static string Line(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
