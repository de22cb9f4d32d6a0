// Ends a request's service scope without making the loop wait for it.

using Microsoft.Extensions.DependencyInjection;

namespace Galley;

/// <summary>Disposes scopes; what they throw is the program's fault and must not end the loop.</summary>
internal static class ScopeEnd
{
    public static void Dispose(AsyncServiceScope scope) =>
        ThreadPool.UnsafeQueueUserWorkItem(static scope => _ = DisposeAsync(scope), scope, preferLocal: false);

    private static async Task DisposeAsync(AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            System.Diagnostics.Trace.TraceError("A scoped service threw while it was disposed: " + fault);
        }
    }
}
