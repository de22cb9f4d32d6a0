// A client that sends exactly the bytes a test wants and reads answers one by one. Blocking, with a bound on every wait.

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Galley.EndToEnd;

/// <summary>One answer with Content-Length.</summary>
internal sealed record Answer(int Status, string Head, string Body)
{
    public bool Closes => Head.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal);
}

internal sealed class Client : IDisposable
{
    private readonly Socket _socket;
    private byte[] _received = new byte[4096];
    private int _start;
    private int _end;

    public Client(IPEndPoint address, int receiveBytes = 0)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000, SendTimeout = 30_000 };
        if (receiveBytes > 0) _socket.ReceiveBufferSize = receiveBytes; // before connecting: the window is negotiated there
        _socket.Connect(address);
    }

    public static string RequestOf(string path) => $"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n";

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    public Answer Get(string path)
    {
        Send(RequestOf(path));
        return Read();
    }

    /// <summary>The next answer.</summary>
    /// <exception cref="EndOfStreamException">The server closed before it was complete.</exception>
    public Answer Read()
    {
        int end;
        while ((end = Unread.IndexOf("\r\n\r\n"u8)) < 0) Fill();
        string head = Encoding.Latin1.GetString(Unread[..(end + 4)]);
        int at = head.IndexOf("\r\nContent-Length: ", StringComparison.Ordinal);
        int length = at < 0 ? 0 : int.Parse(head.AsSpan(at + 18, head.IndexOf('\r', at + 2) - at - 18));
        while (Unread.Length < end + 4 + length) Fill();
        string body = Encoding.UTF8.GetString(Unread.Slice(end + 4, length));
        _start += end + 4 + length;
        return new Answer(int.Parse(head.AsSpan(9, 3)), head, body);
    }

    /// <summary>Waits until there is something to read.</summary>
    public void AwaitBytes() => Fill();

    /// <summary>Everything until the server closes in order.</summary>
    public string ReadToEnd()
    {
        while (TryFill())
        {
        }
        string text = Encoding.Latin1.GetString(Unread);
        _start = _end = 0;
        return text;
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Goes away with a reset instead of an orderly end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private ReadOnlySpan<byte> Unread => _received.AsSpan(_start, _end - _start);

    private void Fill()
    {
        if (!TryFill()) throw new EndOfStreamException($"The server closed after: {Encoding.Latin1.GetString(Unread)}");
    }

    private bool TryFill()
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _received.Length)
        {
            byte[] larger = _start > _received.Length / 2 ? _received : new byte[_received.Length * 2];
            int length = _end - _start;
            Array.Copy(_received, _start, larger, 0, length);
            _received = larger;
            _start = 0;
            _end = length;
        }
        int received = _socket.Receive(_received.AsSpan(_end));
        _end += received;
        return received > 0;
    }
}
