// What may lie in a folder of migrations, and tools that only look: nothing is passed over without a word, nothing is changed by looking.

using System.Security.Cryptography;
using System.Text;

namespace Galley.MigrationsTests;

public sealed class Folder_tests
{
    private static string Steps(Bench bench, string name) => Path.Combine(bench.Folder, "migrations", name);

    private static string Refused(Bench bench) => Assert.Throws<StartException>(() => bench.Files).Message;

    [Fact]
    public async Task What_is_almost_a_migration_is_refused_and_named()
    {
        using Bench bench = await Bench.CreateAsync("sqlite");
        bench.Write("0001_a.sql", "SELECT 1");
        bench.Write("0002_b.SQL", "SELECT 1");
        Assert.Contains("0002_b.SQL is not named like", Refused(bench), StringComparison.Ordinal);
        File.Delete(Steps(bench, "0002_b.SQL"));

        Directory.CreateDirectory(Steps(bench, "0002_b.sql"));
        Assert.Contains("0002_b.sql is a folder", Refused(bench), StringComparison.Ordinal);
        Directory.Delete(Steps(bench, "0002_b.sql"));

        File.CreateSymbolicLink(Steps(bench, "0002_b.sql"), bench.Folder);
        Assert.Contains("0002_b.sql is a folder", Refused(bench), StringComparison.Ordinal);
        File.Delete(Steps(bench, "0002_b.sql"));

        File.CreateSymbolicLink(Steps(bench, "0002_b.sql"), Path.Combine(bench.Folder, "nowhere")); // as a file that vanishes between the listing and the reading
        Assert.Contains("0002_b.sql cannot be read", Refused(bench), StringComparison.Ordinal);
        File.Delete(Steps(bench, "0002_b.sql"));

        await File.WriteAllBytesAsync(Steps(bench, "0002_b.sql"), [(byte)'-', (byte)'-', 0xC3, 0x28]);
        Assert.Contains("UTF-8", Refused(bench), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Steps(bench, "0002_b.sql"), "SELECT 1;\0DROP TABLE t");
        Assert.Contains("NUL", Refused(bench), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Steps(bench, "0002_b.sql"), "SELECT 1", new UnicodeEncoding(false, byteOrderMark: false));
        Assert.Contains("NUL", Refused(bench), StringComparison.Ordinal);
        File.Delete(Steps(bench, "0002_b.sql"));

        foreach (string name in (string[])["0000_zero.sql", "99999999999_much.sql", "٠٠٠٢_b.sql", "0002-b.sql", "0002_.sql", "0002_b.c.sql", "002_b.sql", "-001_b.sql", ".0002_b.sql"])
        {
            bench.Write(name, "SELECT 1");
            Assert.Contains("is not named like 0001_create_users.sql", Refused(bench), StringComparison.Ordinal);
            File.Delete(Steps(bench, name));
        }
        bench.Write("00001_b.sql", "SELECT 1");
        Assert.Contains("have the same number", Refused(bench), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mark_of_the_encoding_and_the_ends_of_lines_are_not_content()
    {
        using Bench bench = await Bench.CreateAsync("sqlite");
        bench.Write("0001_a.sql", "CREATE TABLE a (\nx integer\n);\n");
        await bench.DoneAsync("migrate");
        await File.WriteAllTextAsync(Steps(bench, "0001_a.sql"), "CREATE TABLE a (\r\nx integer\r\n);\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await bench.DoneAsync("migrate", "status");
    }

    public static TheoryData<string> Engines => ["sqlite", "postgres"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Looking_changes_nothing(string engine)
    {
        using Bench bench = await Bench.CreateAsync(engine);
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        string[][] looks = [["migrate", "status"], ["migrate", "plan"], ["migrate", "plan", "--try"], ["migrate", "lint"], ["migrate", "status", "--json"]];
        foreach (string[] look in looks) await bench.RunAsync(look);
        if (bench.IsPostgres) Assert.Equal(["0"], await bench.AskAsync("SELECT count(*)::text FROM pg_class WHERE relname LIKE 'galley%' OR relname = 't'"));
        else Assert.Equal([Path.Combine(bench.Folder, "migrations")], Directory.GetFileSystemEntries(bench.Folder));

        await bench.DoneAsync("migrate");
        bench.Write("0002_u.sql", "CREATE TABLE u (id integer)");
        if (bench.IsPostgres)
        {
            const string Catalogue = "SELECT string_agg(oid || ' ' || relname || ' ' || xmin, ', ' ORDER BY oid) FROM pg_class WHERE relname LIKE 'galley%' OR relname IN ('t', 'u')";
            List<string?> before = await bench.AskAsync(Catalogue);
            foreach (string[] look in looks) await bench.RunAsync(look);
            Assert.Equal(before, await bench.AskAsync(Catalogue));
            return;
        }
        string path = bench.Address["sqlite:".Length..];
        // Of another tool, and not in the mode that a program would give it.
        string other = Path.Combine(bench.Folder, "other.db");
        await bench.DoAsync($"VACUUM INTO '{other}'");
        string[] sums = [Sum(path), Sum(other)];
        foreach (string[] look in looks)
        {
            await bench.RunAsync(look);
            using StringWriter said = new();
            await Cli.Tool.RunAsync([.. look, "--database", "sqlite:" + other, "--folder", Path.Combine(bench.Folder, "migrations")], said, said, CancellationToken.None);
        }
        Assert.Equal(sums, (string[])[Sum(path), Sum(other)]);
        Assert.Equal(["app.db", "migrations", "other.db"], Directory.GetFileSystemEntries(bench.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static string Sum(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    [Fact]
    public async Task The_log_that_a_crash_left_is_still_there_for_the_program_that_checks_the_file()
    {
        using Bench bench = await Bench.CreateAsync("sqlite");
        bench.Write("0001_t.sql", "CREATE TABLE t (id integer)");
        await bench.DoneAsync("migrate");
        string path = bench.Address["sqlite:".Length..], left = Path.Combine(bench.Folder, "left.db");
        await using (Database db = await bench.OpenAsync(MigrationMode.Off))
        {
            await db.ExecuteAsync($"INSERT INTO t VALUES (1)");
            File.Copy(path, left);
            File.Copy(path + "-wal", left + "-wal");
        }
        string[] sums = [Sum(left), Sum(left + "-wal")];
        using StringWriter said = new();
        string[] where = ["--database", "sqlite:" + left, "--folder", Path.Combine(bench.Folder, "migrations")];
        Assert.Equal(0, await Cli.Tool.RunAsync(["migrate", "status", .. where], said, said, CancellationToken.None));
        Assert.Equal(sums, (string[])[Sum(left), Sum(left + "-wal")]);
        // Who changes the file takes the log in, and leaves the mark instead.
        Assert.Equal(0, await Cli.Tool.RunAsync(["migrate", .. where], said, said, CancellationToken.None));
        Assert.False(File.Exists(left + "-wal"));
        Assert.True(File.Exists(left + "-check"));
        List<BackendEvent> told = [];
        await using SqliteDatabase started = new(new SqliteOptions { Path = left }) { Events = new Events() };
        started.Events.Subscribe(told.Add);
        await started.StartAsync();
        Assert.Equal("ok", Assert.IsType<DatabaseRecovered>(Assert.Single(told)).Check);
    }
}
