// What the tests of files start from: a folder of their own, gone afterwards, and a backend in memory that serves it.

using Galley.Testing;

namespace Galley.Respond.Tests;

/// <summary>A backend and a folder for one test.</summary>
public abstract class Served : IAsyncLifetime
{
    private readonly MemoryNetwork _network;
    private TestClient? _client;

    protected Served()
    {
        App.Log.Level = Microsoft.Extensions.Logging.LogLevel.None;
        App.Options.Loops = 1;
        App.Events.Subscribe(happened =>
        {
            lock (Happened) Happened.Add(happened);
        });
        _network = App.UseMemory();
        Directory.CreateDirectory(Root);
    }

    protected Backend App { get; } = Backend.Create();

    protected List<BackendEvent> Happened { get; } = [];

    /// <summary>The folder of the test; what is served is usually the folder <c>site</c> in it.</summary>
    protected string Outside { get; } = Path.Combine(Path.GetTempPath(), "galley-files-" + Guid.NewGuid().ToString("N"));

    protected string Root => Path.Combine(Outside, "site");

    protected TestClient Client => _client ??= new TestClient(_network);

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await App.DisposeAsync();
        Directory.Delete(Outside, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a file below the folder, as old as a file usually is.</summary>
    protected string Write(string name, string text, TimeSpan? age = null) => Write(name, System.Text.Encoding.UTF8.GetBytes(text), age);

    protected string Write(string name, byte[] bytes, TimeSpan? age = null)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - (age ?? TimeSpan.FromHours(1)));
        return path;
    }

    protected MemoryNetwork Network => _network;

    /// <summary>Another connection.</summary>
    protected ClientChannel Connect() => _network.Connect();

    protected static string Tag(Answer answer) => Assert.IsType<string>(answer["ETag"]);
}
