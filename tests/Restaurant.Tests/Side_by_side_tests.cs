// What one writer gives for nothing and many writers have to be told: on PostgreSQL transactions run side by side. Each test stops one where it has written and
// not committed - it waits for the number of its change, which the test holds - and looks what the others do meanwhile.

using System.Globalization;
using Galley;

namespace Restaurant.Tests;

public sealed class Side_by_side_tests(OnPostgres restaurant) : IClassFixture<OnPostgres>
{
    private const string Number = "pg_advisory_xact_lock('order_changes'::regclass::oid::bigint)";

    [Fact]
    public async Task A_bill_waits_for_an_order_that_is_being_placed()
    {
        await restaurant.SeatAsync(1);
        await using PostgresDatabase database = await OpenAsync(), looking = await OpenAsync();
        Task<Answer>? placing = null, closing = null;
        await HoldingNumbersAsync(database, async () =>
        {
            placing = restaurant.PlaceAsync(1, (1, 1));
            await WaitingAsync(looking, 1);
            closing = restaurant.PostAsync("/tables/1/close");
            await WaitingAsync(looking, 2);
        });
        Assert.Equal(201, (await placing!).Status);
        Assert.Equal(409, (await closing!).Status);
    }

    [Fact]
    public async Task An_order_waits_for_a_bill_and_is_refused()
    {
        await restaurant.SeatAsync(2);
        await using PostgresDatabase database = await OpenAsync(), looking = await OpenAsync();
        Task<Answer>? placing = null;
        await database.TransactionAsync(async closing =>
        {
            // As closing a table does.
            await closing.ExecuteAsync($"SELECT id FROM visits WHERE table_number = 2 AND closed_at IS NULL FOR UPDATE");
            placing = restaurant.PlaceAsync(2, (1, 1));
            await WaitingAsync(looking, 1);
            await closing.ExecuteAsync($"UPDATE visits SET closed_at = now() WHERE table_number = 2");
        });
        Answer refused = await placing!;
        Assert.Equal(409, refused.Status);
        Assert.Equal(["table 2 is not open"], refused.Errors("/table"));
    }

    [Fact]
    public async Task A_dish_is_sold_out_when_no_order_for_it_is_under_way()
    {
        await restaurant.SeatAsync(3);
        await using PostgresDatabase database = await OpenAsync(), looking = await OpenAsync();
        Task<Answer>? placing = null, marking = null;
        await HoldingNumbersAsync(database, async () =>
        {
            placing = restaurant.PlaceAsync(3, (8, 1));
            await WaitingAsync(looking, 1);
            marking = restaurant.PostAsync("/menu/8/sold-out");
            await WaitingAsync(looking, 2);
        });
        Assert.Equal(201, (await placing!).Status);
        Assert.Equal(200, (await marking!).Status);
        Assert.Equal(409, (await restaurant.PlaceAsync(3, (8, 1))).Status);
    }

    [Fact]
    public async Task No_change_is_seen_before_one_with_a_lower_number()
    {
        long known = await restaurant.OrderAsync(4, (1, 1));
        await using PostgresDatabase database = await OpenAsync(), looking = await OpenAsync();
        Task<Answer>? second = null;
        long first = 0;
        await database.TransactionAsync(async noting =>
        {
            first = await noting.QueryFirstAsync<long>($"INSERT INTO order_changes (order_id) VALUES ({known}) RETURNING number");
            second = restaurant.PostAsync(string.Create(CultureInfo.InvariantCulture, $"/orders/{known}/cook"));
            await WaitingAsync(looking, 1);
            // The other has not even taken a number.
            Assert.True(await looking.QueryFirstAsync<long>($"SELECT max(number) FROM order_changes") < first);
        });
        Assert.Equal(200, (await second!).Status);
        Assert.Equal(first + 1, await looking.QueryFirstAsync<long>($"SELECT max(number) FROM order_changes"));
    }

    private async Task<PostgresDatabase> OpenAsync()
    {
        _ = restaurant.Process;
        return await Postgres.OpenAsync(await restaurant.UrlAsync());
    }

    private static async Task HoldingNumbersAsync(Database database, Func<Task> work) => await database.TransactionAsync(async holding =>
    {
        await holding.ExecuteAsync($"SELECT {Sql.Raw(Number)}");
        await work();
    });

    // The server says itself who waits for whom.
    private static async Task WaitingAsync(Database database, int count)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (await database.QueryFirstAsync<int>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", late.Token) < count) { }
    }
}
