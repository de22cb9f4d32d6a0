// When the migrations of a program are applied.

namespace Galley;

/// <summary>What a start does about migrations.</summary>
public enum MigrationMode
{
    /// <summary>Applies what is pending before it goes on; contract steps wait until they are asked for. The default in development.</summary>
    Apply,

    /// <summary>Refuses to start while something is pending that the program needs. The default in production.</summary>
    Check,

    /// <summary>Applies what is pending and ends with exit code 0: a step of a deployment, an init container.</summary>
    Only,

    /// <summary>Does not look.</summary>
    Off,
}
