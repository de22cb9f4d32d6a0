// The bytes of one peer, both ways: what arrived and is not used yet, what waits to leave, and what is known of either direction. It knows
// nothing of HTTP; the Connection above it decides what to read and what to write. Called by whoever holds the loop's baton.

using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Galley.Receiving;

/// <summary>One peer with its input and output buffers, which go back to the loop when they are empty.</summary>
internal sealed class Link : IBufferWriter<byte>
{
    private readonly EventLoop _loop;
    private readonly Peer _peer;
    private readonly ulong _token;
    private OutputQueue _output;
    private Pace _writing;
    private bool _isWriteWaiting;
    private long _sent;
    private long _taken;

    public Link(EventLoop loop, in Peer peer, ulong token)
    {
        _loop = loop;
        _peer = peer;
        _token = token;
    }

    /// <summary>Where received bytes are; null while there are none.</summary>
    public byte[]? Input { get; private set; }

    /// <summary>Where the unused part of <see cref="Input"/> begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where the received bytes end.</summary>
    public int End { get; private set; }

    /// <summary>Whether a receive may yield something: changes are reported once, so this stays set until a receive came back short.</summary>
    public bool MayRead { get; private set; } = true;

    /// <summary>Whether the peer has said that it will send no more.</summary>
    public bool PeerIsDone { get; private set; }

    public bool HasInput => Start < End;

    public ReadOnlySpan<byte> Unused => Input.AsSpan(Start, End - Start);

    /// <summary>The same, for who takes it in place.</summary>
    public Span<byte> Usable => Input.AsSpan(Start, End - Start);

    /// <summary>Whether the transport took less than there was: nothing is sent until it reports that it can.</summary>
    public bool IsBlocked => _output.IsBlocked;

    /// <summary>Whether so much is unsent that nothing should be added.</summary>
    public bool IsFull => _output.IsFull;

    public bool HasSentAll => _output.IsEmpty;

    /// <summary>Whether a send found the peer gone.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>When a peer that does not take what waits for it has run out of time.</summary>
    public long WriteDue => _output.IsBlocked ? _writing.Due : long.MaxValue;

    public ulong Origin => _peer.Origin;

    /// <summary>The encryption of the bytes below; null in clear text.</summary>
    public Secured? Secured => _peer.Channel as Secured;

    public System.Net.IPEndPoint? Address => _loop.Transport.AddressOf(_peer);

    /// <summary>The transport reports a change.</summary>
    public void Changed(Readiness what)
    {
        if ((what & Readiness.HalfClosed) != 0) PeerIsDone = true;
        if ((what & Readiness.Readable) != 0) MayRead = true;
        if ((what & Readiness.Writable) != 0) _output.IsBlocked = false;
        // What came with a hang-up is finite, and is read to its end.
        if ((what & Readiness.Broken) != 0) MayRead = PeerIsDone = true;
    }

    /// <summary>Receives behind what is unused. What the transport returned: a count, 0 at the end, or why there is nothing.</summary>
    public int Receive()
    {
        if (Input is null) Input = _loop.Buffers.Rent();
        else if (End == Input.Length) MakeRoom();
        int received = ReceiveInto(Input.AsSpan(End));
        if (received > 0) End += received;
        return received;
    }

    /// <summary>Receives into <see cref="Input"/> from <paramref name="at"/> on, for a body that is being pulled: the unused part is the handler's then.</summary>
    public int ReceiveAt(int at) => ReceiveInto(Input.AsSpan(at));

    /// <summary>Receives and forgets.</summary>
    public int ReceiveAndDrop()
    {
        Input ??= _loop.Buffers.Rent();
        DropUnused();
        return ReceiveInto(Input);
    }

    /// <summary>The first <paramref name="count"/> unused bytes are used.</summary>
    public void Use(int count) => Start += count;

    /// <summary>What is unused, after a handler had the buffer.</summary>
    public void SetUnused(int start, int end) => (Start, End) = (start, end);

    public void DropUnused() => Start = End = 0;

    /// <summary>Leaves the input buffer to whoever holds it, and goes on with a new one. The old one, to be given back when it is done with.</summary>
    public byte[] ExchangeInput()
    {
        byte[] left = Input!;
        Input = _loop.Buffers.Rent();
        return left;
    }

