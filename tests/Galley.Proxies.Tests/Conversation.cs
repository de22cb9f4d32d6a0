// A client of a front, over its socket: sends bytes, reads answers until the front closes. It reads as RFC 9112 section 6.3 says and nothing else.

using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Galley.Proxies.Tests;

/// <summary>One connection to a front.</summary>
internal sealed class Conversation : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public static async Task<Conversation> BeginAsync(Front front)
    {
        var conversation = new Conversation();
        await conversation._socket.ConnectAsync(front.Address);
        return conversation;
    }

    /// <summary>Sends, one character a byte. What the other side does not want any more is no error.</summary>
    public async Task SendAsync(string bytes)
    {
        try
        {
            ReadOnlyMemory<byte> rest = Encoding.Latin1.GetBytes(bytes);
            while (!rest.IsEmpty) rest = rest[await _socket.SendAsync(rest)..];
        }
        catch (SocketException)
        {
            // It has closed already: its answer is what counts.
        }
    }

    /// <summary>The next answer; null when the front has closed.</summary>
    public async Task<FrontAnswer?> ReadAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (await FillAsync()) continue;
            if (_start == _end) return null;
            // HTTP/0.9, which nginx speaks: no head at all, and the connection's end is the answer's.
            Assert.False(Text(_start, _end).StartsWith("HTTP/", StringComparison.Ordinal), $"The connection ended within a head: {Text(_start, _end)}");
            return new FrontAnswer(0, null, null, await ReadToEndAsync());
        }
        string[] lines = Text(_start, _start + end).Split("\r\n");
        _start += end + 4;
        Assert.Matches("^HTTP/1\\.[01] [1-5][0-9]{2} ", lines[0]);
        int status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        (string Name, string Value)[] fields = [.. lines.Skip(1).Select(static line => line.Split(':', 2)).Select(static parts => (parts[0], parts[1].Trim()))];
        string body = status is < 200 or 204 or 304 ? ""
            : Field("Transfer-Encoding") == "chunked" ? await ReadChunksAsync()
            : Field("Content-Length") is { } length ? await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture))
            : await ReadToEndAsync();
        return new FrontAnswer(status, Field(Front.IdField), Field(Backstage.IdField), body);

        string? Field(string name) => fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static field => field.Value).FirstOrDefault();
    }

    /// <summary>Every answer until the front closes.</summary>
    public async Task<List<FrontAnswer>> ReadAllAsync()
    {
        var all = new List<FrontAnswer>();
        while (await ReadAsync() is { } answer) all.Add(answer);
        return all;
    }

    public void Dispose() => _socket.Dispose();

    private string Text(int start, int end) => Encoding.Latin1.GetString(_buffer, start, end - start);

    private async Task<string> ReadChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            int end;
            while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0) Assert.True(await FillAsync(), "The connection ended within a chunk.");
            int size = int.Parse(Text(_start, _start + end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            _start += end + 2;
            body.Append(await TakeAsync(size));
            Assert.Equal("\r\n", await TakeAsync(2)); // behind a chunk, or the end of trailers that there are none of
            if (size == 0) return body.ToString();
        }
    }

    private async Task<string> TakeAsync(int length)
    {
        while (_end - _start < length) Assert.True(await FillAsync(), "The connection ended within a body.");
        string text = Text(_start, _start + length);
        _start += length;
        return text;
    }

    private async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }
        string text = Text(_start, _end);
        _start = _end;
        return text;
    }

    private async Task<bool> FillAsync()
    {
        if (_end == _buffer.Length)
        {
            byte[] larger = new byte[_buffer.Length * 2];
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            (_buffer, _end, _start) = (larger, _end - _start, 0);
        }
        try
        {
            int received = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
            _end += received;
            return received > 0;
        }
        catch (SocketException)
        {
            return false; // a reset is an end like any other
        }
    }
}

/// <summary>An answer as the client of a front got it.</summary>
/// <param name="Status">The status code.</param>
/// <param name="FrontId">The id that the front gave the request.</param>
/// <param name="BackId">The id that the backend's handler saw; null where the answer is not a handler's.</param>
/// <param name="Body">What came with it.</param>
internal sealed record FrontAnswer(int Status, string? FrontId, string? BackId, string Body);
