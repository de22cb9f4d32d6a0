// One thing /readyz asks. A check that hangs is reported as hanging and is not asked again before it has answered: probes must not pile up on
// what is broken already.

namespace Galley.Operating;

/// <summary>A check under its name. Called by one run at a time.</summary>
internal sealed class HealthCheck(string name, Func<CancellationToken, ValueTask<string?>> check)
{
    private Task<string?>? _pending;
    private long _since;

    public string Name => name;

    /// <summary>Asks, for at most <paramref name="timeout"/>.</summary>
    public async Task<Finding> AskAsync(TimeSpan timeout, TimeProvider time)
    {
        long began = time.GetTimestamp();
        string? wrong;
        string? internals = null;
        var over = new CancellationTokenSource(); // not disposed: a check that hangs still holds its token
        try
        {
            if (_pending is { IsCompleted: false })
            {
                wrong = FormattableString.Invariant($"no answer for {time.GetElapsedTime(_since).TotalSeconds:0.#} s");
            }
            else
            {
                _since = began;
                // On the thread pool: a check that blocks holds no event loop.
                _pending = Task.Run(() => check(over.Token).AsTask(), CancellationToken.None);
                wrong = await _pending.WaitAsync(timeout, time).ConfigureAwait(false);
            }
        }
        catch (TimeoutException) when (_pending is { IsCompleted: false })
        {
            wrong = FormattableString.Invariant($"no answer within {timeout.TotalSeconds:0.###} s");
            _ = over.CancelAsync();
        }
        catch (Exception error)
        {
            // A prober is a stranger: it learns the kind, the log learns the text.
            wrong = "threw " + error.GetType().Name;
            internals = error.Message;
        }
        return new Finding(name, wrong, internals, time.GetElapsedTime(began));
    }
}

/// <summary>What a check found.</summary>
/// <param name="Name">Which check.</param>
/// <param name="Wrong">What is wrong, for the prober; null when it is fine.</param>
/// <param name="Internals">What only the log may say.</param>
/// <param name="Took">How long it took.</param>
internal sealed record Finding(string Name, string? Wrong, string? Internals, TimeSpan Took);
