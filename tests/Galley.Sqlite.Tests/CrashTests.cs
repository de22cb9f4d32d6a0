// A process killed in the middle of its writes loses none that it acknowledged, and the next start finds a sound database.

using System.Diagnostics;
using System.Globalization;

namespace Galley.SqliteTests;

public sealed class CrashTests : IDisposable
{
    private readonly Folder _folder = new();

    public static Migrations Schema { get; } = Migrations.Of(("0001_writes.sql", "CREATE TABLE writes (id INTEGER PRIMARY KEY)"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_9_loses_no_acknowledged_write()
    {
        for (int round = 0, acknowledged = 0; round < 3; round++)
        {
            string path = Path.Combine(_folder.Path, $"crash{round}.db");
            ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Galley.Sqlite.Tests")) { RedirectStandardOutput = true, ArgumentList = { "victim", path } };
            using Process victim = Process.Start(start)!;
            for (int lines = 0; lines < 100 + (round * 37); lines++) acknowledged = Read(await victim.StandardOutput.ReadLineAsync());
            victim.Kill(); // SIGKILL
            while (await victim.StandardOutput.ReadLineAsync() is { } line) acknowledged = Read(line);
            await victim.WaitForExitAsync();

            await using SqliteDatabase db = await Sqlite.OpenAsync(new SqliteOptions { Path = path, Migrations = Schema });
            List<int> ids = await db.QueryAsync<int>($"SELECT id FROM writes ORDER BY id");
            // At most one more than was acknowledged: the one that was on its way.
            Assert.InRange(ids.Count, acknowledged + 1, acknowledged + 2);
            Assert.Equal(Enumerable.Range(0, ids.Count), ids);
            Assert.Equal("ok", await db.QueryFirstAsync<string>($"PRAGMA integrity_check"));
        }
    }

    private static int Read(string? line) => int.TryParse(line, CultureInfo.InvariantCulture, out int id) ? id : throw new InvalidOperationException($"The victim said '{line}'.");
}
