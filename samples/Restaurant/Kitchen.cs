// The kitchen display: a page, and the stream of events that keeps it up to date. The page is three files inside the program, so that the program
// stays one file; the stream is every change of an order, from where a display says that it stopped.

using System.Globalization;
using System.Runtime.CompilerServices;
using Galley;

namespace Restaurant;

/// <summary>The routes of the kitchen.</summary>
static class Kitchen
{
    // The page may load what stands beside it, and talk to nobody but the restaurant.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

    public static void AddTo(Routes app)
    {
        Routes kitchen = app.Group("/kitchen");
        AddFile(kitchen, "/", "kitchen.html", new BytesBody("text/html; charset=utf-8"));
        AddFile(kitchen, "/kitchen.css", "kitchen.css", new BytesBody("text/css; charset=utf-8"));
        AddFile(kitchen, "/kitchen.js", "kitchen.js", new BytesBody("text/javascript; charset=utf-8"));
        kitchen.Get("/orders", Follow);
    }

    /// <summary>Follows the orders: first every one that is not finished, then each that changes.</summary>
    /// <remarks>Server-sent events: <c>begin</c>, <c>order</c> for each order as <c>GET /orders/{id}</c> has it, <c>complete</c>, and from then on
    /// <c>order</c> whenever one changes. Who comes back with <c>Last-Event-ID</c> gets what it missed instead.</remarks>
    public static async IAsyncEnumerable<ServerSentEvent> Follow(
        [Header("Last-Event-ID")] string? last, Database db, OrderChanges changes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long newest = await OrderChanges.LastAsync(db);
        // A number that was never given is of another database: such a display begins anew.
        if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > newest)
        {
            number = newest;
            yield return new ServerSentEvent("", "begin");
            foreach (Order order in await OrderRows.ReadAsync(db, Sql.Of($"WHERE state NOT IN {OrderRules.Final} ORDER BY orders.id")))
                yield return ServerSentEvent.Json(order, "order");
            // The id comes last: a display that is cut off before has nothing to go on from.
            yield return new ServerSentEvent("", "complete", Id(number));
        }
        while (true)
        {
            foreach (OrderChange change in await changes.AfterAsync(db, number, cancellation))
            {
                number = change.Number;
                if (await OrderRows.ReadAsync(db, change.OrderId) is { } order) yield return ServerSentEvent.Json(order, "order", Id(number));
            }
        }
    }

    private static string Id(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void AddFile(Routes routes, string path, string name, BytesBody type)
    {
        byte[] bytes = Read(name);
        routes.Get(path, _ => Response.Bytes(bytes, type)
            .With("Cache-Control", "no-cache").With("Content-Security-Policy", Policy).With("X-Content-Type-Options", "nosniff"))
            .WithoutDocumentation();
    }

    private static byte[] Read(string name)
    {
        using Stream file = typeof(Kitchen).Assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
