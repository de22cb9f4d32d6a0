// A client for the usual test: a path in, an answer out. Keeps one connection as long as the backend does.

using System.Globalization;
using System.Text;

namespace Galley.Testing;

/// <summary>Sends requests one after the other, over a connection that is made when it is needed.</summary>
/// <remarks>For everything unusual use a <see cref="ClientConnection"/>: it sends the bytes it is told to. Not thread-safe.</remarks>
public sealed class TestClient : IDisposable
{
    private readonly Func<ValueTask<ClientChannel>> _connect;
    private ClientConnection? _connection;

    /// <summary>A client of a backend in memory.</summary>
    public TestClient(MemoryNetwork network) : this(() => new(network.Connect())) => ArgumentNullException.ThrowIfNull(network);

    /// <summary>A client over any channel.</summary>
    public TestClient(Func<ValueTask<ClientChannel>> connect) => _connect = connect;

    /// <summary>GET.</summary>
    public Task<Answer> GetAsync(string target, params (string Name, string Value)[] fields) => SendAsync("GET", target, default, fields);

    /// <summary>POST of a JSON text.</summary>
    public Task<Answer> PostJsonAsync(string target, string json, params (string Name, string Value)[] fields) =>
        SendAsync("POST", target, Encoding.UTF8.GetBytes(json), [("Content-Type", "application/json"), .. fields]);

    /// <summary>Any request with any body. A connection that the backend has closed meanwhile is replaced once.</summary>
    /// <exception cref="IOException">The connection broke before the answer was complete.</exception>
    public async Task<Answer> SendAsync(string method, string target, ReadOnlyMemory<byte> body = default, params (string Name, string Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(fields);
        bool isFresh = _connection is null;
        _connection ??= new ClientConnection(await _connect().ConfigureAwait(false));
        try
        {
            await _connection.SendAsync(Message(method, target, body.Span, fields)).ConfigureAwait(false);
            Answer answer = await _connection.ReadAsync(method == "HEAD").ConfigureAwait(false);
            while (answer.Status is > 100 and < 200) answer = await _connection.ReadAsync(method == "HEAD").ConfigureAwait(false);
            if (answer.Closes) Disconnect();
            return answer;
        }
        catch (IOException)
        {
            Disconnect();
            if (isFresh) throw;
        }
        return await SendAsync(method, target, body, fields).ConfigureAwait(false);
    }

    /// <summary>Closes the connection; the next request makes another one.</summary>
    public void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <inheritdoc cref="Disconnect"/>
    public void Dispose() => Disconnect();

    private static byte[] Message(string method, string target, ReadOnlySpan<byte> body, (string Name, string Value)[] fields)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\n");
        if (!Array.Exists(fields, static field => field.Name.Equals("Host", StringComparison.OrdinalIgnoreCase))) head.Append("Host: test\r\n");
        foreach ((string name, string value) in fields) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (body.Length > 0 || method is "POST" or "PUT" or "PATCH") head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        byte[] first = Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
        return [.. first, .. body];
    }
}
