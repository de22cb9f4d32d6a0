// The Linux transport: one epoll instance and one eventfd per loop, edge-triggered. Edge triggering is why a parked connection costs no
// epoll_ctl at all and cannot spin: a change is reported once, whatever the connection does with it.

using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Galley.Receiving.Epoll;

/// <summary>Readiness and bytes through epoll(7), recv(2) and send(2).</summary>
internal sealed unsafe class EpollTransport : Transport
{
    private const ulong WakeToken = ulong.MaxValue - 1;
    private const int BatchSize = 256;
    private const int AddressBytes = 32; // sockaddr_in6 has 28
    private const uint ReadInterest = Libc.EpollIn | Libc.EpollRdHup | Libc.EpollEdge;

    // epoll_event is packed on x86-64 only: the kernel keeps the layout its 32-bit programs had. Everywhere else it is naturally aligned.
    private static readonly bool s_packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly EpollListener.Door[] _doors;
    private readonly byte* _events;
    private int _nextDoor;
    private bool _disposed;

    public EpollTransport(EpollListener.Door[] doors)
    {
        _doors = doors;
        _epoll = Libc.EpollCreate(Libc.SockCloseOnExec);
        _wake = Libc.EventDescriptor(0, Libc.SockNonBlock | Libc.SockCloseOnExec);
        if (_epoll < 0 || _wake < 0) throw new StartException("the system gives no epoll instance: " + Libc.LastErrorText(), "raise the limit of open files (ulimit -n)");
        _events = (byte*)NativeMemory.Alloc(BatchSize * 16);
        Control(Libc.EpollCtlAdd, _wake, Libc.EpollIn | Libc.EpollEdge, WakeToken);
    }

    public override int Wait(Span<Ready> into, int timeoutMilliseconds)
    {
        int count = Libc.EpollWait(_epoll, _events, Math.Min(BatchSize, into.Length), timeoutMilliseconds);
        if (count <= 0) return 0;
        int stored = 0;
        int stride = s_packed ? 12 : 16;
        int dataAt = s_packed ? 4 : 8;
        for (int i = 0; i < count; i++)
        {
            byte* one = _events + (i * stride);
            ulong token = Unsafe.ReadUnaligned<ulong>(one + dataAt);
            if (token == WakeToken) continue; // edge-triggered: the counter need not be read, every write is a new edge
            into[stored].Token = token;
            into[stored++].What = Translate(*(uint*)one);
        }
        return stored;
    }

    public override void Wake()
    {
        ulong one = 1;
        if (Libc.Write(_wake, &one, sizeof(ulong)) < 0)
        {
            // Only after 2^64 - 2 wakes nobody read: empty the counter and write again.
            Libc.Read(_wake, &one, sizeof(ulong));
            one = 1;
            Libc.Write(_wake, &one, sizeof(ulong));
        }
    }

    // The doors take turns: a crowd at one does not keep the other waiting.
    public override Accepting Accept(out Peer peer)
    {
        for (int tried = 1; ; tried++)
        {
            Accepting result = AcceptAt(_doors[_nextDoor], out peer);
            if (++_nextDoor == _doors.Length) _nextDoor = 0;
            if (result != Accepting.Empty || tried == _doors.Length) return result;
        }
    }

    // Exclusive: one loop wakes per connection, not all of them.
    public override void Listen(bool on)
    {
        foreach (EpollListener.Door door in _doors)
            Control(on ? Libc.EpollCtlAdd : Libc.EpollCtlDel, door.Descriptor, Libc.EpollIn | Libc.EpollExclusive, ListenerToken);
    }

    public override bool Watch(in Peer peer, ulong token) => Control(Libc.EpollCtlAdd, peer.Descriptor, ReadInterest, token) == 0;

    public override int Receive(in Peer peer, Span<byte> buffer)
    {
        fixed (byte* into = buffer)
        {
            while (true)
            {
                nint received = Libc.Receive(peer.Descriptor, into, buffer.Length);
                if (received >= 0) return (int)received;
                int error = Marshal.GetLastPInvokeError();
                if (error == Libc.Eintr) continue;
                return error == Libc.Eagain ? WouldBlock : Broken;
            }
        }
    }

