// What a transaction may be asked for beyond the ordinary.

namespace Galley;

/// <summary>How much a transaction sees of others that run beside it.</summary>
public enum Isolation
{
    /// <summary>The engine's own: READ COMMITTED on PostgreSQL; on SQLite always serializable, whatever is asked for.</summary>
    Default,

    /// <summary>Each statement sees what was committed before it began.</summary>
    ReadCommitted,

    /// <summary>Every statement sees what was committed before the first one.</summary>
    RepeatableRead,

    /// <summary>As if transactions ran one after another; one that cannot is refused, which <see cref="TransactionTerms.Retries"/> is for.</summary>
    Serializable,
}

/// <summary>How a transaction runs.</summary>
public sealed record TransactionTerms
{
    /// <summary>The ordinary ones.</summary>
    public static TransactionTerms Default { get; } = new();

    /// <summary>What it sees of others. Default: the engine's own.</summary>
    public Isolation Isolation { get; init; }

    /// <summary>How often it is run again, from its beginning, when it lost a conflict (a serialization failure, a deadlock, a lock that was not to be had).
    /// Default 0. The function runs again as a whole: what it does besides asking the transaction happens again, too.</summary>
    public int Retries { get; init; }
}
