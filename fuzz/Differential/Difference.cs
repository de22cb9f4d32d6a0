// One way in which Galley and Kestrel are known to read the same bytes differently, and who is right why.

namespace Galley.Fuzzing.Differential;

/// <summary>A row of the table of differences.</summary>
/// <param name="Name">What is sent.</param>
/// <param name="Galley">What Galley does.</param>
/// <param name="Kestrel">What Kestrel does.</param>
/// <param name="Section">The rule.</param>
/// <param name="Why">Why Galley does so.</param>
/// <param name="Explains">Whether a difference is of this kind: what both said, and that the bytes are what the row is about.</param>
sealed record Difference(string Name, string Galley, string Kestrel, string Section, string Why, Func<Comparison, bool> Explains);
