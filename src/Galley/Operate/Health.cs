// PLACEHOLDER: the operate engineer writes it.
namespace Galley;

/// <summary>What /readyz asks.</summary>
public sealed class Health
{
    internal Health(Backend backend) => _ = backend;

    /// <summary>Adds a check.</summary>
    public void Add(string name, Func<CancellationToken, ValueTask<string?>> check) => _ = this;

    internal void AddRoutes(Routes routes) => _ = this;
}
