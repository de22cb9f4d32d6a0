// One part of a form while it arrives. What it says of itself comes from the client.

using System.IO.Pipelines;
using System.Text;
using Galley.Validating;
using Galley.Wire.Multipart;

namespace Galley;

/// <summary>A part of a multipart form: a field, or a <see cref="FormFile"/>. It is read once, while it arrives, before the next part is asked for.</summary>
/// <remarks>Not thread-safe. Valid as long as the request, and until the next part is asked for.</remarks>
public class FormPart
{
    private readonly FormParts _parts;
    private readonly int _number;

    internal FormPart(FormParts parts, MultipartPart part)
    {
        _parts = parts;
        _number = parts.Number;
        Name = part.Name;
        ContentType = part.ContentType;
    }

    /// <summary>The name of the field.</summary>
    public string Name { get; }

    /// <summary>The media type that the client claims; null when it claims none. What is inside may be anything.</summary>
    public string? ContentType { get; }

    /// <summary>The first value of a field of the part's own head, such as <c>Content-Language</c>; null when it is absent.</summary>
    /// <exception cref="InvalidOperationException">The next part has been asked for, or the request has ended.</exception>
    public string? Header(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _parts.Number == _number ? _parts.Header(name) : throw Passed();
    }

    /// <summary>The next piece; empty at the end. The memory is valid until the next read.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, sent too slowly, or the deadline has passed.</exception>
    /// <exception cref="ProblemException">The form is malformed or the body is longer than its limit.</exception>
    /// <exception cref="InvalidOperationException">The next part has been asked for, or the request has ended.</exception>
    public virtual ValueTask<ReadOnlyMemory<byte>> ReadAsync() => _parts.Number == _number
        ? _parts.ReadAsync()
        : throw Passed();

    /// <summary>All of it as text, which is UTF-8.</summary>
    /// <exception cref="ProblemException">It is longer than <see cref="Limits.FormBytes"/> (413), or as for <see cref="ReadAsync"/>.</exception>
    public async ValueTask<string> ReadTextAsync()
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        int most = _parts.Limits.FormBytes;
        while (await ReadAsync().ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            if (text.WrittenCount + piece.Length > most) throw _parts.TooMany("Galley:Limits:FormBytes", most, Name, $"A field of the form is longer than {most} bytes.");
            System.Buffers.BuffersExtensions.Write(text, piece.Span);
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Copies it while it arrives. The client sends no faster than <paramref name="destination"/> takes.</summary>
    /// <returns>How many bytes.</returns>
    /// <exception cref="ProblemException">As for <see cref="ReadAsync"/>; what was copied before is there.</exception>
    public Task<long> CopyToAsync(Stream destination, CancellationToken cancellationToken = default) =>
        BodyPieces.CopyAsync(ReadAsync, destination, cancellationToken);

    /// <inheritdoc cref="CopyToAsync(Stream, CancellationToken)"/>
    public Task<long> CopyToAsync(PipeWriter destination, CancellationToken cancellationToken = default) =>
        BodyPieces.CopyAsync(ReadAsync, destination, cancellationToken);

    /// <inheritdoc cref="RequestBody.SaveAsync"/>
    public Task<long> SaveAsync(string path, CancellationToken cancellationToken = default) => BodyPieces.SaveAsync(ReadAsync, path, cancellationToken);

    /// <inheritdoc cref="RequestBody.AsStream"/>
    public Stream AsStream() => new BodyStream(_parts.Request, ReadAsync);

    private InvalidOperationException Passed() => new($"The part '{Name}' has passed: a part is read before the next one is asked for.");
}
