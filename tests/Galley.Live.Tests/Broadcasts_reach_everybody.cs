// One value to everybody who listens: in order, without a gap, and never at the price of a slow one.

namespace Galley.Live.Tests;

public class Broadcasts_reach_everybody
{
    private const int Patience = Live.Patience;

    [Fact(Timeout = Patience)]
    public async Task Everybody_gets_everything_in_order_while_many_send_and_come_and_go()
    {
        var all = new Broadcast<(int Sender, int Number)>(capacity: 100_000);
        Task<int>[] readers = [.. Enumerable.Range(0, 20).Select(_ => ReadAsync(all.Subscribe()))];
        using var restless = new CancellationTokenSource();
        Task[] guests = [.. Enumerable.Range(0, 4).Select(_ => ComeAndGoAsync(all, restless.Token))];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(sender => Task.Run(() =>
        {
            for (int i = 0; i < 5000; i++) all.Send((sender, i));
        })));
        all.Complete();

        Assert.All(await Task.WhenAll(readers), static count => Assert.Equal(20_000, count));
        await restless.CancelAsync();
        await Task.WhenAll(guests);
        Assert.Equal(0, all.Subscribers);

        static async Task<int> ReadAsync(IAsyncEnumerable<(int Sender, int Number)> values)
        {
            int[] next = new int[4];
            await foreach ((int sender, int number) in values) Assert.Equal(next[sender]++, number);
            return next.Sum();
        }

        static async Task ComeAndGoAsync(Broadcast<(int, int)> all, CancellationToken enough)
        {
            while (!enough.IsCancellationRequested)
            {
                using var shortly = new CancellationTokenSource(TimeSpan.FromMilliseconds(2));
                try
                {
                    await foreach ((int, int) _ in all.Subscribe().WithCancellation(shortly.Token))
                    {
                    }
                }
                catch (OperationCanceledException)
                {
                }
            }
        }
    }

    [Fact]
    public async Task A_subscription_begins_when_it_is_made_not_when_it_is_read()
    {
        var all = new Broadcast<int>();
        all.Send(1);
        IAsyncEnumerable<int> values = all.Subscribe();
        all.Send(2);
        all.Complete();

        Assert.Equal([2], await ListAsync(values));
    }

    [Fact]
    public async Task Who_lags_is_told_how_much_it_missed()
    {
        var all = new Broadcast<int>(capacity: 3);
        IAsyncEnumerable<int> values = all.Subscribe();
        for (int i = 0; i < 5; i++) all.Send(i);

        SubscriberLaggedException lagged = await Assert.ThrowsAsync<SubscriberLaggedException>(() => ListAsync(values));
        Assert.Equal(2, lagged.Missed);
    }

    [Fact]
    public async Task Who_may_skip_goes_on_with_the_oldest_there_is()
    {
        var all = new Broadcast<int>(capacity: 3, SlowSubscriber.Skip);
        IAsyncEnumerable<int> values = all.Subscribe();
        for (int i = 0; i < 5; i++) all.Send(i);
        all.Complete();

        Assert.Equal([2, 3, 4], await ListAsync(values));
    }

    [Fact]
    public async Task A_full_ring_loses_nothing()
    {
        var all = new Broadcast<int>(capacity: 3);
        IAsyncEnumerable<int> values = all.Subscribe();
        for (int i = 0; i < 3; i++) all.Send(i);
        all.Complete();

        Assert.Equal([0, 1, 2], await ListAsync(values));
    }

    [Fact(Timeout = Patience)]
    public async Task A_cancelled_reader_leaves_and_the_others_stay()
    {
        var all = new Broadcast<int>();
        using var enough = new CancellationTokenSource();
        await using IAsyncEnumerator<int> first = all.Subscribe().GetAsyncEnumerator(enough.Token);
        await using IAsyncEnumerator<int> second = all.Subscribe().GetAsyncEnumerator();
        await using IAsyncEnumerator<int> third = all.Subscribe().GetAsyncEnumerator(enough.Token);
        ValueTask<bool> one = first.MoveNextAsync(), two = second.MoveNextAsync(), three = third.MoveNextAsync();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await one);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await three);
        all.Send(7);
        Assert.True(await two);
        Assert.Equal(7, second.Current);
        Assert.Equal(3, all.Subscribers);
        await first.DisposeAsync();
        await third.DisposeAsync();
        Assert.Equal(1, all.Subscribers);
    }

    [Fact]
    public void Nothing_is_sent_after_the_end()
    {
        var all = new Broadcast<int>();
        all.Complete();
        Assert.Throws<InvalidOperationException>(() => all.Send(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Broadcast<int>(0));
    }

    private static async Task<List<int>> ListAsync(IAsyncEnumerable<int> values)
    {
        List<int> list = [];
        await foreach (int value in values) list.Add(value);
        return list;
    }
}
