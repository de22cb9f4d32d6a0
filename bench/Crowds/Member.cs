// One client of a crowd: it takes bytes apart on its own - chunks and events, or frames - and accepts nothing but the text that has to be next.
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Galley.Bench;

sealed class Member : IDisposable
{
    readonly Socket _socket;
    readonly bool _isSocket;
    readonly StringBuilder _line = new();
    byte[] _raw = [];
    bool _hasHead;
    string _data = "";

    Member(Socket socket, bool isSocket) => (_socket, _isSocket) = (socket, isSocket);

    public int Descriptor => (int)_socket.Handle;

    /// <summary>How many texts it has got.</summary>
    public int Texts { get; private set; }

    /// <summary>Connects from one of many addresses of this machine, so that no limit per address and no range of ports is in the way.</summary>
    public static Member Connect(int number, int port, bool isSocket)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (number % 200))]), 0));
        socket.Connect(IPAddress.Loopback, port);
        string upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        socket.Send(Encoding.ASCII.GetBytes($"GET {(isSocket ? "/crowd/socket" : "/crowd/events")} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{(isSocket ? upgrade : "Accept: text/event-stream\r\n")}\r\n"));
        return new Member(socket, isSocket);
    }

    /// <summary>Takes what came. False when anything is not as it must be.</summary>
    public bool Take(ReadOnlySpan<byte> bytes, Func<int, string> expected)
    {
        _raw = _raw.Length == 0 ? bytes.ToArray() : [.. _raw, .. bytes];
        if (!_hasHead)
        {
            int end = _raw.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return true;
            if (!_raw.AsSpan().StartsWith(_isSocket ? "HTTP/1.1 101 "u8 : "HTTP/1.1 200 "u8))
                return false;
            _hasHead = true;
            _raw = _raw[(end + 4)..];
        }
        return _isSocket ? TakeFrames(expected) : TakeChunks(expected);
    }

    public void Dispose() => _socket.Dispose();

    bool TakeFrames(Func<int, string> expected)
    {
        while (_raw.Length >= 2 && _raw.Length >= 2 + _raw[1])
        {
            if (_raw[1] > 125)
                return false; // longer than anything that is sent, or masked
            if (_raw[0] == 0x81 && Encoding.ASCII.GetString(_raw, 2, _raw[1]) != expected(Texts++))
                return false;
            if (_raw[0] is not (0x81 or 0x89 or 0x8A))
                return false;
            _raw = _raw[(2 + _raw[1])..];
        }
        return true;
    }

    bool TakeChunks(Func<int, string> expected)
    {
        while (_raw.AsSpan().IndexOf("\r\n"u8) is > 0 and int line)
        {
            int size = Convert.ToInt32(Encoding.ASCII.GetString(_raw, 0, line), 16);
            int end = line + 2 + size + 2;
            if (size == 0 || (_raw.Length >= end && (_raw[end - 2], _raw[end - 1]) != ('\r', '\n')))
                return false;
            if (_raw.Length < end)
                return true;
            foreach (byte octet in _raw.AsSpan(line + 2, size))
                if (octet != '\n')
                    _line.Append((char)octet);
                else if (!TakeLine(expected))
                    return false;
            _raw = _raw[end..];
        }
        return true;
    }

    bool TakeLine(Func<int, string> expected)
    {
        string line = _line.ToString();
        _line.Clear();
        if (line.StartsWith("data: ", StringComparison.Ordinal))
            _data = line[6..];
        else if (line.Length == 0 && _data.Length > 0)
        {
            bool isRight = _data == expected(Texts++);
            _data = "";
            return isRight;
        }
        else
            return line.Length == 0 || line[0] == ':';
        return true;
    }
}
