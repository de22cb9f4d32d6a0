// What /readyz asks of the database. A pool that is used up is no secret: the finding names the route and the line that hold it.

namespace Galley;

internal static class Ping
{
    /// <summary>Null when the database answers; else what a prober may know. Anything else is thrown, for the log.</summary>
    public static async ValueTask<string?> AskAsync(Database database, CancellationToken cancellation)
    {
        try
        {
            await database.PingAsync(cancellation).ConfigureAwait(false);
            return null;
        }
        catch (StoreException failure) when (failure.Kind == StoreErrorKind.Exhausted)
        {
            return failure.Message;
        }
    }
}
