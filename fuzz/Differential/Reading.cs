// What a server made of the bytes of a connection whose client then sends no more. Both servers tell it in these words.

using System.Text;

namespace Galley.Fuzzing.Differential;

/// <summary>One request that a server took, its body complete. All text is Latin-1 of the bytes; the path is decoded UTF-8.</summary>
sealed record Taken(string Method, string Target, string Path, string Query, string Fields, string Body)
{
    /// <summary>Field lines by name, so that neither spelling nor order of different names counts.</summary>
    public static string Join(IEnumerable<(string Name, string Value)> fields) =>
        string.Join('\n', fields.Select(field => (Name: field.Name.ToLowerInvariant(), field.Value)).OrderBy(field => field.Name, StringComparer.Ordinal)
            .Select(field => $"{field.Name}: {field.Value}"));
}

/// <summary>The requests that were taken, and why no more: null at a clean end, else the server's own reason.</summary>
sealed record Reading(IReadOnlyList<Taken> Requests, string? Refusal)
{
    /// <summary>Where each message begins, the one that was refused included. Galley's reading has it.</summary>
    public IReadOnlyList<int> Starts { get; init; } = [];

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (Taken request in Requests)
            text.AppendLine($"  {request.Method} {request.Target} -> {request.Path} ? {request.Query} | {request.Fields.Replace('\n', '|')} | {request.Body.Length} bytes {request.Body}");
        return text.Append("  ").Append(Refusal ?? "(clean end)").ToString();
    }
}
