// How a method says which calls it takes the place of. The compiler looks for the attribute by name, so each generated file declares one of its own.

namespace Galley.Generator;

/// <summary>Writes the attribute of interceptors.</summary>
internal static class InterceptsLocation
{
    /// <summary>Declares it, local to the file: a program may have the endpoints, the rows, either or both.</summary>
    public static Source Declare(Source source) => source.Open("namespace System.Runtime.CompilerServices")
        .Line("[global::System.AttributeUsage(global::System.AttributeTargets.Method, AllowMultiple = true)]")
        .Line("file sealed class InterceptsLocationAttribute(int version, string data) : global::System.Attribute")
        .Line("{").In()
        .Line("public int Version { get; } = version;")
        .Line("public string Data { get; } = data;")
        .Close().Close()
        .Line();

    /// <summary>Marks the method that follows.</summary>
    /// <param name="source">The file.</param>
    /// <param name="version">Of the location, as Roslyn gives it.</param>
    /// <param name="data">The location.</param>
    /// <param name="words">What it is, for people.</param>
    public static void Mark(Source source, int version, string data, string words) =>
        source.Line($"[InterceptsLocation({version}, \"{data}\")] // {words}");
}
