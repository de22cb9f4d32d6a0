// PLACEHOLDER: the operate engineer writes it.
namespace Galley;

/// <summary>What /readyz asks.</summary>
public sealed class Health
{
    internal Health(Backend backend) => _ = backend;

    internal void AddRoutes(Routes routes) => _ = this;
}
