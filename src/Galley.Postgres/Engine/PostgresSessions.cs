// Makes, checks and destroys connections for the pool. Npgsql's own pool is off: two pools that do not know each other cannot tell the truth.

using Npgsql;

namespace Galley.Storing;

internal sealed class PostgresSessions(NpgsqlDataSource source, string address) : SessionMaker<Session>
{
    public override async ValueTask<Session> MakeAsync(CancellationToken cancellation)
    {
        try
        {
            return new Session(await source.OpenConnectionAsync(cancellation).ConfigureAwait(false), source);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Failures.OfConnecting(failure, address);
        }
    }

    public override async ValueTask<bool> CheckAsync(Session session, CancellationToken cancellation)
    {
        await session.RunAsync("SELECT 1", cancellation).ConfigureAwait(false);
        return true;
    }

    public override ValueTask DestroyAsync(Session session) => session.DisposeAsync();
}
