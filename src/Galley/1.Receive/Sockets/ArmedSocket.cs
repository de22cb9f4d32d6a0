// One connection of the portable transport. .NET tells readiness only through completions: a receive of zero bytes completes when there is something
// to read, so one is kept armed whenever the connection has read everything. Sending has no such trick: when the system's buffer is full, the
// first unsent byte alone is sent asynchronously, and counts as sent when the connection offers the same bytes again.

using System.Diagnostics;
using System.Net.Sockets;
using Galley.Receiving.Epoll;

namespace Galley.Receiving.Sockets;

/// <summary>A socket and its zero-byte receive. Its methods are called under the baton of the loop that watches it; completions come on any thread.</summary>
/// <remarks>
/// <para>Nothing is duplicated or reordered by the one-byte send: until it has completed, <see cref="Send"/> takes nothing, and afterwards it takes
/// that byte first. Nothing is called sent that the system has not taken, so time-outs and closing need to know nothing of it.</para>
/// <para>Arguments are reused only after their completion; <see cref="SocketAsyncEventArgs.Dispose"/> itself waits for an operation under way.</para>
/// </remarks>
internal sealed class ArmedSocket : SocketAsyncEventArgs
{
    private readonly Socket _socket;
    private readonly ReadyNode _node;
    private ReadyQueue? _queue;
    private SendByte? _sendByte;
    private int _isArmed;
    private volatile bool _isClosed;

    // The execution context of who accepted has no business in completions.
    public ArmedSocket(Socket socket) : base(true)
    {
        _socket = socket;
        _node = new ReadyNode { Socket = this };
        _socket.Blocking = false;
        SetBuffer([], 0, 0);
    }

    /// <summary>The system's socket, for what is not readiness.</summary>
    public Socket Socket => _socket;

    /// <summary>Whether the next change will be reported. Not while there is something unread that was reported already.</summary>
    public bool IsArmed => Volatile.Read(ref _isArmed) == 1;

    public bool IsClosed => _isClosed;

    /// <summary>Whether its transport looks at it from time to time for a reset; the transport's own note.</summary>
    public bool IsUnderWatch { get; set; }

    public void Watch(ReadyQueue queue, ulong token)
    {
        _queue = queue;
        _node.Token = token;
        Arm();
    }

    public int Receive(Span<byte> buffer)
    {
        int received = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        if (error == SocketError.Success)
        {
            // A connection asks no more after a short read. Arming now also finds what came since.
            if (received > 0 && received < buffer.Length) Arm();
            return received;
        }
        if (!WouldBlock(error)) return Transport.Broken;
        Arm();
        return Transport.WouldBlock;
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        int sent = 0;
        while (true)
        {
            if (_sendByte is { } one && !one.TryCredit(bytes[sent..], ref sent)) return sent > 0 ? sent : Transport.WouldBlock;
            if (sent == bytes.Length) return sent;
            int taken = _socket.Send(bytes[sent..], SocketFlags.None, out SocketError error);
            if (error != SocketError.Success && !WouldBlock(error)) return Transport.Broken;
            sent += taken;
            if (sent == bytes.Length) return sent;
            // Completed at once means that room was made meanwhile: go round again.
            _sendByte ??= new SendByte(this);
            if (_sendByte.Start(bytes[sent])) return sent > 0 ? sent : Transport.WouldBlock;
        }
    }

    /// <summary>Whether the connection was reset, for one whose unread bytes hide it from a receive.</summary>
    public bool IsReset()
    {
        Span<byte> one = stackalloc byte[1];
        // SO_ERROR tells on Unix, where bytes that came before the reset are received first; the receive tells on Windows, where they are not.
        if (_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int and not 0) return true;
        _socket.Receive(one, SocketFlags.Peek, out SocketError error);
        return error != SocketError.Success && !WouldBlock(error);
    }

    /// <summary>Bytes that were sent and that the peer has not acknowledged; -1 when the system does not tell.</summary>
    public int Untaken() => Libc.IsSupported ? Libc.Untaken((int)_socket.Handle) : -1;

    /// <summary>Reports the connection as broken.</summary>
    public void Break() => _queue?.Post(_node, Readiness.Broken);

    public void Close(bool abortive)
    {
        _isClosed = true;
        if (abortive)
        {
            _socket.Close(0);
        }
        else
        {
            // .NET resets a connection that is closed with an operation under way, and one is armed nearly always - unless it was shut down first.
            Shut();
            _socket.Dispose();
        }
        _sendByte?.Dispose();
        Dispose();
    }

    /// <summary>Says that no more will be sent. A connection that is gone is nobody's loss.</summary>
    public void Shut()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer was faster: the next receive or send says so.
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => Fired();

    private static bool WouldBlock(SocketError error) => error is SocketError.WouldBlock or SocketError.IOPending or SocketError.TryAgain;

    private void Arm()
    {
        if (_queue is null || _isClosed || Interlocked.Exchange(ref _isArmed, 1) == 1) return;
        if (!_socket.ReceiveAsync(this)) Fired();
    }

    private void Fired()
    {
        SocketError error = SocketError;
        Volatile.Write(ref _isArmed, 0);
        if (_isClosed) return;
        _queue!.Post(_node, error == SocketError.Success ? Readiness.Readable : Readiness.Broken);
    }

    /// <summary>The first unsent byte on its way. One per connection that was ever blocked.</summary>
    private sealed class SendByte : SocketAsyncEventArgs
    {
        private const int Idle = 0;
        private const int UnderWay = 1;
        private const int Done = 2;

        private readonly ArmedSocket _owner;
        private readonly byte[] _byte = new byte[1];
        private int _state;

        public SendByte(ArmedSocket owner) : base(true)
        {
            _owner = owner;
            SetBuffer(_byte, 0, 1);
        }

        /// <summary>Counts the byte as sent if it is. False while it is under way.</summary>
        public bool TryCredit(ReadOnlySpan<byte> bytes, ref int sent)
        {
            int state = Volatile.Read(ref _state);
            if (state == UnderWay) return false;
            if (state == Idle) return true;
            Debug.Assert(bytes[0] == _byte[0], "A connection offers again what was not taken.");
            sent++;
            _state = Idle;
            return true;
        }

        /// <summary>Starts it. False when it was sent at once.</summary>
        public bool Start(byte value)
        {
            _byte[0] = value;
            Volatile.Write(ref _state, UnderWay);
            if (_owner._socket.SendAsync(this)) return true;
            // A failure is told by the send that follows.
            Volatile.Write(ref _state, SocketError == SocketError.Success ? Done : Idle);
            return false;
        }

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            bool isSent = SocketError == SocketError.Success;
            Volatile.Write(ref _state, isSent ? Done : Idle);
            if (!_owner._isClosed) _owner._queue?.Post(_owner._node, isSent ? Readiness.Writable : Readiness.Broken);
        }
    }
}
