// The seam between the connection state machine and what carries bytes. Three implementations pass the same contract tests: epoll (Linux),
// System.Net.Sockets (everywhere) and memory (tests). All speak readiness: the transport says "there may be something", the connection asks.

using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Galley.Receiving;

/// <summary>What is known to have changed for a token since it was last reported.</summary>
[Flags]
internal enum Readiness : byte
{
    None = 0,

    /// <summary>A receive may yield bytes.</summary>
    Readable = 1,

    /// <summary>A send that would have blocked may go on.</summary>
    Writable = 2,

    /// <summary>The peer will send no more (FIN); it may still wait for its answer.</summary>
    HalfClosed = 4,

    /// <summary>The connection is broken: reset, hang-up or error.</summary>
    Broken = 8,
}

/// <summary>One report of a transport: which connection, and what changed.</summary>
internal struct Ready
{
    /// <summary>Slot and generation of the connection: descriptors and slots are reused within one batch, generations are not.</summary>
    public ulong Token;

    public Readiness What;
}

/// <summary>A connection that was accepted and belongs to no loop yet: a descriptor or an object, as its transport likes it.</summary>
/// <param name="Descriptor">The system's descriptor, for a transport that has one.</param>
/// <param name="Channel">The object, for a transport that has one.</param>
/// <param name="Origin">Whose it is, as <see cref="Origins"/> counts; 0 when the transport has no addresses.</param>
/// <param name="IsSecure">Whether it came to an address that speaks TLS.</param>
internal readonly record struct Peer(int Descriptor, object? Channel, ulong Origin = 0, bool IsSecure = false);

/// <summary>An address to listen on, and whether TLS is spoken there.</summary>
internal readonly record struct Place(System.Net.IPEndPoint Address, bool IsSecure);

/// <summary>What came of an attempt to accept.</summary>
internal enum Accepting
{
    /// <summary>Here is a connection.</summary>
    Accepted,

    /// <summary>Nobody is waiting.</summary>
    Empty,

    /// <summary>Out of descriptors or memory: try again later, not at once.</summary>
    Exhausted,
}

/// <summary>Carries the bytes of one event loop. Everything but <see cref="Wake"/> is called only by whoever holds that loop's baton.</summary>
/// <remarks>Readiness is edge-triggered: a report is made once per change, so a connection reads until <see cref="WouldBlock"/> or a short read.</remarks>
internal abstract class Transport : IDisposable
{
    /// <summary>The token of "a connection may be waiting to be accepted".</summary>
    public const ulong ListenerToken = ulong.MaxValue;

    /// <summary>Returned by Receive and Send: nothing now; readiness will be reported.</summary>
    public const int WouldBlock = -1;

    /// <summary>Returned by Receive and Send: the connection is broken.</summary>
    public const int Broken = -2;

    private const int FileBufferBytes = 64 * 1024;

    /// <summary>Waits for changes; returns how many were stored. Zero after the time-out or a wake.</summary>
    /// <param name="into">Where the reports go.</param>
    /// <param name="timeoutMilliseconds">-1 waits for ever, 0 only looks.</param>
    public abstract int Wait(Span<Ready> into, int timeoutMilliseconds);

    /// <summary>Ends a wait, or the next one, early. From any thread.</summary>
    public abstract void Wake();

    /// <summary>Takes a connection that waits to be accepted.</summary>
    public abstract Accepting Accept(out Peer peer);

    /// <summary>Starts or stops reporting <see cref="ListenerToken"/>.</summary>
    public abstract void Listen(bool on);

    /// <summary>Starts reporting what happens to <paramref name="peer"/> under <paramref name="token"/>. False when the system refuses.</summary>
    public abstract bool Watch(in Peer peer, ulong token);

    /// <summary>Receives what is there; 0 at the end of the stream.</summary>
    public abstract int Receive(in Peer peer, Span<byte> buffer);

    /// <summary>Sends what fits. After <see cref="WouldBlock"/> or fewer bytes than given, <see cref="Readiness.Writable"/> is reported when more fits.</summary>
    public abstract int Send(in Peer peer, ulong token, ReadOnlySpan<byte> bytes);

    /// <summary>Sends bytes of a file, as many as fit and at most <paramref name="count"/>.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="token">The token it is watched under.</param>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where in the file.</param>
    /// <param name="count">How many bytes, at least one.</param>
    /// <param name="isBlocked">Whether no more fits: <see cref="Readiness.Writable"/> is reported when it does.</param>
    /// <returns>How many were sent, or <see cref="Broken"/>. 0 without <paramref name="isBlocked"/> means that the file has no more.</returns>
    /// <remarks>Here by way of a buffer; a transport that need not see the bytes does it without.</remarks>
    public virtual int SendFile(in Peer peer, ulong token, SafeFileHandle file, long offset, int count, out bool isBlocked)
    {
        isBlocked = false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(count, FileBufferBytes));
        try
        {
            int read = RandomAccess.Read(file, buffer.AsSpan(0, Math.Min(count, buffer.Length)), offset);
            if (read == 0) return 0;
            int sent = Send(peer, token, buffer.AsSpan(0, read));
            isBlocked = sent != Broken && sent < read;
            return sent == WouldBlock ? 0 : sent;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return 0; // a device that fails has no more bytes, nor one that takes permission back after the file was opened
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>How many bytes that were sent the peer has not taken yet; -1 where the system does not tell.</summary>
    public abstract int Untaken(in Peer peer);

    /// <summary>Says that no more will be sent (FIN); receiving goes on.</summary>
    public abstract void HalfClose(in Peer peer);

    /// <summary>Ends the connection and every report about it.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="abortive">Whether to reset it instead of closing in order.</param>
    public abstract void Close(in Peer peer, bool abortive);

    /// <summary>The peer's address for logs; null when there is none.</summary>
    public abstract System.Net.IPEndPoint? AddressOf(in Peer peer);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>The bound addresses, shared by the loops of an engine; makes each loop its transport.</summary>
internal abstract class Listener : IDisposable
{
    /// <summary>Where clients connect to, with the ports that were really taken. At least one.</summary>
    public abstract IReadOnlyList<Place> Places { get; }

    /// <summary>What carries the bytes, as the settings call it.</summary>
    public abstract string Name { get; }

    /// <summary>Makes the transport of one loop.</summary>
    public abstract Transport CreateTransport();

    /// <summary>Closes the addresses: who connects from now on is refused.</summary>
    public abstract void Dispose();
}
