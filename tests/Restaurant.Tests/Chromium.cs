// A browser without a window, and the pages it shows. Debian's Chromium, driven by Playwright.

using Microsoft.Playwright;

namespace Restaurant.Tests;

/// <summary>One browser for the tests of a class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(static folder => s_names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (path is null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens the kitchen display of a restaurant and waits until it is connected.</summary>
    public async Task<Display> ShowAsync(Uri restaurant)
    {
        Assert.SkipWhen(_browser is null, "No Chromium on the PATH: install the package chromium.");
        var display = new Display(await _browser!.NewPageAsync());
        await display.Page.GotoAsync(new Uri(restaurant, "/kitchen").ToString());
        await Assertions.Expect(display.Page.Locator("#status")).ToHaveTextAsync("live");
        return display;
    }
}

/// <summary>A kitchen display.</summary>
public sealed class Display : IAsyncDisposable
{
    private readonly List<string> _errors = [];

    public Display(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _errors.Add(message.Text);
        };
        page.PageError += (_, error) => _errors.Add(error);
    }

    public IPage Page { get; }

    public ILocator Card(long order) => Page.Locator($"[data-order='{order}']");

    public Task ExpectAsync(string state, long order) => Assertions.Expect(Page.Locator($"section[data-state='{state}'] [data-order='{order}']")).ToBeVisibleAsync();

    public Task ExpectGoneAsync(long order) => Assertions.Expect(Card(order)).ToHaveCountAsync(0);

    public Task PressAsync(long order, string action) => Card(order).Locator($"[data-action='{action}']").ClickAsync();

    /// <summary>Nothing was refused by the policy of the page, and no script failed.</summary>
    public void ExpectNoErrors() => Assert.Empty(_errors);

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
