// Stage 7 for bytes that need no serializing: they are copied to the wire from where they are.

using System.Buffers;

namespace Galley;

/// <summary>Bytes under a media type. Make one instance per media type and keep it.</summary>
/// <param name="contentType">The media type, ASCII, for example <c>image/png</c>.</param>
/// <exception cref="ArgumentException"><paramref name="contentType"/> holds control or non-ASCII characters.</exception>
public sealed class BytesBody(string contentType) : Body
{
    private readonly byte[] _contentType = ResponseField.CheckedValue("Content-Type", contentType);

    /// <summary><c>application/octet-stream</c>.</summary>
    public static BytesBody OctetStream { get; } = new("application/octet-stream");

    /// <summary><c>application/json</c>, for JSON that is bytes already.</summary>
    public static BytesBody Json { get; } = new("application/json");

    /// <summary><c>text/plain; charset=utf-8</c>, for text that is bytes already.</summary>
    public static BytesBody Text { get; } = new("text/plain; charset=utf-8");

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> ContentType => _contentType;

    /// <inheritdoc/>
    public override void Serialize(object? content, IBufferWriter<byte> output) => output.Write((byte[])content!);
}
