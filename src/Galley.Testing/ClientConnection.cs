// One connection of a test: it sends exactly the bytes it is told to, and reads answers as strictly as RFC 9112 allows - on its own, so that a mistake
// of the backend's codec is not made twice.

using System.Globalization;
using System.Text;

namespace Galley.Testing;

/// <summary>Raw bytes out, parsed answers in.</summary>
public sealed class ClientConnection(ClientChannel channel) : IDisposable
{
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>What carries the bytes.</summary>
    public ClientChannel Channel => channel;

    /// <summary>Sends text as Latin-1: every character is one byte.</summary>
    public ValueTask SendAsync(string bytes, CancellationToken cancellationToken = default) => channel.SendAsync(Encoding.Latin1.GetBytes(bytes), cancellationToken);

    /// <summary>Sends bytes.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => channel.SendAsync(bytes, cancellationToken);

    /// <summary>Reads the next response; interim ones (1xx) are responses, too.</summary>
    /// <param name="isHead">Whether it answers HEAD, so that no body follows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The connection was reset, or closed before the response was complete.</exception>
    /// <exception cref="InvalidDataException">What came is not a response.</exception>
    public async Task<Answer> ReadAsync(bool isHead = false, CancellationToken cancellationToken = default)
    {
        string status = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        // status-line = HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 section 4)
        if (!status.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || status.Length < 13 || status[12] != ' ' || !int.TryParse(status.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int code))
            throw new InvalidDataException($"'{status}' is not a status line.");
        List<KeyValuePair<string, string>> fields = await ReadFieldsAsync(cancellationToken).ConfigureAwait(false);
        var head = new Answer(code, fields, default);
        return head with { Body = await ReadBodyAsync(head, isHead, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>Reads until the backend closes in order; what came.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task<byte[]> ReadToEndAsync(CancellationToken cancellationToken = default)
    {
        while (await FillAsync(cancellationToken).ConfigureAwait(false))
        {
        }
        return TakeAll();
    }

    /// <summary>Says that no more will be sent (FIN); reading goes on.</summary>
    public void HalfClose() => channel.HalfClose();

    /// <summary>Breaks the connection (RST).</summary>
    public void Reset() => channel.Reset();

    /// <summary>Closes the connection.</summary>
    public void Dispose() => channel.Dispose();

    private async Task<List<KeyValuePair<string, string>>> ReadFieldsAsync(CancellationToken cancellationToken)
    {
        var fields = new List<KeyValuePair<string, string>>();
        while (await ReadLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(" \t")) throw new InvalidDataException($"'{line}' is not a field line.");
            fields.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }
        return fields;
    }

    // RFC 9112 section 6.3, the client's half.
    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(Answer head, bool isHead, CancellationToken cancellationToken)
    {
        if (isHead || head.Status < 200 || head.Status is 204 or 304) return default;
        if (head["Transfer-Encoding"] is { } coding)
        {
            if (coding != "chunked" || head["Content-Length"] is not null) throw new InvalidDataException("The framing of the response is ambiguous.");
            return await ReadChunksAsync(cancellationToken).ConfigureAwait(false);
        }
        if (head["Content-Length"] is { } length) return await ReadExactlyAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        return await ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<byte>> ReadChunksAsync(CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        while (true)
        {
            string size = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int length)) throw new InvalidDataException($"'{size}' is not a chunk size.");
            if (length == 0) break;
            body.Write(await ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false));
            if (await ReadLineAsync(cancellationToken).ConfigureAwait(false) != "") throw new InvalidDataException("A chunk is longer than its size.");
        }
        await ReadFieldsAsync(cancellationToken).ConfigureAwait(false);
        return body.ToArray();
    }

    private async Task<byte[]> ReadExactlyAsync(int length, CancellationToken cancellationToken)
    {
        while (_end - _start < length) await NeedAsync(cancellationToken).ConfigureAwait(false);
        byte[] taken = _buffer[_start..(_start + length)];
        _start += length;
        return taken;
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        int looked = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + looked, _end - _start - looked).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                string line = Encoding.Latin1.GetString(_buffer, _start, looked + at);
                _start += looked + at + 2;
                return line;
            }
            looked = Math.Max(0, _end - _start - 1);
            await NeedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private byte[] TakeAll()
    {
        byte[] all = _buffer[_start.._end];
        _start = _end;
        return all;
    }

    private async Task NeedAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken).ConfigureAwait(false)) throw new EndOfStreamException("The backend closed the connection before the response was complete.");
    }

    // False at the end of the stream.
    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _buffer.Length)
        {
            byte[] larger = _start > 0 ? _buffer : new byte[_buffer.Length * 2];
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            (_buffer, _end, _start) = (larger, _end - _start, 0);
        }
        int received = await channel.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += received;
        return received > 0;
    }
}
