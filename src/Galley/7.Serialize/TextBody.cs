// Stage 7 for text.

using System.Buffers;
using System.Text;

namespace Galley.Serializing;

/// <summary>Serializes a string as UTF-8.</summary>
internal sealed class TextBody(byte[] contentType) : Body
{
    public static readonly TextBody Plain = new("text/plain; charset=utf-8"u8.ToArray());
    public static readonly TextBody Html = new("text/html; charset=utf-8"u8.ToArray());

    internal override bool IsOurs => true;

    internal override bool IsStamped => false;

    public override ReadOnlySpan<byte> ContentType => contentType;

    public override void Serialize(object? content, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes((string)content!, output);
}
