// One restaurant for all tests of a class, with words for what guests, waiters and cooks do. It must end well: SIGTERM, exit code 0.

using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit.Sdk;

namespace Restaurant.Tests;

public class Open : IAsyncLifetime
{
    private readonly Engine _engine;
    private readonly string[] _arguments;
    private readonly bool _isOurs;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private RestaurantProcess? _process;
    private SkipException? _missing;

    /// <summary>A restaurant with a database of its own.</summary>
    protected Open(Engine engine) : this(engine, Directory.CreateTempSubdirectory("restaurant-").FullName, "--port", "0") => _isOurs = true;

    /// <summary>A restaurant in a folder that stays when it ends.</summary>
    internal Open(Engine engine, string folder, params string[] arguments)
    {
        _engine = engine;
        Folder = folder;
        _arguments = arguments;
    }

    public string Folder { get; }

    public HttpClient Http => _missing is null ? _http : throw _missing;

    public RestaurantProcess Process => _missing is null ? _process! : throw _missing;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _process = await RestaurantProcess.StartAsync(Folder, [.. _arguments, .. await _engine.DatabaseAsync(), "--Galley:Log:Level=off"]);
            _http.BaseAddress = _process.Address;
        }
        catch (SkipException missing)
        {
            _missing = missing; // no such server: said by each test, where it is not a failure
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
        {
            int exitCode = await _process.StopAsync();
            string output = _process.Output;
            _process.Dispose();
            Assert.True(exitCode == 0, $"The restaurant ended with {exitCode}:\n{output}");
        }
        if (_isOurs) Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await Http.GetAsync(new Uri(path, UriKind.Relative)));

    public async Task<string> GetTextAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        using HttpResponseMessage response = await Http.SendAsync(request);
        Assert.Equal(accept, response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync();
    }

    public async Task<Answer> PostAsync(string path) => await Answer.OfAsync(await Http.PostAsync(new Uri(path, UriKind.Relative), null));

    public async Task<Answer> PostAsync(string path, object body) =>
        await Answer.OfAsync(await Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, JsonSerializerOptions.Web));

    /// <summary>Changes something, of which it has seen the version that a tag names; null for none.</summary>
    public async Task<Answer> PutAsync(string path, object body, string? tag)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, path) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Web) };
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await Answer.OfAsync(await Http.SendAsync(request));
    }

    public async Task<Answer> PostTextAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await Answer.OfAsync(await Http.PostAsync(new Uri(path, UriKind.Relative), content));
    }

    /// <summary>Opens a table, or finds it open.</summary>
    public async Task SeatAsync(int table) => Assert.Contains((await PostAsync($"/tables/{table}/open")).Status, new[] { 200, 409 });

    /// <summary>Orders at a table that this opens if need be.</summary>
    public async Task<long> OrderAsync(int table, params (int Dish, int Quantity)[] lines)
    {
        await SeatAsync(table);
        Answer answer = await PlaceAsync(table, lines);
        Assert.Equal(201, answer.Status);
        return answer["id"].GetInt64();
    }

    public Task<Answer> PlaceAsync(int table, params (int Dish, int Quantity)[] lines) =>
        PostAsync("/orders", new { table, lines = lines.Select(line => new { line.Dish, line.Quantity }) });

    /// <summary>Takes an order through actions that must all be possible.</summary>
    public async Task<Answer> ActAsync(long order, params string[] actions)
    {
        Answer? last = null;
        foreach (string action in actions)
        {
            last = await PostAsync(string.Create(CultureInfo.InvariantCulture, $"/orders/{order}/{action}"));
            Assert.Equal(200, last.Status);
        }
        return last!;
    }
}
