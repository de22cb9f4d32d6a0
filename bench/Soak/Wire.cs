// A client's end of a connection: sends exactly what it is told, reads answers one by one. Every wait ends at the connection's time.

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Galley.Soak;

internal sealed record Answer(int Status, string Head, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

internal sealed class Wire : IDisposable
{
    private readonly Socket _socket;
    private readonly CancellationTokenSource _late;
    private byte[] _received = new byte[16 * 1024];
    private int _start;
    private int _end;

    private Wire(Socket socket, CancellationTokenSource late)
    {
        _socket = socket;
        _late = late;
    }

    private ReadOnlySpan<byte> Unread => _received.AsSpan(_start, _end - _start);

    public static async Task<Wire> ConnectAsync(IPEndPoint address, TimeSpan patience, int receiveBytes = 0)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBytes > 0) socket.ReceiveBufferSize = receiveBytes;
        var late = new CancellationTokenSource(patience);
        try
        {
            await socket.ConnectAsync(address, late.Token);
            return new Wire(socket, late);
        }
        catch
        {
            late.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A new wait begins: it has so long from now.</summary>
    public void Allow(TimeSpan patience) => _late.CancelAfter(patience);

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, _late.Token)..];
    }

    public async Task<Answer> GetAsync(string path)
    {
        Allow(Load.Patience);
        await SendAsync($"GET {path} HTTP/1.1\r\nHost: soak\r\n\r\n");
        return await ReadAsync();
    }

    /// <summary>The next answer; interim ones are skipped.</summary>
    /// <exception cref="EndOfStreamException">The server closed before it was complete.</exception>
    public async Task<Answer> ReadAsync()
    {
        while (true)
        {
            int end;
            while ((end = Unread.IndexOf("\r\n\r\n"u8)) < 0) await FillAsync();
            string head = Encoding.Latin1.GetString(Unread[..(end + 4)]);
            _start += end + 4;
            int status = int.Parse(head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            if (status < 200) continue;
            if (head.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.Ordinal)) return new Answer(status, head, await ChunksAsync());
            int at = head.IndexOf("\r\nContent-Length: ", StringComparison.Ordinal);
            int length = at < 0 ? 0 : int.Parse(head.AsSpan(at + 18, head.IndexOf('\r', at + 2) - at - 18), NumberStyles.None, CultureInfo.InvariantCulture);
            return new Answer(status, head, await TakeAsync(length));
        }
    }

    /// <summary>Receives a little and forgets it. False at the end.</summary>
    public async Task<bool> SipAsync(int bytes)
    {
        _start = _end = 0;
        return await _socket.ReceiveAsync(_received.AsMemory(0, Math.Min(bytes, _received.Length)), SocketFlags.None, _late.Token) > 0;
    }

    /// <summary>Everything until the server closes or resets.</summary>
    public async Task<string> ReadToEndAsync()
    {
        try
        {
            while (await TryFillAsync())
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too: what came before it counts.
        }
        return Encoding.Latin1.GetString(Unread);
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset() => _socket.Close(0);

    public void Dispose()
    {
        _socket.Dispose();
        _late.Dispose();
    }

    private async Task<byte[]> ChunksAsync()
    {
        using var body = new MemoryStream();
        while (true)
        {
            int end;
            while ((end = Unread.IndexOf("\r\n"u8)) < 0) await FillAsync();
            int size = int.Parse(Encoding.Latin1.GetString(Unread[..end]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            _start += end + 2;
            byte[] chunk = await TakeAsync(size + 2);
            if (size == 0) return body.ToArray();
            body.Write(chunk, 0, size);
        }
    }

    private async Task<byte[]> TakeAsync(int length)
    {
        while (Unread.Length < length) await FillAsync();
        byte[] taken = Unread[..length].ToArray();
        _start += length;
        return taken;
    }

    private async Task FillAsync()
    {
        if (!await TryFillAsync()) throw new EndOfStreamException("The server closed before the answer was complete.");
    }

    private async Task<bool> TryFillAsync()
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _received.Length)
        {
            byte[] into = _start > 0 ? _received : new byte[_received.Length * 2];
            Unread.CopyTo(into);
            (_received, _end, _start) = (into, _end - _start, 0);
        }
        int received = await _socket.ReceiveAsync(_received.AsMemory(_end), SocketFlags.None, _late.Token);
        _end += received;
        return received > 0;
    }
}
