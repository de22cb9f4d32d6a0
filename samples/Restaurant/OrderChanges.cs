// What happened to orders, in order: the database numbers every change, and a bell wakes whoever waits for the next one. The bell is only a hint -
// another process may write to the same database - so who waits also looks by itself now and then.

using Galley;

namespace Restaurant;

/// <summary>An order that changed, and the number of the change.</summary>
sealed record OrderChange(long Number, long OrderId);

/// <summary>Notes changes and tells of them. One for the program.</summary>
sealed class OrderChanges(TimeProvider time)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Numbers a change, in the transaction that makes it. Let it be the last that the transaction writes: the next number waits for its end, so that
    /// no number is seen before a lower one (<c>migrations/0006_order_changes.postgres.sql</c>).</summary>
    public static async ValueTask NoteAsync(Transaction transaction, long order) =>
        await transaction.ExecuteAsync($"INSERT INTO order_changes (order_id) VALUES ({order})");

    /// <summary>Wakes who waits. To be called when the transaction is done.</summary>
    public void Ring() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>The number of the last change; 0 before the first.</summary>
    public static async ValueTask<long> LastAsync(Queries db) => await db.QueryFirstAsync<long>($"SELECT coalesce(max(number), 0) FROM order_changes");

    /// <summary>Waits for changes after <paramref name="number"/>: of each order that changed its last, in order.</summary>
    public async ValueTask<List<OrderChange>> AfterAsync(Queries db, long number, CancellationToken cancellation)
    {
        while (true)
        {
            Task next = Volatile.Read(ref _next).Task; // before asking: what comes in between rings this one
            List<OrderChange> changes = await db.QueryAsync<OrderChange>(
                $"SELECT max(number) AS number, order_id FROM order_changes WHERE number > {number} GROUP BY order_id ORDER BY 1", cancellation);
            if (changes.Count > 0) return changes;
            // Whichever is first; the wait itself never fails, and what is wrong with the token is said at the next question.
            await Task.WhenAny(next, Task.Delay(s_look, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
