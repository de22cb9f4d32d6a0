// Every diagnostic of the generator. A message says why, then the fix; README.md lists them for people.

using Microsoft.CodeAnalysis;

namespace Galley.Generator;

/// <summary>The diagnostics, by what is wrong.</summary>
internal static class Descriptors
{
    public static readonly DiagnosticDescriptor NotALambda = Rule(1, "The typed handler is not a lambda or method group",
        "Binding reads the parameters of the handler, and '{0}' is a value whose parameters are not known here. Pass the lambda or the method directly.");

    public static readonly DiagnosticDescriptor Unbindable = Rule(2, "The parameter cannot be bound",
        "Nothing in a request becomes '{0}' of type {1}: {2}");

    public static readonly DiagnosticDescriptor ByReference = Rule(3, "The parameter is passed by reference",
        "'{0}' is a {1} parameter, and a request has no variable to refer to. Take it by value.");

    public static readonly DiagnosticDescriptor TwoBodies = Rule(4, "Two parameters want the body",
        "A request has one body, and '{0}' and '{1}' both want it. Put both into one record, or mark one [Query] or [Service].");

    public static readonly DiagnosticDescriptor BodyWithoutMeaning = Rule(5, "A body on a method that has none",
        "'{0}' would be read from the body, but a {1} request has none (RFC 9110 section 9.3): {2}");

    public static readonly DiagnosticDescriptor ConstraintMismatch = Rule(6, "The route constraint never fits the parameter",
        "The pattern lets only values of '{{{0}:{1}}}' through, and none of them is a {2}: every request would be answered 400. Change the constraint or the type.");

    public static readonly DiagnosticDescriptor BadReturn = Rule(7, "The return type is not an answer",
        "{0} cannot be answered: {1}");

    public static readonly DiagnosticDescriptor NotJson = Rule(8, "The type has no JSON shape",
        "{0} cannot be {1} JSON: {2}");

    public static readonly DiagnosticDescriptor OpenType = Rule(9, "The type is not known at compile time",
        "{0} is a type parameter here, so its {1} cannot be generated. Call this with the type itself; where every type is also used elsewhere, " +
        "disable GALLEY009 for this line.");

    public static readonly DiagnosticDescriptor Hidden = Rule(10, "Generated code cannot name the type",
        "{0} is {1}, and the generated code stands in another class. Make it internal.");

    public static readonly DiagnosticDescriptor NotEnabled = Rule(11, "Interceptors are not enabled",
        "Typed handlers are bound by interceptors in Galley.Generated, which this project does not allow. The Galley package does; without it add " +
        "<InterceptorsNamespaces>$(InterceptorsNamespaces);Galley.Generated</InterceptorsNamespaces> to the project.");

    public static readonly DiagnosticDescriptor NotARow = Rule(12, "Rows cannot become the type",
        "Rows cannot become {0}: {1}");

    public static readonly DiagnosticDescriptor ForeignAttribute = Rule(13, "The attribute belongs to another framework",
        "'{0}' is marked [{1}], which Galley does not read: {2}.");

    public static readonly DiagnosticDescriptor TwoFiles = Rule(14, "Two parameters want a file",
        "'{0}' and '{1}' both want a file, and a file is read while it arrives: the second has not come when the handler starts. " +
        "Take an IAsyncEnumerable<FormFile>, or the Form and read its parts.");

    public static readonly DiagnosticDescriptor RuleMisfit = Rule(20, "The rule does not fit",
        "[{0}] on '{1}' cannot work here: {2}");

    public static readonly DiagnosticDescriptor NotAMember = Rule(21, "The rule is not for a member",
        "For takes a member, as in rules.For(user => user.Email), and '{0}' is none. For anything else there is rules.Must.");

    public static readonly IReadOnlyDictionary<string, DiagnosticDescriptor> ById = new[]
    {
        NotALambda, Unbindable, ByReference, TwoBodies, BodyWithoutMeaning, ConstraintMismatch, BadReturn, NotJson, OpenType, Hidden, NotEnabled, NotARow,
        ForeignAttribute, TwoFiles,
        RuleMisfit, NotAMember,
    }.ToDictionary(rule => rule.Id);

    private static DiagnosticDescriptor Rule(int number, string title, string message) =>
        new($"GALLEY{number:000}", title, message, "Galley", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
