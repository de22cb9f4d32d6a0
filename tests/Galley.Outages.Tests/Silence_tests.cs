// A network that takes everything and says nothing, while many statements are cancelled at once. Whoever cancels asks the server over a second connection, which
// waits as long as it may: on threads of its own, or the thread pool has none left. The pool has fewer threads here than are asked of it, so that it is a
// matter of counting and not of time.

using System.Diagnostics;
using Galley.PostgresTests;

namespace Galley.Outages;

public sealed class Silence_tests(ITestOutputHelper output) : IDisposable
{
    private const int Sessions = 24;

    private readonly (int Workers, int Ports) _most = Most();

    public void Dispose() => ThreadPool.SetMaxThreads(_most.Workers, _most.Ports);

    [Fact]
    public async Task Cancellations_that_hear_nothing_leave_the_thread_pool_to_the_program()
    {
        string url = await PostgresServer.Running.CreateAsync();
        await using FaultProxy network = new(new Uri(url).Port);
        await using PostgresDatabase database = new(new PostgresOptions
        {
            Url = Through(network, url),
            Pool = new PoolOptions { Max = Sessions },
            ConnectTimeout = TimeSpan.FromSeconds(20), // as long as the driver waits for the answer to a cancellation
        });
        await database.StartAsync();
        await using PostgresDatabase observer = await Postgres.OpenAsync(url);
        CancellationTokenSource[] callers = [.. Enumerable.Range(0, Sessions).Select(static _ => new CancellationTokenSource())];
        Task[] asking = [.. callers.Select(caller => database.QueryAsync<int>($"SELECT 1 FROM pg_sleep(600)", caller.Token).AsTask())];
        await Eventually.Until(() => Count(observer, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND state = 'active' AND pid <> pg_backend_pid()") == Sessions);

        network.Stall();
        ThreadPool.SetMaxThreads(Math.Max(8, Environment.ProcessorCount), _most.Ports);
        long began = Stopwatch.GetTimestamp();
        // The program goes on when all who cancelled are back: with threads that wait for the server, only when it was given up.
        int away = Sessions;
        TaskCompletionSource back = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (CancellationTokenSource caller in callers)
        {
            ThreadPool.QueueUserWorkItem(
                fired =>
                {
                    fired.Cancel();
                    if (Interlocked.Decrement(ref away) == 0) back.SetResult();
                },
                caller,
                preferLocal: false);
        }
        await back.Task;
        output.WriteLine($"The thread pool was free {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms after the cancellations.");
        Assert.All(asking, static query => Assert.False(query.IsCompleted, "The program had to wait until cancellations had been given up."));

        // What was cancelled is cancelled on the server as soon as it can be told.
        network.Resume();
        foreach (Task query in asking) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        output.WriteLine($"All were cancelled {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms after that was asked.");
        await Eventually.Until(() => Count(observer, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND state = 'active' AND pid <> pg_backend_pid()") == 0);
        Assert.Equal([1], await database.QueryAsync<int>($"SELECT 1"));
        foreach (CancellationTokenSource caller in callers) caller.Dispose();
    }

    [Fact]
    public async Task A_COMMIT_that_hears_nothing_ends_in_its_time_and_is_not_known()
    {
        string url = await PostgresServer.Running.CreateAsync();
        await using FaultProxy network = new(new Uri(url).Port);
        await using PostgresDatabase database = new(new PostgresOptions
        {
            Url = Through(network, url),
            StatementTimeout = TimeSpan.FromSeconds(0.5),
            ConnectTimeout = TimeSpan.FromSeconds(1),
        });
        await database.StartAsync();
        await database.ExecuteAsync($"CREATE TABLE effects (id bigint NOT NULL)");
        long began = 0;
        StoreException failure = await Assert.ThrowsAsync<StoreException>(() => database.TransactionAsync(async tx =>
        {
            await tx.ExecuteAsync($"INSERT INTO effects (id) VALUES (1)");
            network.Stall();
            began = Stopwatch.GetTimestamp();
        }).AsTask());
        output.WriteLine($"COMMIT was given up after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s.");
        Assert.Equal((StoreErrorKind.Timeout, false), (failure.Kind, failure.SafeToRetry));
        Assert.Empty(database.Pool.Holders);
        network.Resume();
        await Eventually.Until(() => IsAnswered(database));
    }

    private static bool IsAnswered(Database database)
    {
        try
        {
            return Count(database, "SELECT count(*) FROM effects") <= 1;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private static long Count(Database on, string question) => Task.Run(async () => await on.QueryFirstAsync<long>(Sql.Raw(question))).GetAwaiter().GetResult();

    private static string Through(FaultProxy network, string url) => url.Replace($":{new Uri(url).Port}/", $":{network.Port}/", StringComparison.Ordinal);

    private static (int, int) Most()
    {
        ThreadPool.GetMaxThreads(out int workers, out int ports);
        return (workers, ports);
    }
}
