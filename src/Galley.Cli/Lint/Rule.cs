// One rule: an id for people and for "-- galley: allow", what it looks for, and the safe way.

namespace Galley.Cli.Lint;

/// <param name="Id">Lower case, hyphens.</param>
/// <param name="Engines">Where it holds: <c>postgres</c>, <c>sqlite</c>, or both.</param>
/// <param name="Problem">What happens to who else uses the database.</param>
/// <param name="Safe">What to do instead.</param>
/// <param name="Look">Whether a statement breaks it.</param>
internal sealed record Rule(string Id, string Engines, string Problem, string Safe, Func<Judged, bool> Look);
