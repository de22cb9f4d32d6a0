// Types that people take by habit from other frameworks. As classes they would be services that nobody registered, found out at run time.

using Microsoft.CodeAnalysis;

namespace Galley.Generator.Endpoints.Sources;

/// <summary>Says what to take instead.</summary>
internal static class ForeignType
{
    private static readonly Dictionary<string, string> s_instead = new()
    {
        ["HttpContext"] = "Galley has none. Take the Request: its members are target, headers, body, services.",
        ["HttpRequest"] = "Galley has none. Take the Request.",
        ["HttpResponse"] = "a handler returns its answer. Return a Response.",
        ["IFormFile"] = "take a FormFile: it is read while it arrives.",
        ["IFormFileCollection"] = "take an IAsyncEnumerable<FormFile>: files are read while they arrive.",
        ["IFormCollection"] = "take fields marked [Form], a record marked [Form], or the Form.",
        ["Stream"] = "take the RequestBody and read it piece by piece, or a FormFile.",
        ["PipeReader"] = "take the RequestBody and read it piece by piece.",
        ["PipeWriter"] = "a handler returns its answer. Return Response.Stream.",
    };

    public static bool IsFound(Reading reading, Asked asked)
    {
        if (asked.Type is not INamedTypeSymbol { Arity: 0 } type || !s_instead.TryGetValue(type.Name, out string? instead)) return false;
        // A type of the program's own may well be called HttpRequest. One that does not exist here was meant to be the other framework's.
        string space = type.ContainingNamespace?.ToDisplayString() ?? "";
        if (type.TypeKind != TypeKind.Error && space is not ("System.IO" or "System.IO.Pipelines") && !space.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)) return false;
        reading.Refuse(asked, instead);
        return true;
    }
}
