// Many clients at once, each on a thread of its own: blocking clients must not wait for each other in the thread pool.

[assembly: CollectionBehavior(DisableTestParallelization = true)] // they measure time and memory of a machine they would share

namespace Galley.EndToEnd;

internal static class Crowd
{
    public static Task RunAsync(int clients, Action<int> client) => Task.WhenAll(Enumerable.Range(0, clients).Select(number =>
        Task.Factory.StartNew(() => client(number), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
}
