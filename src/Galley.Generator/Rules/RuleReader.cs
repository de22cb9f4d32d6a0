// From the attributes of System.ComponentModel.DataAnnotations on a member or parameter to rules. What .NET knows becomes a direct call of
// Galley.Validating.Check; what only the program knows becomes one kept instance of its attribute.

using Galley.Generator.OpenApi;
using Microsoft.CodeAnalysis;

namespace Galley.Generator.Rules;

/// <summary>Reads the rules of a place: a parameter, a property, a field.</summary>
internal static class RuleReader
{
    private const string Space = "System.ComponentModel.DataAnnotations";

    /// <summary>The rules of a symbol, in the order of its attributes.</summary>
    public static EquatableList<Rule> Read(ISymbol symbol, ITypeSymbol type) => new(All(symbol, type).Select(read => read.Rule).OfType<Rule>());

    /// <summary>The same, with findings about attributes that do not fit.</summary>
    public static EquatableList<Rule> Read(ISymbol symbol, ITypeSymbol type, SyntaxNode where, List<Finding> findings)
    {
        List<Rule> rules = [];
        foreach ((AttributeData attribute, Rule? rule, string? wrong) in All(symbol, type))
        {
            SyntaxNode at = attribute.ApplicationSyntaxReference?.GetSyntax() ?? where;
            if (wrong is not null) findings.Add(Finding.At(Descriptors.RuleMisfit, at, attribute.AttributeClass!.Spoken(), symbol.Name, wrong));
            else if (rule!.Part is not null && attribute.AttributeClass!.WhyHidden(at, "validation") is { } hidden) findings.Add(hidden);
            else rules.Add(rule);
        }
        return new(rules);
    }

