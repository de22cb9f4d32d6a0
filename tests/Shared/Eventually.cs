// Waiting for what nothing announces. It looks again and again instead of sleeping for as long as something usually takes: quick where the machine is, and
// a failure that says so where the condition never comes true.

using System.Diagnostics;

namespace Galley;

/// <summary>Waits for conditions.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static async Task Until(Func<bool> condition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, "The condition did not come true.");
            await Task.Delay(1);
        }
    }
}
