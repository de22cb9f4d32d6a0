// Runs the tests; with the argument "victim" it is the process that the crash test kills in the middle of its writes.

using Galley;
using Galley.SqliteTests;

if (args is ["victim", string path])
{
    await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = path, Migrations = CrashTests.Schema });
    // Bounded: if the tests die first, nobody is left to kill it.
    for (int i = 0; i < 100_000; i++)
    {
        int id = i;
        if (id % 3 == 0) await db.TransactionAsync(async tx => await tx.ExecuteAsync($"INSERT INTO writes (id) VALUES ({id})"));
        else await db.ExecuteAsync($"INSERT INTO writes (id) VALUES ({id})");
        // What is on standard output was acknowledged; WriteLine on a redirected console flushes.
        Console.WriteLine(id);
    }
    return 0;
}
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