    /// <summary>Whether JSON has to have the member: it is [Required], and nothing else gives it a value.</summary>
    public static bool IsRequiredInJson(ISymbol member, IParameterSymbol? parameter)
    {
        if (parameter is not null)
        {
            bool isMarked = parameter.Attribute(Space, "RequiredAttribute") is not null || member.Attribute(Space, "RequiredAttribute") is not null;
            return isMarked && !parameter.HasExplicitDefaultValue;
        }
        return member.Attribute(Space, "RequiredAttribute") is not null && !member.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is
            Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax { Initializer: not null } or
            Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer: not null });
    }

    /// <summary>Whether an attribute is a rule.</summary>
    public static bool IsRule(this AttributeData attribute) => attribute.AttributeClass.DerivesFrom(Space, "ValidationAttribute");

    private static IEnumerable<(AttributeData Attribute, Rule? Rule, string? Wrong)> All(ISymbol symbol, ITypeSymbol type)
    {
        foreach (AttributeData attribute in symbol.GetAttributes().Where(IsRule))
        {
            if (attribute.AttributeClass!.Is(Space, "DataTypeAttribute")) continue;
            string? wrong = null;
            Rule? rule = null;
            try
            {
                rule = One(attribute, symbol, type);
            }
            catch (RuleMisfitException misfit)
            {
                wrong = misfit.Message;
            }
            if (rule is { Check: "", WhenNull: "", Keywords.Count: 0 }) continue;
            yield return (attribute, rule, wrong);
        }
    }

    private static Rule One(AttributeData attribute, ISymbol symbol, ITypeSymbol type)
    {
        // A message that is looked up for each request is the attribute's own business.
        bool isKnown = attribute.AttributeClass!.ContainingNamespace?.ToDisplayString() == Space && attribute.Named("ErrorMessageResourceType") is null;
        RuleMisfitException.Unless(isKnown || !attribute.AttributeClass!.Is(Space, "CompareAttribute"),
            "with a message from a resource the attribute itself would look for the other property, by reflection. Use ErrorMessage.");
        ITypeSymbol bare = type.NullableOf() ?? type;
        return (isKnown ? attribute.AttributeClass!.Name : "") switch
        {
            "RequiredAttribute" => Required(attribute, symbol, bare),
            "StringLengthAttribute" or "MinLengthAttribute" or "MaxLengthAttribute" or "LengthAttribute" => LengthRules.Read(attribute, symbol, bare),
            "RangeAttribute" => RangeRules.Read(attribute, symbol, bare) ?? Custom(attribute, symbol),
            "RegularExpressionAttribute" => Pattern(attribute, symbol, bare),
            "EmailAddressAttribute" => Text(attribute, symbol, bare, "Email", "format", "\"email\""),
            "UrlAttribute" => Text(attribute, symbol, bare, "Url", "format", "\"uri\""),
            "PhoneAttribute" => Text(attribute, symbol, bare, "Phone"),
            "CreditCardAttribute" => Text(attribute, symbol, bare, "CreditCard"),
            "Base64StringAttribute" => Text(attribute, symbol, bare, "Base64", "contentEncoding", "\"base64\""),
            "AllowedValuesAttribute" => ChoiceRules.Read(attribute, symbol, bare, isAllowed: true) ?? Custom(attribute, symbol),
            "DeniedValuesAttribute" => ChoiceRules.Read(attribute, symbol, bare, isAllowed: false) ?? Custom(attribute, symbol),
            "EnumDataTypeAttribute" => ChoiceRules.Names(attribute, symbol, bare) ?? Custom(attribute, symbol),
            "CompareAttribute" => Compare(attribute, symbol),
            _ => Custom(attribute, symbol),
        };
    }

    private static Rule Required(AttributeData attribute, ISymbol symbol, ITypeSymbol type)
    {
        string message = attribute.Message(symbol);
        bool isText = type.SpecialType == SpecialType.System_String && !attribute.IsOn("AllowEmptyStrings");
        return new(isText ? $"Check.NotBlank({{0}}, ref {{1}}{message});" : "", isText ? RuleWords.Lengths("Length", 1, int.MaxValue) : default)
        {
            WhenNull = $"Check.Missing(ref {{1}}{message});",
        };
    }

    private static Rule Pattern(AttributeData attribute, ISymbol symbol, ITypeSymbol type)
    {
        RuleMisfitException.Unless(type.SpecialType == SpecialType.System_String, "it is for strings.");
        string pattern = attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        int milliseconds = attribute.Named("MatchTimeoutInMilliseconds") as int? ?? 0;
        return Matches(pattern, milliseconds, attribute.Message(symbol, pattern));
    }

    // Whether it judges by the value alone: of the two methods it can override, only the one that is given nothing else.
    private static bool IsAlone(INamedTypeSymbol attribute)
    {
        for (INamedTypeSymbol? type = attribute; type is not null && !type.Is(Space, "ValidationAttribute"); type = type.BaseType)
        {
            List<IMethodSymbol> judging = [.. type.GetMembers("IsValid").OfType<IMethodSymbol>().Where(m => m.IsOverride)];
            if (judging.Count > 0) return judging.Count == 1 && judging[0].Parameters.Length == 1;
        }
        return false;
    }

    /// <summary>The rule that a text matches an expression as a whole.</summary>
    public static Rule Matches(string pattern, int milliseconds, string message)
    {
        try
        {
            _ = new System.Text.RegularExpressions.Regex(pattern);
        }
        catch (ArgumentException wrong)
        {
            throw new RuleMisfitException("the expression is not valid: " + wrong.Message);
        }
        var part = new RulePart("global::System.Text.RegularExpressions.Regex", $"Check.Expression({Symbols.Literal(pattern)}, {milliseconds})");
        return new($"Check.Matches({{0}}, {part.Reach}, ref {{1}}{message});", RuleWords.Keywords(("pattern", JsonTree.Text($"^(?:{pattern})$")))) { Part = part };
    }

    private static Rule Text(AttributeData attribute, ISymbol symbol, ITypeSymbol type, string check, string keyword = "", string? json = null)
    {
        RuleMisfitException.Unless(type.SpecialType == SpecialType.System_String, "it is for strings.");
        return new($"Check.{check}({{0}}, ref {{1}}{attribute.Message(symbol)});", RuleWords.Keywords((keyword, json)));
    }

    private static Rule Compare(AttributeData attribute, ISymbol symbol)
    {
        string other = attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        IPropertySymbol? beside = Owners(symbol.ContainingType).SelectMany(t => t.GetMembers(other)).OfType<IPropertySymbol>().FirstOrDefault(p => !p.IsStatic && p.GetMethod is not null);
        RuleMisfitException.Unless(beside is not null, $"there is no property '{other}' beside it.");
        ITypeSymbol own = ((IPropertySymbol)symbol).Type, its = beside!.Type;
        RuleMisfitException.Unless(SymbolEqualityComparer.Default.Equals(own.NullableOf() ?? own, its.NullableOf() ?? its), $"'{other}' is a {its.Spoken()}, and nothing of another type equals it.");
        string check = $"Check.Same({{0}}, {{2}}.{Symbols.InCode(other)}, \"{{{other}}}\", ref {{1}}{attribute.Message(symbol, other)});";
        return new(check, default) { NeedsOwner = true };
    }

    private static IEnumerable<INamedTypeSymbol> Owners(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType) yield return type;
    }

    /// <summary>A rule of the program: one instance of its attribute is kept.</summary>
    public static Rule Custom(AttributeData attribute, ISymbol symbol)
    {
        var part = new RulePart(attribute.AttributeClass!.Code(), attribute.Creation());
        string displayName = RuleWords.Literal(RuleWords.DisplayName(symbol));
        if (IsAlone(attribute.AttributeClass!))
        {
            string check = $"Check.Alone({part.Reach}, {{0}}, {displayName}, ref {{1}});";
            return new(check, default) { WhenNull = check, Part = part };
        }
        string names = $"{Symbols.Literal(symbol.Name)}, {displayName}";
        return new($"Check.With({part.Reach}, {{0}}, {{2}}, {names}, ref {{1}});", default) { NeedsOwner = true, Part = part };
    }
}

/// <summary>An attribute that can never do what it says where it stands.</summary>
internal sealed class RuleMisfitException(string why) : Exception(why)
{
    public static void Unless(bool fits, string why)
    {
        if (!fits) throw new RuleMisfitException(why);
    }
}
