// Writes that share a transaction, and so the one fsync at its end. Each has a savepoint, and what fails undoes itself alone. Nobody hears anything
// before the commit, failures included: whether a row was taken may rest on a neighbour that is not on the disk yet.
//   Somebody's token ended the transaction   he is told, the others run again.
//   A statement or the commit ended it       each runs again in a transaction of its own, in order: so everybody gets what concerns him.
//   The disk failed at the commit            everybody is told. What is on it then is not known, so nobody may take it for undone.

namespace Galley.Storing;

internal sealed class Group(Connection writer, WriteQueue queue, List<Work> members, SqliteOptions options, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Runs what has queued up, as far as it fits into one group.</summary>
    public async ValueTask RunAsync()
    {
        if (queue.First is not { } first) return;
        bool isAlone = first.IsAlone(writer);
        if (isAlone || options.GroupMost == 1 || queue.Count == 1)
        {
            if (!queue.TryTake(first)) return;
            members.Add(first);
            await AloneAsync(first, !isAlone).ConfigureAwait(false);
            return;
        }
        try
        {
            await BeginAsync(writer, options.BusyTimeout, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            queue.Refuse(failure, _start); // who came later has not waited for that lock yet
            return;
        }
        await EndAsync(RunAll(Joining())).ConfigureAwait(false);
    }

    /// <summary>Begins to write. Another process may hold the lock: SQLite would sleep on this thread, here the wait is a timer.</summary>
    public static async ValueTask BeginAsync(Connection writer, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        for (int delay = 1; ; delay = Math.Min(delay * 2, 50))
        {
            try
            {
                writer.Say(Phrase.Begin);
                return;
            }
            catch (StoreException failure) when (failure.Kind == StoreErrorKind.Busy && time.GetElapsedTime(start) < patience) { }
            await Task.Delay(TimeSpan.FromMilliseconds(delay), time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Tells who has not been told.</summary>
    public void Abandon(Exception failure)
    {
        foreach (Work member in members)
        {
            member.Fail(failure);
            member.Tell();
        }
        if (writer.IsInTransaction) TryUndo();
    }

    // Who waits now, and nobody who comes while they run: a group ends.
    private IEnumerable<Work> Joining()
    {
        int most = Math.Min(queue.Count, options.GroupMost);
        while (members.Count < most && queue.First is { } next)
        {
            if (members.Count > 0 && (time.GetElapsedTime(_start) >= options.GroupTime || next.IsAlone(writer))) yield break;
            if (!queue.TryTake(next)) continue;
            members.Add(next);
            yield return next;
        }
    }

    // Gives the one with whom the transaction ended, or null when it is open.
    private Work? RunAll(IEnumerable<Work> some)
    {
        foreach (Work member in some)
        {
            writer.Say(Phrase.Save);
            Run(member);
            if (!writer.IsInTransaction) return member;
            if (member.Failure is not null) writer.Say(Phrase.Undo);
            writer.Say(Phrase.Keep);
        }
        return null;
    }

    private void Run(Work member)
    {
        member.Run(writer);
        // The commit would refuse everybody for it.
        if (member.Failure is null && writer.HasBrokenReferences) member.Fail(Failures.BrokenReference(member.Site));
    }

    private async ValueTask EndAsync(Work? culprit)
    {
        while (culprit is { IsCancelled: true })
        {
            members.Remove(culprit);
            culprit.Tell();
            if (members.Count == 0) return;
            if (!await TryBeginAsync(null, CancellationToken.None).ConfigureAwait(false)) return;
            culprit = RunAll(members);
        }
        StoreException? failure = culprit is null ? TryCommit() : null;
        if (members.Count <= 1 || failure is { Kind: StoreErrorKind.Unavailable } && !Failures.IsFull(failure))
        {
            foreach (Work member in members)
            {
                if (failure is not null) member.Fail(Failures.At(member.Site, failure));
            }
        }
        else if (culprit is not null || failure is not null)
        {
            foreach (Work member in members) await AloneAsync(member, isTransaction: true).ConfigureAwait(false);
            return;
        }
        foreach (Work member in members) member.Tell();
    }

    private async ValueTask AloneAsync(Work member, bool isTransaction)
    {
        if (isTransaction)
        {
            if (!await TryBeginAsync(member, member.Cancellation).ConfigureAwait(false)) return;
            Run(member);
            if (member.Failure is null && TryCommit() is { } failure) member.Fail(Failures.At(member.Site, failure));
            if (writer.IsInTransaction) TryUndo();
        }
        else
        {
            long start = time.GetTimestamp();
            member.Run(writer);
            while (member.Failure is StoreException { Kind: StoreErrorKind.Busy } && time.GetElapsedTime(start) < options.BusyTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), time, CancellationToken.None).ConfigureAwait(false);
                member.Run(writer);
            }
        }
        member.Tell();
    }

    // For one, or for all.
    private async ValueTask<bool> TryBeginAsync(Work? only, CancellationToken cancellation)
    {
        try
        {
            await BeginAsync(writer, options.BusyTimeout, time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is StoreException or OperationCanceledException)
        {
            foreach (Work member in only is null ? members : [only])
            {
                member.Fail(failure is StoreException one ? Failures.At(member.Site, one) : failure);
                member.Tell();
            }
            return false;
        }
    }

    private StoreException? TryCommit()
    {
        try
        {
            writer.Say(Phrase.Commit);
            return null;
        }
        catch (StoreException failure)
        {
            if (writer.IsInTransaction) TryUndo();
            return failure;
        }
    }

    private void TryUndo()
    {
        try
        {
            writer.Say(Phrase.Rollback);
        }
        catch (StoreException)
        {
            // Still inside: whoever lent this connection sees that, and opens another.
        }
    }
}
