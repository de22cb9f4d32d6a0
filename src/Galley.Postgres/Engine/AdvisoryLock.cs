// A lock of the server that belongs to a session, which is lent for as long as it is held. Somebody always reads from that session: the moment the connection
// breaks, the holder is told.

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Galley.Storing;

internal sealed class AdvisoryLock : DatabaseLock
{
    private readonly Session _session;
    private readonly Func<ValueTask> _giveBack;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watching;
    private int _isOver;

    public AdvisoryLock(string name, Session session, Func<ValueTask> giveBack) : base(name)
    {
        (_session, _giveBack) = (session, giveBack);
        Lost = _lost.Token;
        _watching = WatchAsync();
    }

    public override CancellationToken Lost { get; }

    /// <summary>The statement that takes a lock, for a session or a transaction. They do not meet: on SQLite they could not.</summary>
    public static Sql Taking(string name) => Sql.Of($"SELECT pg_try_advisory_lock({KeyOf("database:" + name)})");

    /// <inheritdoc cref="Taking"/>
    public static Sql TakingInTransaction(string name) => Sql.Of($"SELECT pg_advisory_xact_lock({KeyOf("transaction:" + name)})::text");

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0) return;
        await _ending.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        // What it holds is noticed by others: it is cleaned before it rests, which gives the lock back; one that is broken goes, and the lock with it.
        await _giveBack().ConfigureAwait(false);
        _ending.Dispose();
        _lost.Dispose();
    }

    private async Task WatchAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            // Returns for notices of the server, too.
            while (true) await _session.Connection.WaitAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            if (_session.Connection.FullState != System.Data.ConnectionState.Open) _session.Break();
        }
        catch
        {
            _session.Break();
            try
            {
                await _lost.CancelAsync().ConfigureAwait(false);
            }
            catch (AggregateException wrong)
            {
                // What the holder's own code throws when it hears of it must not keep the session from its pool.
                System.Diagnostics.Trace.TraceError($"A callback of {nameof(DatabaseLock)}.{nameof(Lost)} threw: {wrong.InnerException?.GetType()}");
            }
        }
    }

    private static long KeyOf(string name) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("galley:" + name)));
}
