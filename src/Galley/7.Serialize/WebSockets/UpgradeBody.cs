// The body of a 101: none. Its content speaks on.

using System.Buffers;

namespace Galley.Serializing;

/// <summary>Marks a response whose content is an <see cref="UpgradedProtocol"/>.</summary>
internal sealed class UpgradeBody : Body
{
    public static readonly UpgradeBody Instance = new();

    internal override bool IsOurs => true;

    internal override bool IsUpgrade => true;

    internal override bool IsLongLived => true;

    internal override bool IsStamped => false;

    public override ReadOnlySpan<byte> ContentType => default;

    public override void Serialize(object? content, IBufferWriter<byte> output)
    {
    }
}
