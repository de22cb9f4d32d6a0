// What the person who starts the program wants to know: where it listens, what it did to the database, and what to try first.

using System.Net;
using Galley;

namespace Restaurant;

/// <summary>Greets on standard output once the backend listens.</summary>
static class Banner
{
    public static void AddTo(Backend app)
    {
        DateTimeOffset started = app.Time.GetUtcNow();
        string found = "";
        app.OnStart(async cancellation =>
        {
            try
            {
                found = await DescribeAsync(app.Database!, started, cancellation);
            }
            catch (StoreException missing) when (app.Options.Migrations == MigrationMode.Off)
            {
                // Nobody has looked at the schema, and it is not there: that is for whoever starts it to know, not a fault with a stack.
                throw new StartException($"{app.Database!.Address} has another schema than this program: {missing.Message}", "start it with --migrations apply");
            }
        });
        app.Events.Subscribe(happened =>
        {
            if (happened is BackendStarted listening) Console.Write(Text(Address(listening), found, app.OpenApi.IsEnabled));
        });
    }

    private static async ValueTask<string> DescribeAsync(Database db, DateTimeOffset started, CancellationToken cancellation)
    {
        List<string> applied = await db.QueryAsync<string>(
            $"SELECT name FROM galley_migrations WHERE applied_at >= {started} ORDER BY version", cancellation);
        int dishes = await db.QueryFirstAsync<int>($"SELECT count(*) FROM dishes", cancellation);
        int orders = await db.QueryFirstAsync<int>($"SELECT count(*) FROM orders", cancellation);
        string migrated = applied.Count == 0 ? "the schema was up to date" : "applied " + string.Join(", ", applied);
        return $"{db.Address}: {migrated}; {dishes} dishes on the menu, {orders} orders so far";
    }

    // The safe one, where there is one.
    private static string Address(BackendStarted listening)
    {
        (string scheme, IPEndPoint address) = listening.SecureAddress is { } secure ? ("https", secure) : ("http", listening.Address);
        bool isHere = IPAddress.IsLoopback(address.Address) || address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any);
        return isHere ? $"{scheme}://localhost:{address.Port}" : $"{scheme}://{address}";
    }

    private static string Text(string address, string found, bool isDescribed) =>
        $$"""

        The restaurant is open: listening on {{address}}
        {{found}}

        Try:
          curl {{address}}/menu
          curl -X POST {{address}}/tables/1/open
          curl {{address}}/orders -H 'Content-Type: application/json' -d '{"table": 1, "lines": [{"dish": 1, "quantity": 2}]}'
        In a browser: {{address}}/kitchen{{(isDescribed ? $" and {address}/reference" : "")}}

        """;
}