    public override int Send(in Peer peer, ulong token, ReadOnlySpan<byte> bytes)
    {
        int sent;
        fixed (byte* from = bytes)
        {
            while (true)
            {
                sent = (int)Libc.Send(peer.Descriptor, from, bytes.Length);
                if (sent >= 0) break;
                int error = Marshal.GetLastPInvokeError();
                if (error == Libc.Eintr) continue;
                if (error != Libc.Eagain) return Broken;
                sent = WouldBlock;
                break;
            }
        }
        // Interest in writing is added only now that the socket buffer is full; a modification reports at once if it has drained meanwhile.
        if (sent < bytes.Length) Control(Libc.EpollCtlMod, peer.Descriptor, ReadInterest | Libc.EpollOut, token);
        return sent;
    }

    public override int SendFile(in Peer peer, ulong token, SafeFileHandle file, long offset, int count, out bool isBlocked)
    {
        isBlocked = false;
        while (true)
        {
            nint sent = Libc.SendFile(peer.Descriptor, (int)file.DangerousGetHandle(), &offset, count);
            if (sent > 0)
            {
                isBlocked = sent < count;
                if (isBlocked) Control(Libc.EpollCtlMod, peer.Descriptor, ReadInterest | Libc.EpollOut, token);
                return (int)sent;
            }
            if (sent == 0) return 0;
            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.Eintr:
                    continue;
                case Libc.Eagain:
                    isBlocked = true;
                    Control(Libc.EpollCtlMod, peer.Descriptor, ReadInterest | Libc.EpollOut, token);
                    return 0;
                case Libc.Einval or Libc.Enosys:
                    return base.SendFile(peer, token, file, offset, count, out isBlocked); // a file system that cannot
                case Libc.Eio:
                    return 0;
                default:
                    return Broken;
            }
        }
    }

    public override int Untaken(in Peer peer) => Libc.Untaken(peer.Descriptor);

    public override void HalfClose(in Peer peer) => Libc.Shutdown(peer.Descriptor, Libc.ShutWrite);

    public override void Close(in Peer peer, bool abortive)
    {
        if (abortive)
        {
            (int On, int Seconds) linger = (1, 0);
            Libc.SetOption(peer.Descriptor, Libc.SolSocket, Libc.SoLinger, &linger, sizeof(int) * 2);
        }
        Libc.Close(peer.Descriptor); // also takes it out of the epoll set: nothing else refers to the open file
    }

    public override IPEndPoint? AddressOf(in Peer peer) => EpollListener.ReadAddress(peer.Descriptor, peer: true);

    public override void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Libc.Close(_epoll);
        Libc.Close(_wake);
        NativeMemory.Free(_events);
    }

    private static Accepting AcceptAt(EpollListener.Door door, out Peer peer)
    {
        byte* address = stackalloc byte[AddressBytes];
        while (true)
        {
            int length = AddressBytes;
            int descriptor = Libc.Accept(door.Descriptor, address, &length, Libc.SockNonBlock | Libc.SockCloseOnExec);
            if (descriptor >= 0)
            {
                peer = new Peer(descriptor, null, OriginOf(address, Math.Min(length, AddressBytes)), door.IsSecure);
                return Accepting.Accepted;
            }
            peer = default;
            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.Eintr or Libc.Econnaborted: continue;
                case Libc.Emfile or Libc.Enfile or Libc.Enomem or Libc.Enobufs: return Accepting.Exhausted;
                default: return Accepting.Empty;
            }
        }
    }

    private static Readiness Translate(uint events)
    {
        Readiness what = Readiness.None;
        if ((events & Libc.EpollIn) != 0) what |= Readiness.Readable;
        if ((events & Libc.EpollOut) != 0) what |= Readiness.Writable;
        if ((events & Libc.EpollRdHup) != 0) what |= Readiness.HalfClosed | Readiness.Readable;
        if ((events & (Libc.EpollErr | Libc.EpollHup)) != 0) what |= Readiness.Broken;
        return what;
    }

    // sockaddr_in and sockaddr_in6: family, port, then the address, behind the flow label for IPv6.
    private static ulong OriginOf(byte* address, int length) => length < 2 ? 0 : *(ushort*)address switch
    {
        Libc.InetFamily when length >= 8 => Origins.Of(new ReadOnlySpan<byte>(address + 4, 4)),
        Libc.Inet6Family when length >= 24 => Origins.Of(new ReadOnlySpan<byte>(address + 8, 16)),
        _ => 0,
    };

    private int Control(int operation, int descriptor, uint events, ulong token)
    {
        byte* one = stackalloc byte[16];
        *(uint*)one = events;
        Unsafe.WriteUnaligned(one + (s_packed ? 4 : 8), token);
        return Libc.EpollControl(_epoll, operation, descriptor, one);
    }
}
