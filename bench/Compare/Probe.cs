// One connection that speaks literal bytes, for checking peers and for the connections of the idle and start works.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Galley.Bench;

sealed record Answer(int Status, string ContentType, string Body);

sealed class Probe : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _buffer = new byte[8 * 1024];
    int _length;

    public Probe(int port)
    {
        _socket.ReceiveTimeout = _socket.SendTimeout = 5000;
        // Closing resets: thousands of connections must not stay behind in TIME_WAIT.
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>True when the other side has closed.</summary>
    public bool IsClosed => _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;

    public static string Get(string path, string fields = "") => $"GET {path} HTTP/1.1\r\nHost: bench\r\n{fields}\r\n";

    public static string Post(string path, string json) =>
        $"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}";

    public Answer Ask(string request)
    {
        Send(request);
        return Read();
    }

    public void Send(string bytes) => _socket.Send(Encoding.UTF8.GetBytes(bytes));

    /// <summary>Reads one answer to its end; the start of the next one stays for the next call.</summary>
    public Answer Read()
    {
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
            Receive();
        string[] lines = Encoding.Latin1.GetString(_buffer, 0, end).Split("\r\n");
        Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
            fields[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        int status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);

        int from = end + 4, length = 0;
        string? body = null;
        if (fields.TryGetValue("Content-Length", out string? text))
            length = int.Parse(text, CultureInfo.InvariantCulture);
        else if (fields.ContainsKey("Transfer-Encoding"))
            body = ReadChunks(ref from);
        while (_length < from + length)
            Receive();
        body ??= Encoding.UTF8.GetString(_buffer, from, length);
        from += length;
        _buffer.AsSpan(from, _length - from).CopyTo(_buffer);
        _length -= from;
        return new Answer(status, fields.GetValueOrDefault("Content-Type", ""), body);
    }

    /// <summary>Waits for the other side to close.</summary>
    public bool Closes()
    {
        try
        {
            return _socket.Receive(_buffer) == 0;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    public void Dispose() => _socket.Dispose();

    string ReadChunks(ref int from)
    {
        StringBuilder body = new();
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(from, _length - from).IndexOf("\r\n"u8)) < 0)
                Receive();
            int size = int.Parse(Encoding.Latin1.GetString(_buffer, from, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            from += line + 2;
            while (_length < from + size + 2)
                Receive();
            body.Append(Encoding.UTF8.GetString(_buffer, from, size));
            from += size + 2;
            if (size == 0)
                return body.ToString();
        }
    }

    void Receive()
    {
        if (_length == _buffer.Length)
            throw new InvalidDataException("an answer longer than 8 KiB");
        int read = _socket.Receive(_buffer, _length, _buffer.Length - _length, SocketFlags.None);
        if (read == 0)
            throw new EndOfStreamException("the connection was closed before the answer was complete");
        _length += read;
    }
}
