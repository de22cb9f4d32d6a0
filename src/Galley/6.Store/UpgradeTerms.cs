// How a schema is changed: how long it waits for whom, and whether contract steps are due.

namespace Galley.Storing;

/// <summary>How a schema is changed.</summary>
public sealed record UpgradeTerms
{
    /// <summary>How long a statement waits for a lock before everybody behind it gets their turn. Default: 5 seconds.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a step is tried that did not get its lock, with a pause as long as it waited. Default: 3.</summary>
    public int LockAttempts { get; init; } = 3;

    /// <summary>How long one statement of a transaction may run. Default: 1 minute. One that runs outside a transaction holds nobody up and has no limit.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for another process that migrates. Default: 1 minute.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether contract steps are applied, too. Default: they wait.</summary>
    public bool HasContract { get; init; }

    /// <summary>The clock of waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it reports.</summary>
    public Events? Events { get; init; }
}
