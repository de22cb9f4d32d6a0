// One rule for a value, read once and used twice: as the code that checks it at run time, and as what the OpenAPI document says about it.

namespace Galley.Generator.Rules;

/// <summary>A rule of a member or parameter.</summary>
/// <param name="Check">A statement of C# over <c>{0}</c>, the value, which is not null, and <c>{1}</c>, the errors. Empty when only the documentation knows the rule,
/// because the program itself checks it (the fluent rules).</param>
/// <param name="Keywords">What JSON Schema says of it; empty where it has no word for it.</param>
internal sealed record Rule(string Check, EquatableList<Keyword> Keywords)
{
    /// <summary>A statement over <c>{1}</c> for when the value is null; empty when null breaks no rule.</summary>
    public string WhenNull { get; init; } = "";

    /// <summary>Whether the check speaks of <c>{2}</c>, the object that the value is a member of (null for a parameter). Then it is asked of null, too.</summary>
    public bool NeedsOwner { get; init; }

    /// <summary>What is made once and kept: the name that <see cref="Check"/> uses, and the C# that makes it.</summary>
    public RulePart? Part { get; init; }
}

/// <summary>A keyword of JSON Schema 2020-12 with its value as JSON: <c>maxLength</c> and <c>254</c>.</summary>
internal sealed record Keyword(string Name, string Json);

/// <summary>Something a rule needs that is made once: a regular expression, an attribute of the program.</summary>
internal sealed record RulePart(string Type, string Creation)
{
    /// <summary>The same for the same part wherever it is used, so that readers need not know of each other.</summary>
    public string Name
    {
        get
        {
            string type = string.Concat(Type.Substring(Math.Max(Type.LastIndexOf('.'), Type.LastIndexOf(':')) + 1).Replace("Attribute", "").Where(char.IsLetterOrDigit));
            return $"{type}_{Fnv1a.Hash(Type + " " + Creation):x16}";
        }
    }

    /// <summary>How generated code reaches it.</summary>
    public string Reach => "RuleParts." + Name;
}
