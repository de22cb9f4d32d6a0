// Which SQLite libraries may open a database in WAL mode. Versions 3.7.0 to 3.51.2 can corrupt it when a checkpoint meets a WAL reset
// (fixed in 3.51.3, and in the backports 3.44.6 and 3.50.7), so they are refused rather than trusted to be lucky.

using SQLitePCL;

namespace Galley.Storing;

internal static class LibraryVersion
{
    private static readonly Lazy<int> s_loaded = new(static () =>
    {
        CarriedLibrary.Offer();
        Batteries_V2.Init();
        return raw.sqlite3_libversion_number();
    });

    /// <summary>The library of this process, for example 3053004 for 3.53.4. Loads it.</summary>
    public static int Loaded => s_loaded.Value;

    public static bool IsSafe(int version) => version is < 3_007_000 or > 3_051_002 or 3_044_006 or 3_050_007;

    /// <exception cref="StartException">The library is one of those that corrupt.</exception>
    public static void Require(int version)
    {
        if (IsSafe(version)) return;
        throw new StartException(
            $"The SQLite library is {version / 1_000_000}.{version / 1000 % 1000}.{version % 1000}, which can corrupt a database in WAL mode",
            "use SQLite 3.51.3 or later (or 3.50.7, 3.44.6): update the package SQLitePCLRaw.bundle_e_sqlite3");
    }
}
