// Why a backend does not start: one line that names the problem and the fix, exit code 1.

namespace Galley;

/// <summary>A backend cannot start as it is configured. Nothing was served; the message is for the person who starts it.</summary>
public sealed class StartException : Exception
{
    /// <summary>Says what is wrong and what to do.</summary>
    /// <param name="problem">What is wrong, without a final full stop: <c>port 3000 is in use</c>.</param>
    /// <param name="fix">What to do, naming the setting.</param>
    /// <param name="inner">What made it known, if an exception did.</param>
    public StartException(string problem, string fix, Exception? inner = null)
        : base($"{problem}; {fix}.", inner)
    {
        Problem = problem;
        Fix = fix;
    }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What to do.</summary>
    public string Fix { get; }
}
