// A place in the source of the program. The compiler fills it in, so that whatever waits, holds or fails can be found.

using System.Globalization;

namespace Galley;

/// <summary>A file and a line of the program.</summary>
/// <param name="File">The path as the compiler saw it; empty when it is not known.</param>
/// <param name="Line">The line, from 1.</param>
public readonly record struct CallSite(string? File, int Line)
{
    /// <summary>The name of the file and the line, as in <c>OrderRows.cs:31</c>; empty when it is not known.</summary>
    public override string ToString() => string.IsNullOrEmpty(File) ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{File.AsSpan(File.AsSpan().LastIndexOfAny('/', '\\') + 1)}:{Line}");
}
