// What a handler wants of a form, so that nothing else of it is kept.

using System.ComponentModel;

namespace Galley.Validating;

/// <summary>The fields that are bound, and the file that the handler reads. One per route. Used by generated code.</summary>
/// <param name="fields">The names of the fields.</param>
/// <param name="file">The name of the file; null when there is none.</param>
/// <param name="isMany">Whether the handler takes every file of that name.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FormShape(string[] fields, string? file, bool isMany)
{
    internal string? File => file;

    internal bool IsMany => isMany;

    internal bool Has(string name) => Array.IndexOf(fields, name) >= 0;
}
