// What Health reports: the backend became ready, or stopped being so. Once per change, not once per probe.

namespace Galley;

/// <summary>The answer of <c>/readyz</c> changed.</summary>
/// <param name="Failing">Each failing check with what is wrong; null when all are fine again.</param>
public sealed record ReadinessChanged(string? Failing) : BackendEvent;
