// The body of a request, pulled by the handler: nothing is read from the socket that nobody asked for (back-pressure), and a client that
// waits for 100-continue is told to go on at the first pull. What handlers hold names its request, so that one kept by mistake reads nothing of the next.

namespace Galley;

/// <summary>The body of a request. One reader at a time; after the request has ended every member throws <see cref="InvalidOperationException"/>.</summary>
public readonly struct RequestBody : IEquatable<RequestBody>
{
    private readonly Request _request;

    internal RequestBody(Request request) => _request = request;

    /// <summary>The declared length in bytes; null when the body is chunked; 0 when there is none.</summary>
    public long? Length => _request.Exchange.Body.Length;

    /// <summary>The next piece of the body; empty at its end. The memory is valid until the next read or the end of the request.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, sent too slowly, or the deadline has passed.</exception>
    /// <exception cref="ProblemException">The framing is broken or the body is longer than the limit (413).</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync() => _request.Exchange.Body.ReadAsync();

    /// <summary>The whole body in one piece. Valid until the end of the request.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, sent too slowly, or the deadline has passed.</exception>
    /// <exception cref="ProblemException">The framing is broken or the body is longer than the limit (413).</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadAllAsync() => _request.Exchange.Body.ReadAllAsync();

    /// <inheritdoc/>
    public bool Equals(RequestBody other) => _request.Equals(other._request);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RequestBody other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _request.GetHashCode();

    /// <summary>Whether both are the body of the same request.</summary>
    public static bool operator ==(RequestBody left, RequestBody right) => left.Equals(right);

    /// <summary>Whether they are the bodies of two requests.</summary>
    public static bool operator !=(RequestBody left, RequestBody right) => !left.Equals(right);
}

/// <summary>Where the bytes of bodies come from: the connection of an exchange, pooled with it.</summary>
internal abstract class BodySource
{
    /// <inheritdoc cref="RequestBody.Length"/>
    public abstract long? Length { get; }

    /// <inheritdoc cref="RequestBody.ReadAsync"/>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAsync();

    /// <inheritdoc cref="RequestBody.ReadAllAsync"/>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadAllAsync();
}
