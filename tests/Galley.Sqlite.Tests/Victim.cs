// The process that the durability tests kill, trace and starve: many writers at once, and every write that was acknowledged is a line on standard output. A
// write is a batch of three rows, a single statement, or a RETURNING query, by turns; what fails is a line that begins with "!".

using System.Globalization;
using System.Text;

namespace Galley.SqliteTests;

public static class Victim
{
    public static Migrations Schema { get; } = Migrations.Of(("0001_writes.sql",
        "CREATE TABLE writes (id INTEGER NOT NULL, part INTEGER NOT NULL, filling TEXT NOT NULL, PRIMARY KEY (id, part))"));

    /// <summary>How many rows the write of an id is.</summary>
    public static int Parts(long id) => id % 3 == 0 ? 3 : 1;

    // Options: "rounds=N" ends after N writes of each writer; "off" is a database that does not wait for the disk, to show that the tests notice.
    public static async Task<int> RunAsync(string path, int writers, string[] options)
    {
        int rounds = options.FirstOrDefault(static one => one.StartsWith("rounds=", StringComparison.Ordinal)) is { } given
            ? int.Parse(given.AsSpan("rounds=".Length), CultureInfo.InvariantCulture) : 1000; // bounded: if the tests die first, nobody is left to kill it
        await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = path, Migrations = Schema });
        if (options.Contains("off"))
        {
            Lease<Storing.Connection> writer = await db.WriterPool.TakeAsync(null, default, default); // nobody else may say this
            writer.Session.Run("PRAGMA synchronous = OFF");
            db.WriterPool.Return(writer);
        }
        using FileStream output = new(new Microsoft.Win32.SafeHandles.SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        Say(output, "ready");
        if (options.Contains("wait")) Console.ReadLine();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (int round = 0; round < rounds; round++)
            {
                long id = ((long)round * writers) + writer;
                try
                {
                    await WriteAsync(db, id);
                    Say(output, $"{id}");
                }
                catch (StoreException failure)
                {
                    Say(output, $"!{failure.Kind} {failure.EngineCode} {failure.SafeToRetry}");
                }
            }
        })));
        Say(output, "end");
        return 0;
    }

    private static async Task WriteAsync(SqliteDatabase db, long id)
    {
        string filling = $"#{id}#{new string('x', 100)}"; // found again in the bytes of the log
        if (Parts(id) == 3)
            await db.BatchAsync([.. Enumerable.Range(0, 3).Select(part => Sql.Of($"INSERT INTO writes (id, part, filling) VALUES ({id}, {part}, {filling})"))]);
        else if (id % 3 == 1) await db.ExecuteAsync($"INSERT INTO writes (id, part, filling) VALUES ({id}, 0, {filling})");
        else await db.QueryFirstAsync<long>($"INSERT INTO writes (id, part, filling) VALUES ({id}, 0, {filling}) RETURNING id");
    }

    // One system call per line: what is in the pipe was acknowledged, and lines of several threads stay whole.
    private static void Say(FileStream output, string line)
    {
        lock (output) output.Write(Encoding.ASCII.GetBytes(line + "\n"));
    }
}
