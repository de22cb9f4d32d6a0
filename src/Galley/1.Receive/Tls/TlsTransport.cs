// TLS over any transport: the peers of an address that speaks it are channels, all others pass through untouched. One per loop, with the memory that
// its sessions share while they are at work.

using System.Net;

namespace Galley.Receiving.Tls;

/// <summary>Plaintext in the manner of a transport.</summary>
internal sealed class TlsTransport(Transport inner, TlsServer server) : Transport
{
    private readonly Stack<byte[]> _free = new();

    public Transport Inner => inner;

    /// <summary>Where ciphertext is received and taken apart; nobody's between two calls.</summary>
    public byte[] Received { get; } = GC.AllocateUninitializedArray<byte>(2 * TlsRecord.MostBytes);

    public PinnedMemory Pinned { get; } = new();

    /// <summary>Lends room for the plaintext of one record.</summary>
    public byte[] Rent() => _free.TryPop(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(TlsRecord.PlainBytes);

    public void Return(byte[] buffer)
    {
        if (_free.Count < 16) _free.Push(buffer);
    }

    public override int Wait(Span<Ready> into, int timeoutMilliseconds)
    {
        int count = inner.Wait(into, timeoutMilliseconds);
        for (int i = 0; i < count; i++)
        {
            // Room to send may be room for a handshake, which goes on inside Receive.
            if ((into[i].What & Readiness.Writable) != 0) into[i].What |= Readiness.Readable;
        }
        return count;
    }

    public override void Wake() => inner.Wake();

    public override Accepting Accept(out Peer peer)
    {
        Accepting result = inner.Accept(out peer);
        if (peer.IsSecure) peer = new Peer(-1, new TlsChannel(peer, server), peer.Origin, IsSecure: true);
        return result;
    }

    public override void Listen(bool on) => inner.Listen(on);

    public override bool Watch(in Peer peer, ulong token)
    {
        if (peer.Channel is not TlsChannel channel) return inner.Watch(peer, token);
        channel.Watch(inner, token);
        return inner.Watch(channel.Inner, token);
    }

    public override int Receive(in Peer peer, Span<byte> buffer)
    {
        if (peer.Channel is not TlsChannel channel) return inner.Receive(peer, buffer);
        // Who is turned away was never watched, and has no session.
        return channel.IsWatched ? channel.Receive(this, buffer) : inner.Receive(channel.Inner, buffer);
    }

    public override int Send(in Peer peer, ulong token, ReadOnlySpan<byte> bytes) =>
        peer.Channel is TlsChannel channel ? channel.Send(this, bytes) : inner.Send(peer, token, bytes);

    // The bytes of a file have to be encrypted; in clear text the system sends them by itself.
    public override int SendFile(in Peer peer, ulong token, Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, int count, out bool isBlocked) =>
        peer.Channel is TlsChannel ? base.SendFile(peer, token, file, offset, count, out isBlocked) : inner.SendFile(peer, token, file, offset, count, out isBlocked);

    public override int Untaken(in Peer peer) => inner.Untaken(peer.Channel is TlsChannel channel ? channel.Inner : peer);

    public override void HalfClose(in Peer peer)
    {
        if (peer.Channel is TlsChannel channel) channel.HalfClose(this);
        else inner.HalfClose(peer);
    }

    public override void Close(in Peer peer, bool abortive)
    {
        if (peer.Channel is TlsChannel channel) channel.Close(this, abortive);
        else inner.Close(peer, abortive);
    }

    public override IPEndPoint? AddressOf(in Peer peer) => inner.AddressOf(peer.Channel is TlsChannel channel ? channel.Inner : peer);

    public override void Dispose() => inner.Dispose();
}