    /// <summary>Leaves the input buffer to whoever holds it.</summary>
    public void AbandonInput()
    {
        Input = null;
        DropUnused();
    }

    public void ReleaseInput()
    {
        if (Input is not null) _loop.Buffers.Return(Input);
        AbandonInput();
    }

    /// <inheritdoc/>
    public void Advance(int count) => _output.Advance(count);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _output.Reserve(sizeHint, _loop.Buffers);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("The output of a connection is written through spans.");

    /// <summary>Sends what waits, as far as the transport takes it. False when the peer is gone.</summary>
    public bool TrySend()
    {
        if (_output.IsEmpty || _output.IsBlocked) return true;
        int sent = _loop.Transport.Send(_peer, _token, _output.Unsent);
        _loop.Sent();
        if (sent == Transport.Broken)
        {
            IsBroken = true;
            return false;
        }
        _output.Sent(sent, _loop.Buffers);
        Sent(sent, _output.IsBlocked);
        return true;
    }

    // The time of a peer that does not take what waits for it.
    private void Sent(int sent, bool isBlocked)
    {
        bool wasWaiting = _isWriteWaiting;
        _isWriteWaiting = isBlocked;
        if (sent > 0) _sent += sent;
        if (wasWaiting && _isWriteWaiting) NoteTaken();
        if (_isWriteWaiting && !wasWaiting) BeginWaiting();
        else if (!_isWriteWaiting) _writing = default; // all is taken: what comes next has its own time
    }

    /// <summary>Sends bytes of a file, behind everything that was written before. What the transport returned.</summary>
    public int SendFile(SafeFileHandle file, long offset, int count)
    {
        int sent = _loop.Transport.SendFile(_peer, _token, file, offset, count, out bool isBlocked);
        _loop.Sent();
        if (sent == Transport.Broken) IsBroken = true;
        else Sent(sent, _output.IsBlocked = isBlocked);
        return sent;
    }

    /// <summary>Gives a peer that does not take what waits for it the time that its pace since the last look has bought.</summary>
    /// <remarks>The transport is silent until there is room for much more; a peer that reads slowly but steadily may take longer than its time for that.</remarks>
    public void NoteTaken()
    {
        if (!_output.IsBlocked) return;
        long taken = Taken();
        _writing.Moved(_loop.Milliseconds, Math.Max(0, taken - _taken), _loop.Times.Write, _loop.Times.BytesPerSecond);
        _taken = taken;
    }

    /// <summary>Says that no more will be sent; receiving goes on.</summary>
    public void HalfClose() => _loop.Transport.HalfClose(_peer);

    /// <summary>Ends it, abortively with a reset, and gives the buffers back; what is unsent is lost.</summary>
    public void Close(bool abortive)
    {
        ReleaseInput();
        _output.Release(_loop.Buffers);
        _loop.Transport.Close(_peer, abortive);
    }

    private int ReceiveInto(Span<byte> room)
    {
        int received = _loop.Transport.Receive(_peer, room);
        // Edge-triggered: a short read means the socket is empty and the next byte is a new report - unless the end of the stream waits behind it.
        if (received <= 0) MayRead = false;
        else if (received < room.Length && !PeerIsDone && Secured is not { HasEnded: true }) MayRead = false;
        if (received == 0) PeerIsDone = true;
        return received;
    }

    private void BeginWaiting()
    {
        _taken = Taken();
        _writing.Resume(_loop.Milliseconds, _loop.Times.Write);
    }

    private long Taken() => _sent - Math.Max(0, _loop.Transport.Untaken(_peer));

    private void MakeRoom()
    {
        int length = End - Start;
        if (Start > 0)
        {
            Unused.CopyTo(Input);
        }
        else
        {
            // A head larger than a buffer: the parser refuses it at the limit, so this ends.
            byte[] larger = GC.AllocateUninitializedArray<byte>(Input!.Length * 2);
            Unused.CopyTo(larger);
            _loop.Buffers.Return(Input);
            Input = larger;
        }
        Start = 0;
        End = length;
    }
}
