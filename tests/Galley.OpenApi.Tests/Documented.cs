// The kitchen sink as a running backend, and its document as a client gets it.

using System.Text.Json;

namespace Galley.OpenApi.Tests;

/// <summary>A backend on a free port of this machine, whose document is served.</summary>
public sealed class Documented : IAsyncLifetime
{
    private readonly Backend _app = Backend.Create(["--port", "0", "--Galley:Log:Level=off", "--Galley:OpenApi:Enabled=true", "--Galley:OpenApi:Title=Kitchen sink"]);

    public HttpClient Client { get; } = new();

    public string Text { get; private set; } = "";

    public JsonElement Root { get; private set; }

    public async ValueTask InitializeAsync()
    {
        KitchenSink.AddTo(_app);
        _app.UseScalar();
        await _app.StartAsync();
        Client.BaseAddress = new Uri($"http://{_app.Address}");
        Text = await Client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative));
        Root = JsonElement.Parse(Text);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>What a JSON pointer leads to, in one line.</summary>
    public string At(string pointer) => JsonSerializer.Serialize(Find(pointer)
        ?? throw new InvalidOperationException($"The document has no {pointer}:\n{Text}"), s_plain);

    public bool Has(string pointer) => Find(pointer) is not null;

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // ~1 is a slash (RFC 6901).
    private JsonElement? Find(string pointer)
    {
        JsonElement at = Root;
        foreach (string step in pointer.Split('/').Skip(1).Select(static step => step.Replace("~1", "/", StringComparison.Ordinal)))
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, out int index) && index < at.GetArrayLength()) at = at[index];
            else if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out JsonElement next)) at = next;
            else return null;
        }
        return at;
    }
}
