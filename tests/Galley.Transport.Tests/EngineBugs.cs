// Tests that fail until engine-fixes.patch (beside this file) is applied. Then both files go, and with them the Skip arguments that name these.

namespace Galley.Transport.Tests;

internal static class EngineBugs
{
    public const string? DrainEndsEarly = "Engine.DrainAsync sets _isDraining before the loops have taken the backlog.";
    public const string? PaceIsKept = "Connection keeps the pace of one body, or one answer, for all that follow.";
    public const string? TurnedAway = "Turned.Away closes over unread input, which resets the connection and may destroy the 503.";
    public const string? LingerResets = "While it lingers a connection takes the hang-up after both FINs for a reset, and lingers for peers that are done.";
    public const string? CutBodyHangs = "A read after the end of a cut body waits for the body time-out.";
}
