// A file in a form. It is not in memory and not on disk: the handler decides where its bytes go while they arrive.

using Galley.Validating;
using Galley.Wire.Multipart;

namespace Galley;

/// <summary>A file that a client uploads, read while it arrives.</summary>
/// <example><code>
/// app.Post("/photos", async (FormFile photo, CancellationToken aborted) =>
/// {
///     await using FileStream file = File.Create(Path.Combine(folder, Guid.NewGuid().ToString("N")));
///     return new Stored(await photo.CopyToAsync(file, aborted));
/// }).WithBodyLimit(100 * 1024 * 1024);
/// </code></example>
public sealed class FormFile : FormPart
{
    private readonly FormRead? _form;
    private bool _hasEnded;

    internal FormFile(FormParts parts, MultipartPart part, FormRead? form = null) : base(parts, part)
    {
        FileName = FileNames.Safe(part.FileName!);
        _form = form;
    }

    /// <summary>The name that the client gave it, made harmless: no folder, no control or reserved characters, never empty, at most 255 characters. To show and
    /// to log; two clients may send the same one.</summary>
    public string FileName { get; }

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        if (_hasEnded) return default; // the parts behind it have been passed: its end stays its end
        ValueTask<ReadOnlyMemory<byte>> reading = base.ReadAsync();
        return _form is null ? reading : CheckedAsync(reading, _form);
    }

    // Behind the one file nothing may follow that the handler has been called without.
    private async ValueTask<ReadOnlyMemory<byte>> CheckedAsync(ValueTask<ReadOnlyMemory<byte>> reading, FormRead form)
    {
        ReadOnlyMemory<byte> piece = await reading.ConfigureAwait(false);
        if (!piece.IsEmpty) return piece;
        await form.CheckRestAsync().ConfigureAwait(false);
        _hasEnded = true;
        return piece;
    }
}
