// The body of a request, pulled by the handler: nothing is read from the socket that nobody asked for (back-pressure), and a client that
// waits for 100-continue is told to go on at the first pull. What handlers hold names its request, so that one kept by mistake reads nothing of the next.

using System.IO.Pipelines;

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

    /// <summary>Copies the body while it arrives, from where it was received: the client sends no faster than <paramref name="destination"/> takes.</summary>
    /// <param name="destination">Where it goes. It is neither flushed nor closed.</param>
    /// <param name="cancellationToken">Ends the wait. What was not copied by then cannot be read any more.</param>
    /// <returns>How many bytes.</returns>
    /// <exception cref="OperationCanceledException">Cancelled, or the client is gone, sent too slowly, or the deadline has passed.</exception>
    /// <exception cref="ProblemException">The framing is broken or the body is longer than the limit (413); what was copied before is there.</exception>
    public Task<long> CopyToAsync(Stream destination, CancellationToken cancellationToken = default) =>
        BodyPieces.CopyAsync(ReadAsync, destination, Foreign(cancellationToken));

    /// <summary>Copies the body while it arrives; the client sends no faster than the reader of the pipe reads.</summary>
    /// <inheritdoc cref="CopyToAsync(Stream, CancellationToken)"/>
    public Task<long> CopyToAsync(PipeWriter destination, CancellationToken cancellationToken = default) =>
        BodyPieces.CopyAsync(ReadAsync, destination, Foreign(cancellationToken));

    /// <summary>Writes the body into a file while it arrives. The file is there when all of it is on the disk, in place of one that was there before; until
    /// then, and after a failure, it is as it was.</summary>
    /// <param name="path">The file. Its folder must exist, and also takes the unfinished file, hidden and ending with <c>.part</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many bytes.</returns>
    /// <exception cref="IOException">The disk is full, or the folder does not exist.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the client is gone, sent too slowly, or the deadline has passed.</exception>
    /// <exception cref="ProblemException">The framing is broken or the body is longer than the limit (413).</exception>
    public Task<long> SaveAsync(string path, CancellationToken cancellationToken = default) => BodyPieces.SaveAsync(ReadAsync, path, Foreign(cancellationToken));

    /// <summary>The body as a stream that is read forwards, for libraries that want one. Closing it does nothing.</summary>
    /// <remarks>Its synchronous <c>Read</c> blocks the handler until the client has sent more; other requests do not notice.</remarks>
    public Stream AsStream() => new BodyStream(_request, ReadAsync);

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

    // The request's own token ends its reads by itself.
    private CancellationToken Foreign(CancellationToken token) => token.CanBeCanceled && token == _request.Aborted ? default : token;
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
