// A client that writes exactly the bytes a test wants and reads exactly what comes back. Blocking calls on purpose: a test thread is not a loop,
// and nothing is allocated on the way.

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Galley.Tests;

internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _received = new byte[1 << 20];
    private int _length;

    public RawClient(IPEndPoint address)
    {
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000, SendTimeout = 20_000 };
        _socket.Connect(address);
    }

    public void Send(string text) => Send(Encoding.ASCII.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Reads one response with Content-Length; returns head and body as text.</summary>
    public (string Head, string Body) Read()
    {
        (int head, int length) = ReadOne();
        string text = Encoding.UTF8.GetString(_received, 0, head);
        string body = Encoding.UTF8.GetString(_received, head, length);
        Consume(head + length);
        return (text, body);
    }

    /// <summary>Reads one response with Content-Length and drops it. Allocates nothing.</summary>
    public int Skip()
    {
        (int head, int length) = ReadOne();
        int status = ((_received[9] - '0') * 100) + ((_received[10] - '0') * 10) + (_received[11] - '0');
        Consume(head + length);
        return status;
    }

    /// <summary>Everything until the server closes.</summary>
    public string ReadToEnd()
    {
        while (Fill())
        {
        }
        string text = Encoding.UTF8.GetString(_received, 0, _length);
        _length = 0;
        return text;
    }

    public void Dispose() => _socket.Dispose();

    private (int Head, int Body) ReadOne()
    {
        int end;
        while ((end = _received.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!Fill()) throw new EndOfStreamException($"The server closed after {_length} bytes: {Encoding.UTF8.GetString(_received, 0, _length)}");
        }
        ReadOnlySpan<byte> head = _received.AsSpan(0, end + 4);
        int at = head.IndexOf("Content-Length: "u8);
        int length = 0;
        if (at >= 0)
        {
            for (int i = at + 16; head[i] != '\r'; i++) length = (length * 10) + head[i] - '0';
        }
        while (_length < end + 4 + length)
        {
            if (!Fill()) throw new EndOfStreamException("The server closed in the middle of a body.");
        }
        return (end + 4, length);
    }

    private void Consume(int count)
    {
        _received.AsSpan(count, _length - count).CopyTo(_received);
        _length -= count;
    }

    private bool Fill()
    {
        int received = _socket.Receive(_received.AsSpan(_length));
        _length += received;
        return received > 0;
    }
}
