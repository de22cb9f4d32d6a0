// Transactions on terms, savepoints and batches, whatever engine is underneath.

namespace Galley.Contracts;

public abstract class TransactionContract(Dialect dialect) : Contract(dialect)
{
    private static readonly TransactionTerms s_serializable = new() { Isolation = Isolation.Serializable, Retries = 100 };

    private async Task<Database> AccountsAsync()
    {
        Database db = await Dialect.OpenAsync(Migrations.Of(("0001_accounts.sql", "CREATE TABLE accounts (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, balance INTEGER NOT NULL CHECK (balance >= 0))")));
        await db.BatchAsync([$"INSERT INTO accounts (id, owner, balance) VALUES (1, 'Ada', 50)", $"INSERT INTO accounts (id, owner, balance) VALUES (2, 'Ada', 50)"]);
        return db;
    }

    [Fact]
    public async Task A_batch_says_what_each_of_its_statements_changed()
    {
        await using Database db = await AccountsAsync();
        Assert.Empty(await db.BatchAsync([]));
        Assert.Equal((int[])[2, 0, 1, 0], await db.BatchAsync([
            $"UPDATE accounts SET balance = {7}",
            $"SELECT id FROM accounts",
            $"DELETE FROM accounts WHERE id = {2}",
            $"UPDATE accounts SET balance = 0 WHERE owner = {"nobody"}"]));
        Assert.Equal(7, await db.QueryFirstAsync<int>($"SELECT balance FROM accounts"));
    }

    [Fact]
    public async Task A_batch_is_all_or_nothing()
    {
        await using Database db = await AccountsAsync();
        int line = Line() + 1;
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await db.BatchAsync([$"DELETE FROM accounts WHERE id = 2", $"UPDATE accounts SET balance = {-1}"]));
        Assert.Equal(StoreErrorKind.Check, failure.Kind);
        Assert.StartsWith($"TransactionContract.cs:{line}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("UPDATE accounts", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, await db.QueryFirstAsync<int>($"SELECT count(*) FROM accounts"));
        // A statement alone is one, too.
        await Assert.ThrowsAsync<StoreException>(async () => await db.ExecuteAsync($"UPDATE accounts SET balance = balance - id * 30"));
        Assert.Equal([50, 50], await db.QueryAsync<int>($"SELECT balance FROM accounts ORDER BY id"));
    }

    [Fact]
    public async Task A_batch_in_a_transaction_is_part_of_it()
    {
        await using Database db = await AccountsAsync();
        await Assert.ThrowsAsync<FormatException>(async () => await db.TransactionAsync(async tx =>
        {
            Assert.Equal((int[])[1, 1], await tx.BatchAsync([$"DELETE FROM accounts WHERE id = 1", $"DELETE FROM accounts WHERE id = 2"]));
            throw new FormatException();
        }));
        Assert.Equal(2, await db.QueryFirstAsync<int>($"SELECT count(*) FROM accounts"));
    }

    // Write skew: each reads both and empties one. In any order one after another, the second sees nothing to take.
    [Fact]
    public async Task Serializable_transactions_are_as_if_one_after_another()
    {
        await using Database db = await AccountsAsync();
        int attempts = 0;
        await Task.WhenAll(Enumerable.Range(1, 2).Select(id => Task.Run(async () => await db.TransactionAsync(s_serializable, async tx =>
        {
            Interlocked.Increment(ref attempts);
            int sum = await tx.QueryFirstAsync<int>($"SELECT sum(balance) FROM accounts WHERE owner = 'Ada'");
            await Task.Yield();
            if (sum >= 100) await tx.ExecuteAsync($"UPDATE accounts SET balance = balance - 50 WHERE id = {id}");
        }))));
        Assert.Equal(50, await db.QueryFirstAsync<int>($"SELECT sum(balance) FROM accounts"));
        Assert.InRange(attempts, 2, 200);
    }

    [Fact]
    public async Task What_lost_a_conflict_runs_again_as_often_as_was_asked()
    {
        await using Database db = await AccountsAsync();
        int attempts = 0;
        StoreException conflict = new(StoreErrorKind.Busy, "lost") { SafeToRetry = true };
        int answer = await db.TransactionAsync(new TransactionTerms { Retries = 2 }, async tx =>
        {
            await tx.ExecuteAsync($"UPDATE accounts SET balance = balance + 1 WHERE id = 1");
            return ++attempts < 3 ? throw conflict : attempts;
        });
        Assert.Equal(3, answer);
        Assert.Equal(51, await db.QueryFirstAsync<int>($"SELECT balance FROM accounts WHERE id = 1"));
        attempts = 0;
        Assert.Same(conflict, await Assert.ThrowsAsync<StoreException>(async () => await db.TransactionAsync(new TransactionTerms { Retries = 1 }, _ =>
        {
            attempts++;
            throw conflict;
        })));
        Assert.Equal(2, attempts);
        attempts = 0;
        await Assert.ThrowsAsync<StoreException>(async () => await db.TransactionAsync(_ => { attempts++; throw conflict; }));
        Assert.Equal(1, attempts);
        await Assert.ThrowsAsync<StoreException>(async () => await db.TransactionAsync(new TransactionTerms { Retries = 5 }, _ =>
        {
            attempts++;
            throw new StoreException(StoreErrorKind.Unique, "taken");
        }));
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task A_savepoint_takes_no_terms()
    {
        await using Database db = await AccountsAsync();
        await db.TransactionAsync(s_serializable, async tx =>
        {
            StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await tx.TransactionAsync(s_serializable, _ => default));
            Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
            await tx.TransactionAsync(async inner => await inner.ExecuteAsync($"DELETE FROM accounts WHERE id = 1"));
        });
        Assert.Equal(1, await db.QueryFirstAsync<int>($"SELECT count(*) FROM accounts"));
    }

    [Fact]
    public async Task A_savepoint_that_failed_leaves_the_rest_in_order()
    {
        await using Database db = await AccountsAsync();
        await db.TransactionAsync(async tx =>
        {
            for (int i = 0; i < 3; i++)
            {
                await Assert.ThrowsAsync<StoreException>(async () => await tx.TransactionAsync(async inner =>
                {
                    await inner.ExecuteAsync($"DELETE FROM accounts WHERE id = 2");
                    await inner.ExecuteAsync($"UPDATE accounts SET balance = -1");
                }));
                await tx.TransactionAsync(async inner => await inner.ExecuteAsync($"UPDATE accounts SET balance = balance + 1"));
                await tx.TransactionAsync(_ => default); // asks nothing
            }
        });
        Assert.Equal([53, 53], await db.QueryAsync<int>($"SELECT balance FROM accounts ORDER BY id"));
    }

    private static int Line([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line;
}
