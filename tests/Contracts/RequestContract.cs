// What a request asks of its database ends with the request, without a token in the handler; whatever engine is underneath.

using Galley.Testing;

namespace Galley.Contracts;

public abstract class RequestContract(Dialect dialect) : Contract(dialect)
{
    /// <summary>Returns when the endless query runs; a client that goes before has to work as well.</summary>
    protected virtual Task BusyAsync(Database db) => Task.CompletedTask;

    /// <summary>Returns when nothing runs any more.</summary>
    protected virtual Task IdleAsync(Database db) => Task.CompletedTask;

    [Theory]
    [InlineData("query", false)]
    [InlineData("query", true)]
    [InlineData("token", false)]
    [InlineData("stream", true)]
    [InlineData("transaction", false)]
    [InlineData("transaction", true)]
    public async Task A_statement_ends_with_its_request(string how, bool isDeadline)
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource<Exception> ended = new();
        using CancellationTokenSource own = new();
        await using Backend app = Backend.Create(["--Galley:Log:Level=off", $"--Galley:Timeouts:Request={(isDeadline ? "0.3" : "60")}"]);
        Database db = await Dialect.MakeAsync(Migrations.None);
        app.UseDatabase(db);
        app.Get("/endless", async request =>
        {
            begun.SetResult();
            try
            {
                Database asked = request.Database;
                if (how == "query") await asked.QueryAsync<long>(Dialect.Endless);
                else if (how == "token") await asked.QueryAsync<long>(Dialect.Endless, own.Token);
                else if (how == "transaction") await asked.TransactionAsync(async tx => await tx.QueryAsync<long>(Dialect.Endless));
                else await foreach (long _ in asked.StreamAsync<long>(Dialect.Endless)) { }
                ended.SetResult(new InvalidOperationException("it came to an end"));
            }
            catch (Exception failure)
            {
                // Cleaning up is possible where it is asked for.
                bool isAlive = await request.Database.Detached.QueryFirstAsync<int>($"SELECT 1") == 1;
                ended.SetResult(isAlive && failure is OperationCanceledException { CancellationToken: var fired } && fired == own.Token ? new InvalidOperationException("not its token") : failure);
                throw;
            }
            return Response.Text("never");
        });
        MemoryNetwork network = app.UseMemory();
        await app.StartAsync();
        using ClientConnection client = new(network.Connect());
        await client.SendAsync("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20));
        if (isDeadline)
        {
            Assert.Equal(504, (await client.ReadAsync().WaitAsync(TimeSpan.FromSeconds(20))).Status);
        }
        else
        {
            await BusyAsync(db);
            client.Reset();
        }
        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        await IdleAsync(db);
    }
}
