// A real backend with typed handlers and a client that speaks to it over a socket, for the length of a test class.

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Galley.Validate.Tests;

/// <summary>What the client got.</summary>
public sealed record Got(int Status, string? Type, string Text)
{
    /// <summary>The errors of a problem as <c>key: message; message</c>, sorted by key.</summary>
    public string[] Errors => [.. InOrder.Order(StringComparer.Ordinal)];

    /// <summary>The same in the order of the answer.</summary>
    public string[] InOrder
    {
        get
        {
            Assert.Equal("application/problem+json", Type);
            using var problem = JsonDocument.Parse(Text);
            Assert.Equal(Status, problem.RootElement.GetProperty("status").GetInt32());
            if (!problem.RootElement.TryGetProperty("errors", out JsonElement errors)) return [];
            return [.. errors.EnumerateObject()
                .Select(e => $"{e.Name}: {string.Join("; ", e.Value.EnumerateArray().Select(m => m.GetString()))}")];
        }
    }

    public string Detail
    {
        get
        {
            using var problem = JsonDocument.Parse(Text);
            return problem.RootElement.GetProperty("detail").GetString()!;
        }
    }
}

/// <summary>A backend on a free port of this machine.</summary>
public abstract class Running : IAsyncLifetime
{
    private readonly HttpClient _client = new();
    private Backend _app = null!;

    /// <summary>Settings of this backend, as on the command line.</summary>
    protected virtual string[] Settings => [];

    private readonly System.Collections.Concurrent.ConcurrentQueue<BackendEvent> _events = new();

    /// <summary>What the backend reported so far.</summary>
    protected IEnumerable<BackendEvent> Events => _events;

    /// <summary>A client for what the methods below do not say.</summary>
    protected HttpClient Client => _client;

    protected abstract void Declare(Backend app);

    public async ValueTask InitializeAsync()
    {
        _app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", .. Settings]);
        _app.Events.Subscribe(_events.Enqueue);
        Declare(_app);
        await _app.StartAsync();
        _client.BaseAddress = new Uri($"http://{_app.Address}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A connection on which a test says every byte itself.</summary>
    public async Task<Testing.ClientConnection> ConnectAsync() => new(await Testing.TcpChannel.ConnectAsync(_app.Address!));

    public async Task<Got> SendContentAsync(string method, string target, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target) { Content = content };
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await _client.SendAsync(request);
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }

    public Task<Got> GetAsync(string target, params (string Name, string Value)[] headers) => SendAsync("GET", target, null, headers);

    public Task<Got> PostAsync(string target, string json) => SendAsync("POST", target, Encoding.UTF8.GetBytes(json));

    public async Task<Got> SendAsync(string method, string target, byte[]? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        using HttpResponseMessage response = await _client.SendAsync(request);
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }
}
