// What may happen to PostgreSQL while it is written to. Whatever it is: no acknowledged write is lost, none is done twice, every refusal has a type, and
// when the fault is over the backend writes again within five seconds, by itself.

using System.Diagnostics;
using Galley.PostgresTests;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // they stop the server that all have in common

namespace Galley.Outages;

public sealed class Outage_tests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(5);

    private static PostgresServer Server => PostgresServer.Running;

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task A_restart_loses_nothing(string mode)
    {
        string url = await MadeAsync();
        PostgresDatabase database = Of(url);
        await using Load load = await Load.StartAsync(database);
        await Server.RestartAsync(mode);
        await RecoverAsync(load);
        await SettleAsync(load, database, url);
        Assert.NotEmpty(load.Events.OfType<RequestFaulted>());
    }

    [Fact]
    public async Task A_storm_of_terminated_sessions_loses_nothing()
    {
        string url = await MadeAsync();
        PostgresDatabase database = Of(url);
        await using Load load = await Load.StartAsync(database);
        for (int ended = 0; ended < 200;)
        {
            ended += (await Server.Admin.QueryAsync<bool>($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'load'")).Count;
        }
        await RecoverAsync(load);
        await SettleAsync(load, database, url);
    }

    [Fact]
    public async Task A_stalled_network_is_a_refusal_in_time_and_no_more_when_it_moves_again()
    {
        string url = await MadeAsync();
        await using FaultProxy network = new(new Uri(url).Port);
        PostgresDatabase database = Of(Through(network, url));
        await using Load load = await Load.StartAsync(database);
        network.Stall();
        await Eventually.Until(() => load.Refused >= 40);
        network.Resume();
        await RecoverAsync(load);
        // The deadline of the request is two seconds.
        Assert.InRange(load.Longest, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(4));
        await SettleAsync(load, database, url);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_network_that_is_cut_loses_nothing(bool isHalf)
    {
        string url = await MadeAsync();
        await using FaultProxy network = new(new Uri(url).Port);
        PostgresDatabase database = Of(Through(network, url));
        await using Load load = await Load.StartAsync(database);
        for (int i = 0; i < 5; i++)
        {
            if (isHalf) network.HalfClose();
            else network.Cut();
            await RecoverAsync(load);
        }
        await SettleAsync(load, database, url);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_at_COMMIT_is_not_known_and_says_so(bool arrives)
    {
        string url = await MadeAsync();
        await using FaultProxy network = new(new Uri(url).Port);
        await using PostgresDatabase database = Of(Through(network, url));
        await database.StartAsync();
        await database.ExecuteAsync($"CREATE TABLE effects (id bigint NOT NULL)");
        network.CutAt("COMMIT"u8, arrives);
        StoreException failure = await Assert.ThrowsAsync<StoreException>(() => database.TransactionAsync(async tx => await tx.ExecuteAsync($"INSERT INTO effects (id) VALUES (1)")).AsTask());
        Assert.Equal((StoreErrorKind.Unavailable, false), (failure.Kind, failure.SafeToRetry));
        await using PostgresDatabase observer = await Postgres.OpenAsync(url);
        Assert.Equal(arrives ? 1 : 0, await observer.QueryFirstAsync<int>($"SELECT count(*)::int FROM effects"));
    }

    [Fact]
    public async Task Sessions_that_died_at_rest_cost_one_failure_in_all()
    {
        string url = await MadeAsync();
        await using PostgresDatabase database = Of(url);
        await database.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => database.QueryAsync<int>($"SELECT 1 FROM pg_sleep(0.05)").AsTask()));
        Assert.True(database.Pool.Idle > 1);
        await Server.RestartAsync("fast");
        await Assert.ThrowsAsync<StoreException>(() => database.QueryAsync<int>($"SELECT 1").AsTask());
        foreach (int _ in Enumerable.Range(0, 20)) Assert.Equal([1], await database.QueryAsync<int>($"SELECT 1"));
    }

    [Fact]
    public async Task A_full_disk_of_PostgreSQL_refuses_and_writes_again_when_there_is_space()
    {
        using SmallDisk disk = SmallDisk.Mount();
        string url = await MadeAsync(disk);
        PostgresDatabase database = Of(url);
        try
        {
            await using Load load = await Load.StartAsync(database, "TABLESPACE small");
            disk.Fill();
            await Eventually.Until(() => load.Refused >= 50);
            Assert.Contains(load.Events.OfType<RequestFaulted>(), static fault => fault.Error is StoreException { EngineCode: "53100", SafeToRetry: true });
            disk.Free();
            await RecoverAsync(load);
            await SettleAsync(load, database, url);
        }
        finally
        {
            await Server.Admin.ExecuteAsync($"DROP DATABASE {Sql.Raw(NameOf(url))} WITH (FORCE)");
            await Server.Admin.ExecuteAsync($"DROP TABLESPACE small");
        }
    }

    [Fact]
    public async Task A_full_disk_of_SQLite_refuses_and_writes_again_when_there_is_space()
    {
        using SmallDisk disk = SmallDisk.Mount();
        Database database = new SqliteDatabase(new SqliteOptions { Path = Path.Combine(disk.Folder, "app.db") });
        await using Load load = await Load.StartAsync(database);
        disk.Fill();
        await Eventually.Until(() => load.Refused >= 50);
        Assert.Contains(load.Events.OfType<RequestFaulted>(), static fault => fault.Error is StoreException { Kind: StoreErrorKind.Unavailable });
        disk.Free();
        await RecoverAsync(load);
        await load.StopAsync(database);
    }

    private async Task RecoverAsync(Load load)
    {
        TimeSpan took = await load.FlowAsync();
        output.WriteLine($"A hundred writes were acknowledged within {took.TotalSeconds:0.00} s.");
        Assert.True(took < s_recovery);
    }

    // The backend has as many connections as its pool says, and nobody holds one.
    private static async Task SettleAsync(Load load, PostgresDatabase database, string url)
    {
        await using PostgresDatabase observer = await Postgres.OpenAsync(url);
        await load.StopAsync(observer);
        await Eventually.Until(() => database.Pool is { Holders.Count: 0, Making: 0, Waiting: 0 });
        long began = Stopwatch.GetTimestamp();
        while (await observer.QueryFirstAsync<int>($"SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'load'") != database.Pool.Idle)
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "The server has other sessions than the pool.");
    }

    private static PostgresDatabase Of(string url) => new(new PostgresOptions { Url = url + "&application_name=load", Pool = new PoolOptions { Max = 10 } });

    private static string NameOf(string url) => new Uri(url).AbsolutePath[1..];

    private static string Through(FaultProxy network, string url) => url.Replace($":{new Uri(url).Port}/", $":{network.Port}/", StringComparison.Ordinal);

    private static async Task<string> MadeAsync(SmallDisk? disk = null)
    {
        string url = await Server.CreateAsync();
        disk?.GiveTo("postgres");
        if (disk is not null) await Server.Admin.ExecuteAsync($"CREATE TABLESPACE small LOCATION {Sql.Raw($"'{disk.Folder}'")}");
        return url;
    }
}
