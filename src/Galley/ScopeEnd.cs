// Ends a request's service scope, and what else hangs on it, without making the loop wait.

namespace Galley;

/// <summary>Disposes; what they throw is the program's fault and must not end the loop.</summary>
internal static class ScopeEnd
{
    public static void Dispose(IAsyncDisposable scope) =>
        ThreadPool.UnsafeQueueUserWorkItem(static scope => _ = DisposeAsync(scope), scope, preferLocal: false);

    private static async Task DisposeAsync(IAsyncDisposable scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            System.Diagnostics.Trace.TraceError("A scoped service, or the source of a stream, threw while it was disposed: " + fault);
        }
    }
}
