// How a response value becomes bytes. Stage 7 calls it under the baton, before anything of the response is on the wire, so that a
// failure here is still a clean 500.

using System.Buffers;

namespace Galley;

/// <summary>A way to serialize response values of one kind. One instance serves every response of that kind; it must be thread-safe.</summary>
public abstract class Body
{
    /// <summary>The media type sent as <c>Content-Type</c>, ASCII, for example <c>application/json</c>.</summary>
    public abstract ReadOnlySpan<byte> ContentType { get; }

    /// <summary>Whether the body is written while it is sent: its length is not known before, and <see cref="Serialize"/> is not called.</summary>
    internal virtual bool IsStreamed => false;

    /// <summary>Whether it is no body but another protocol: the content is an <see cref="UpgradedProtocol"/>, the status 101.</summary>
    internal virtual bool IsUpgrade => false;

    /// <summary>Whether it is sent for as long as the client likes, so that it must hold little memory and give signs of life.</summary>
    internal virtual bool IsLongLived => false;

    /// <summary>What may be sent between two pieces of a body that <see cref="IsLongLived"/>, so that silence means death.</summary>
    internal virtual ReadOnlySpan<byte> Heartbeat => default;

    /// <summary>Whether it is Galley's own: its media type has been checked.</summary>
    internal virtual bool IsOurs => false;

    /// <summary>Whether serializing is work that the timeline shows. Copying bytes and encoding text takes less than the stamp that would show it.</summary>
    internal virtual bool IsStamped => true;

    /// <summary>Writes all of the body.</summary>
    /// <param name="content">The value given to <see cref="Response.Of"/>.</param>
    /// <param name="output">Where the bytes go.</param>
    public abstract void Serialize(object? content, IBufferWriter<byte> output);
}
