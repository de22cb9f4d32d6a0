// What every Database does, whatever engine is underneath. Written against Database alone.

namespace Galley.Contracts;

public abstract class DatabaseContract(Dialect dialect) : Contract(dialect)
{
    private string Users =>
        $"CREATE TABLE users (id {Dialect.Key}, email TEXT NOT NULL, age INTEGER, CONSTRAINT age_positive CHECK (age > 0));" +
        "CREATE UNIQUE INDEX users_email ON users (email);" +
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), text TEXT NOT NULL)";

    private ValueTask<Database> UsersAsync() => Dialect.OpenAsync(Migrations.Of(("0001_users.sql", Users)));

    private static async Task<int> CountAsync(Queries on) => await on.QueryFirstAsync<int>($"SELECT count(*) FROM users");

    private static async Task<StoreException> FailAsync(Func<ValueTask> act) => await Assert.ThrowsAsync<StoreException>(async () => await act());

    private static ValueTask<int> AddAsync(Queries on, int id) =>
        on.ExecuteAsync($"INSERT INTO users (id, email) VALUES ({id}, {$"user{id}@example.com"})");

    [Theory]
    [InlineData("'; DROP TABLE users; --")]
    [InlineData("' OR '1'='1")]
    [InlineData("@p0 $1 ? {0}")]
    [InlineData("\" ; \\ % _ /* -- */")]
    public async Task What_comes_from_outside_stays_data(string hostile)
    {
        await using Database db = await UsersAsync();
        await db.ExecuteAsync($"INSERT INTO users (id, email) VALUES (1, {hostile})");
        await AddAsync(db, 2);
        Assert.Equal([hostile], await db.QueryAsync<string>($"SELECT email FROM users WHERE email = {hostile}"));
        Assert.Equal(2, await CountAsync(db));
    }

    [Fact]
    public async Task Rows_become_records_by_name()
    {
        await using Database db = await UsersAsync();
        Assert.Equal(1, await db.ExecuteAsync($"INSERT INTO users (id, email, age) VALUES (1, 'a', 30)"));
        await AddAsync(db, 2);
        Assert.Equal([new User(1, "a", 30), new User(2, "user2@example.com", null)], await db.QueryAsync<User>($"SELECT age, email, id AS \"ID\" FROM users ORDER BY id"));
        Assert.Equal(new User(1, "a", 30), await db.QueryFirstAsync<User>($"SELECT * FROM users ORDER BY id"));
        Assert.Null(await db.QueryFirstOrDefaultAsync<User>($"SELECT * FROM users WHERE id = {3}"));
        Assert.Null(await db.QueryFirstAsync<int?>($"SELECT age FROM users WHERE id = {2}"));
    }

    [Fact]
    public async Task A_query_that_must_give_a_row_says_when_it_does_not()
    {
        await using Database db = await UsersAsync();
        StoreException failure = await FailAsync(async () => await db.QueryFirstAsync<User>($"SELECT * FROM users WHERE id = {1}"));
        Assert.Equal(StoreErrorKind.NoRow, failure.Kind);
    }

    [Fact]
    public async Task A_missing_column_is_named_with_its_query_and_member()
    {
        await using Database db = await UsersAsync();
        await AddAsync(db, 1);
        StoreException failure = await FailAsync(async () => await db.QueryAsync<Moment>($"SELECT id, email FROM users"));
        Assert.Contains("SELECT id, email FROM users", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'created_at'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'CreatedAt'", failure.Message, StringComparison.Ordinal);
        Assert.Equal("created_at", failure.Column);
    }

    [Fact]
    public async Task A_column_given_twice_is_refused()
    {
        await using Database db = await UsersAsync();
        await AddAsync(db, 1);
        StoreException failure = await FailAsync(async () => await db.QueryAsync<User>($"SELECT id, email, age, id FROM users"));
        Assert.Contains("alias", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_in_a_member_that_takes_none_names_the_column()
    {
        await using Database db = await UsersAsync();
        StoreException failure = await FailAsync(async () => await db.QueryAsync<User>($"SELECT 1 AS id, NULL AS email, 1 AS age"));
        Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
        Assert.Equal("email", failure.Column);
    }

    [Fact]
    public async Task Sql_composes_and_lists_expand()
    {
        await using Database db = await UsersAsync();
        for (int id = 1; id <= 5; id++) await AddAsync(db, id);
        Sql order = Sql.Of($"ORDER BY {Sql.Raw("id")} DESC LIMIT {2}");
        Sql where = Sql.Join($" AND ", [Sql.Of($"id > {1}"), Sql.Of($"id IN {(int[])[1, 2, 3, 4]}")]);
        Assert.Equal([4, 3], await db.QueryAsync<int>($"SELECT id FROM users WHERE {where} {order}"));
        Assert.Empty(await db.QueryAsync<int>($"SELECT id FROM users WHERE id IN {Array.Empty<int>()}"));
        Assert.Empty(await db.QueryAsync<int>($"SELECT id FROM users WHERE id NOT IN {Array.Empty<int>()}"));
        Assert.Equal(["user2@example.com"], await db.QueryAsync<string>($"SELECT email FROM users WHERE email IN {new List<string> { "user2@example.com", "x" }}"));
    }

    [Fact]
    public async Task A_constraint_says_what_it_is_about()
    {
        await using Database db = await UsersAsync();
        await AddAsync(db, 1);
        StoreException unique = await FailAsync(async () => await db.ExecuteAsync($"INSERT INTO users (id, email) VALUES (2, 'user1@example.com')"));
        Assert.Equal(StoreErrorKind.Unique, unique.Kind);
        Assert.Contains("email", unique.Column ?? unique.Constraint, StringComparison.Ordinal);
        StoreException foreign = await FailAsync(async () => await db.ExecuteAsync($"INSERT INTO posts (id, user_id, text) VALUES (1, 9, 'x')"));
        Assert.Equal(StoreErrorKind.ForeignKey, foreign.Kind);
        StoreException check = await FailAsync(async () => await db.ExecuteAsync($"INSERT INTO users (id, email, age) VALUES (3, 'x', {-1})"));
        Assert.Equal((StoreErrorKind.Check, "age_positive"), (check.Kind, check.Constraint));
        StoreException missing = await FailAsync(async () => await db.ExecuteAsync($"INSERT INTO users (id, email) VALUES (3, {(string?)null})"));
        Assert.Equal(StoreErrorKind.NotNull, missing.Kind);
        Assert.Contains("email", missing.Column, StringComparison.Ordinal);
        StoreException syntax = await FailAsync(async () => await db.ExecuteAsync($"INSRET INTO users"));
        Assert.Equal(StoreErrorKind.Misuse, syntax.Kind);
        Assert.False(unique.SafeToRetry || foreign.SafeToRetry || check.SafeToRetry || missing.SafeToRetry || syntax.SafeToRetry);
        Assert.Equal(1, await CountAsync(db));
    }

    [Fact]
    public async Task A_returning_clause_writes_and_answers()
    {
        await using Database db = await UsersAsync();
        List<int> ids = await db.QueryAsync<int>($"INSERT INTO users (email) VALUES ('a'), ('b') RETURNING id");
        Assert.Equal(2, ids.Count);
        _ = await db.QueryFirstAsync<int>($"INSERT INTO users (email) VALUES ('c'), ('d') RETURNING id");
        Assert.Equal(4, await CountAsync(db));
        await foreach (string email in db.StreamAsync<string>($"UPDATE users SET age = 1 RETURNING email")) Assert.NotNull(email);
        Assert.Equal(4, await db.ExecuteAsync($"DELETE FROM users WHERE age = 1"));
    }

    [Fact]
    public async Task A_transaction_commits_when_the_function_returns()
    {
        await using Database db = await UsersAsync();
        int answer = await db.TransactionAsync(async tx =>
        {
            await AddAsync(tx, 1);
            await AddAsync(tx, 2);
            return await CountAsync(tx);
        });
        Assert.Equal((2, 2), (answer, await CountAsync(db)));
    }

    [Fact]
    public async Task A_transaction_rolls_back_when_the_function_throws()
    {
        await using Database db = await UsersAsync();
        await Assert.ThrowsAsync<FormatException>(async () => await db.TransactionAsync(async tx =>
        {
            await AddAsync(tx, 1);
            throw new FormatException();
        }));
        await Assert.ThrowsAsync<FormatException>(async () => await db.TransactionAsync<int>(_ => throw new FormatException()));
        Assert.Equal(0, await CountAsync(db));
        await AddAsync(db, 1);
    }

    [Fact]
    public async Task A_nested_transaction_is_a_savepoint()
    {
        await using Database db = await UsersAsync();
        await db.TransactionAsync(async tx =>
        {
            await AddAsync(tx, 1);
            await Assert.ThrowsAsync<FormatException>(async () => await tx.TransactionAsync(async inner =>
            {
                await AddAsync(inner, 2);
                await inner.TransactionAsync(async deeper => await AddAsync(deeper, 3));
                throw new FormatException();
            }));
            await FailAsync(async () => await tx.TransactionAsync(async inner => await AddAsync(inner, 1)));
            await tx.TransactionAsync(async inner => await AddAsync(inner, 4));
        });
        Assert.Equal([1, 4], await db.QueryAsync<int>($"SELECT id FROM users ORDER BY id"));
    }

    [Fact]
    public async Task A_transaction_is_good_only_inside_its_function()
    {
        await using Database db = await UsersAsync();
        Transaction? kept = null;
        IAsyncEnumerator<int>? rows = null;
        await db.TransactionAsync(async tx =>
        {
            kept = tx;
            await AddAsync(tx, 1);
            await AddAsync(tx, 2);
            rows = tx.StreamAsync<int>($"SELECT id FROM users ORDER BY id").GetAsyncEnumerator();
            Assert.True(await rows.MoveNextAsync());
            StoreException outer = await FailAsync(async () => await tx.TransactionAsync(async inner => await AddAsync(tx, 3)));
            Assert.Equal(StoreErrorKind.Misuse, outer.Kind);
        });
        Assert.Equal(StoreErrorKind.Misuse, (await FailAsync(async () => await AddAsync(kept!, 4))).Kind);
        Assert.Equal(StoreErrorKind.Misuse, (await FailAsync(async () => await rows!.MoveNextAsync())).Kind);
        await rows!.DisposeAsync();
        Assert.Equal(2, await CountAsync(db));
    }

    [Fact]
    public async Task A_reader_sees_only_what_is_committed()
    {
        await using Database db = await UsersAsync();
        TaskCompletionSource isWritten = new(), goOn = new();
        Task writing = db.TransactionAsync(async tx =>
        {
            await AddAsync(tx, 1);
            isWritten.SetResult();
            await goOn.Task;
        }).AsTask();
        await isWritten.Task;
        Task<int> seen = CountAsync(db);
        if (await Task.WhenAny(seen, Task.Delay(TimeSpan.FromMilliseconds(50))) == seen) Assert.Equal(0, await seen);
        goOn.SetResult();
        await writing;
        Assert.InRange(await seen, 0, 1); // a database with one connection answers after the commit
        Assert.Equal(1, await CountAsync(db));
    }

    [Fact]
    public async Task Parallel_writers_lose_nothing()
    {
        await using Database db = await UsersAsync();
        await db.ExecuteAsync($"INSERT INTO users (id, email, age) VALUES (1, 'counter', 1)");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            if (i % 4 != 0) await db.ExecuteAsync($"UPDATE users SET age = age + 1 WHERE id = 1");
            else
            {
                await db.TransactionAsync(new TransactionTerms { Isolation = Isolation.Serializable, Retries = 500 }, async tx =>
                {
                    int age = await tx.QueryFirstAsync<int>($"SELECT age FROM users WHERE id = 1");
                    await Task.Yield();
                    await tx.ExecuteAsync($"UPDATE users SET age = {age + 1} WHERE id = 1");
                });
            }
        })));
        Assert.Equal(101, await db.QueryFirstAsync<int>($"SELECT age FROM users WHERE id = 1"));
    }

    [Fact]
    public async Task Parallel_readers_all_get_their_answer()
    {
        await using Database db = await UsersAsync();
        for (int id = 1; id <= 20; id++) await AddAsync(db, id);
        int[] seen = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
            (await db.QueryFirstAsync<User>($"SELECT * FROM users WHERE id = {(i % 20) + 1}")).Id)));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (i % 20) + 1), seen);
    }

    [Fact]
    public async Task A_stream_gives_rows_one_at_a_time_and_may_be_left_early()
    {
        await using Database db = await UsersAsync();
        for (int id = 1; id <= 10; id++) await AddAsync(db, id);
        for (int round = 0; round < 50; round++)
        {
            List<int> seen = [];
            await foreach (int id in db.StreamAsync<int>($"SELECT id FROM users ORDER BY id"))
            {
                seen.Add(id);
                if (id == 3) break;
            }
            Assert.Equal([1, 2, 3], seen);
        }
        await db.TransactionAsync(async tx =>
        {
            int pairs = 0;
            // The same SQL inside its own enumeration stands on rows of its own.
            await foreach (int outer in tx.StreamAsync<int>($"SELECT id FROM users"))
            {
                await foreach (int inner in tx.StreamAsync<int>($"SELECT id FROM users")) pairs++;
                await tx.ExecuteAsync($"UPDATE users SET age = {outer} WHERE id = {outer}");
            }
            Assert.Equal(100, pairs);
        });
    }

    [Fact]
    public async Task A_token_that_fired_stops_a_call_before_it_begins()
    {
        await using Database db = await UsersAsync();
        CancellationToken fired = new(true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await db.QueryAsync<int>($"SELECT 1", fired));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await db.ExecuteAsync($"DELETE FROM users", fired));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await db.TransactionAsync(async tx => await AddAsync(tx, 1), fired));
        await db.TransactionAsync(async tx =>
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await tx.QueryAsync<int>($"SELECT 1", fired)));
        Assert.Equal(0, await CountAsync(db));
    }

    [Fact]
    public async Task Who_waits_for_the_writer_can_give_up()
    {
        await using Database db = await UsersAsync();
        TaskCompletionSource isInside = new(), goOn = new();
        Task holder = db.TransactionAsync(async _ => { isInside.SetResult(); await goOn.Task; }).AsTask();
        await isInside.Task;
        using CancellationTokenSource source = new();
        Task<int> waiting = db.ExecuteAsync($"DELETE FROM users", source.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        goOn.SetResult();
        await holder;
        await AddAsync(db, 1);
    }

    [Fact]
    public async Task It_answers_a_ping_and_refuses_after_it_is_closed()
    {
        Database db = await UsersAsync();
        await db.PingAsync();
        await db.DisposeAsync();
        Assert.Equal(StoreErrorKind.Unavailable, (await FailAsync(() => db.PingAsync())).Kind);
        Assert.Equal(StoreErrorKind.Unavailable, (await FailAsync(async () => await AddAsync(db, 1))).Kind);
        await db.DisposeAsync();
    }

    [Fact]
    public async Task Calling_the_database_inside_its_transaction_is_an_error_not_a_deadlock()
    {
        await using Database db = await UsersAsync();
        StoreException failure = await FailAsync(async () => await db.TransactionAsync(async _ => await AddAsync(db, 1)));
        Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
        await db.TransactionAsync(async tx => await AddAsync(tx, 1));
        await AddAsync(db, 2);
    }
}
