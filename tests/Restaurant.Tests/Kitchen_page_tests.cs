// The kitchen display in a real browser: what is ordered shows up without asking, what a person presses happens, and all displays agree.

using Microsoft.Playwright;

namespace Restaurant.Tests;

public abstract class Kitchen_page_tests(Open restaurant, Chromium chromium)
{
    protected Open Restaurant => restaurant;

    protected Chromium Browser => chromium;

    [Fact]
    public async Task An_order_appears_on_every_display_and_moves_where_it_is_pressed()
    {
        await using Display first = await chromium.ShowAsync(restaurant.Process.Address);
        await using Display second = await chromium.ShowAsync(restaurant.Process.Address);
        long order = await restaurant.OrderAsync(2, (1, 2), (4, 1));

        foreach (Display display in (Display[])[first, second])
        {
            await display.ExpectAsync("placed", order);
            Assert.Contains("Table 2", await display.Card(order).InnerTextAsync(), StringComparison.Ordinal);
            Assert.Contains("2 × Onion soup", await display.Card(order).InnerTextAsync(), StringComparison.Ordinal);
        }
        await first.PressAsync(order, "cook");
        await first.ExpectAsync("cooking", order);
        await second.ExpectAsync("cooking", order);
        await second.PressAsync(order, "ready");
        await first.ExpectAsync("ready", order);
        await first.PressAsync(order, "serve");
        await first.ExpectGoneAsync(order);
        await second.ExpectGoneAsync(order);
        Assert.Equal("served", (await restaurant.GetAsync($"/orders/{order}"))["state"].GetString());
        first.ExpectNoErrors();
        second.ExpectNoErrors();
    }
}

public sealed class Kitchen_page_tests_on_PostgreSQL(OnPostgres restaurant, Chromium chromium) : Kitchen_page_tests(restaurant, chromium), IClassFixture<OnPostgres>, IClassFixture<Chromium>;

// What is between the page and the program alone is asked once.
public sealed class Kitchen_page_tests_on_SQLite(OnSqlite restaurant, Chromium chromium) : Kitchen_page_tests(restaurant, chromium), IClassFixture<OnSqlite>, IClassFixture<Chromium>
{
    [Fact]
    public async Task A_note_is_text_whatever_a_guest_writes()
    {
        await Restaurant.SeatAsync(3);
        Answer placed = await Restaurant.PostAsync("/orders", new { table = 3, lines = new[] { new { dish = 1, quantity = 1, note = "<img src=x onerror=alert(1)>" } } });
        await using Display display = await Browser.ShowAsync(Restaurant.Process.Address);
        long order = placed["id"].GetInt64();
        await display.ExpectAsync("placed", order);
        Assert.Contains("<img src=x", await display.Card(order).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await display.Page.Locator("img").CountAsync());
        display.ExpectNoErrors();
    }

    [Fact]
    public async Task What_is_not_possible_is_said_on_the_page()
    {
        long order = await Restaurant.OrderAsync(4, (1, 1));
        await using Display display = await Browser.ShowAsync(Restaurant.Process.Address);
        await display.ExpectAsync("placed", order);
        // As if the page had not heard yet of what another waiter did.
        await display.Page.EvaluateAsync("order => act(order, 'serve', document.querySelector(`[data-order='${order}'] button`))", order);
        ILocator refusal = display.Page.Locator("#refusal");
        await Assertions.Expect(refusal).ToBeVisibleAsync();
        Assert.Contains($"Order {order} is placed: the action serve is not possible.", await refusal.InnerTextAsync(), StringComparison.Ordinal);
    }
}

/// <summary>A kitchen that is closed and opened again while a display looks on.</summary>
public sealed class Kitchen_restart_tests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_display_that_was_cut_off_learns_what_it_missed()
    {
        string folder = Directory.CreateTempSubdirectory("restaurant-").FullName;
        try
        {
            var restaurant = new Open(new SqliteEngine(), folder, "--port", "0");
            await restaurant.InitializeAsync();
            string port = restaurant.Process.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await using Display display = await chromium.ShowAsync(restaurant.Process.Address);
            long kept = await restaurant.OrderAsync(1, (1, 1));
            long gone = await restaurant.OrderAsync(2, (2, 1));
            await display.ExpectAsync("placed", kept);
            await display.ExpectAsync("placed", gone);
            await restaurant.DisposeAsync(); // in order: the display is told, and the process ends with 0
            await Assertions.Expect(display.Page.Locator("#status")).ToHaveTextAsync("reconnecting");

            var again = new Open(new SqliteEngine(), folder, "--port", port);
            await again.InitializeAsync();
            await again.ActAsync(gone, "cancel");
            await again.ActAsync(kept, "cook");
            await display.ExpectAsync("cooking", kept);
            await display.ExpectGoneAsync(gone);
            await Assertions.Expect(display.Page.Locator("#status")).ToHaveTextAsync("live");
            await again.DisposeAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
