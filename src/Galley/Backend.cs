// PLACEHOLDER until the engine lands.
namespace Galley;

/// <summary>A backend: its routes, its services, its settings, and the engine that runs them.</summary>
public sealed class Backend : Routes
{
    private Backend() : base("", null) { }

    /// <summary>Creates a backend.</summary>
    public static Backend Create(string[] args) => new();

    /// <summary>Runs until stopped.</summary>
    public void Run() => _ = All;
}
