// A form that the handler reads itself, part by part.

using System.Runtime.CompilerServices;
using Galley.Validating;

namespace Galley;

/// <summary>A multipart form while it arrives.</summary>
/// <example><code>
/// await foreach (FormPart part in form.PartsAsync(aborted))
/// {
///     if (part is FormFile file) await file.CopyToAsync(destination, aborted);
///     else notes.Add(await part.ReadTextAsync());
/// }
/// </code></example>
public sealed class Form
{
    private readonly FormParts _parts;

    internal Form(FormParts parts) => _parts = parts;

    /// <summary>The parts of a request that has them.</summary>
    /// <exception cref="ProblemException">It is no multipart form.</exception>
    internal static IAsyncEnumerable<FormPart> PartsOf(Request request, CancellationToken cancellationToken)
    {
        FormRead form = FormRead.Opened(request);
        return form.Problem is { } problem ? throw new ProblemException(problem) : form.Whole.PartsAsync(cancellationToken);
    }

    /// <summary>The parts in their order, once. What is not read of a part is passed over.</summary>
    /// <exception cref="ProblemException">The form is malformed, or has more parts than <see cref="Limits.FormFields"/>.</exception>
    public async IAsyncEnumerable<FormPart> PartsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _parts.NextAsync().ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return _parts.Part.FileName is null ? new FormPart(_parts, _parts.Part) : new FormFile(_parts, _parts.Part);
        }
    }
}
