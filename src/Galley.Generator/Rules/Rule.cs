// One rule for a value, read once and used twice: as the code that checks it at run time, and as what the OpenAPI document says about it.

namespace Galley.Generator.Rules;

/// <summary>A rule of a member or parameter.</summary>
/// <param name="Check">A statement of C# over <c>{0}</c>, the value, which is not null, and <c>{1}</c>, the errors. Empty when only the documentation knows the rule,
/// because the program itself checks it (the fluent rules).</param>
/// <param name="Keywords">What JSON Schema says of it; empty where it has no word for it.</param>
internal sealed record Rule(string Check, EquatableList<Keyword> Keywords);

/// <summary>A keyword of JSON Schema 2020-12 with its value as JSON: <c>maxLength</c> and <c>254</c>.</summary>
internal sealed record Keyword(string Name, string Json);
