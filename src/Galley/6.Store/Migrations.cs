// The schema as an ordered list of SQL files, and the check of that list against what a database says was applied. Pure: each
// database brings the lock, the transaction and the statements.

using System.Globalization;
using System.Text;
using Galley.Storing;

namespace Galley;

/// <summary>The steps of the schema, in order: plain SQL named <c>NNNN_name.sql</c>, numbered 1, 2, 3 without gaps.</summary>
/// <remarks>Each is applied once, in a transaction of its own, and recorded in <c>galley_migrations</c>. An applied file is never
/// edited: add the next one.</remarks>
public sealed class Migrations
{
    private readonly List<Migration> _list;

    private Migrations(List<Migration> list) => _list = list;

    /// <summary>No migrations: the schema is somebody else's business.</summary>
    public static Migrations None { get; } = new([]);

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<Migration> List => _list;

    /// <summary>The <c>.sql</c> files of a folder.</summary>
    /// <exception cref="StartException">The folder is missing, or a file is misnamed, a number missing or used twice.</exception>
    public static Migrations FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new StartException($"The migrations folder '{Path.GetFullPath(folder)}' does not exist",
                "create it, or correct the setting Galley:Migrations");
        }
        List<(string, string, string)> files = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*.sql"))
            files.Add((Path.GetFileName(path), Read(path), path));
        return Ordered(files);
    }

    /// <summary>The steps of a program: the files of the folder beside it when there are some, so that an edit counts without a build; else those that
    /// were built into it (every <c>migrations/*.sql</c> of a project is).</summary>
    /// <param name="folder">The folder, relative to the program: <c>migrations</c>.</param>
    /// <exception cref="StartException">There are neither; the folder lacks a step that was built in; or a file is wrong, as for <see cref="FromFolder"/>.</exception>
    public static Migrations OfProgram(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(AppContext.BaseDirectory, folder);
        List<(string Name, string Sql, string Place)> carried = Carried.Texts(folder);
        // A build that no longer copies the files leaves the folder they were in.
        bool hasFiles = Directory.Exists(path) && Directory.EnumerateFiles(path, "*.sql").Any();
        if (!hasFiles && carried.Count > 0) return Ordered(carried);
        Migrations files = FromFolder(path);
        // A folder that was left behind by an older program would keep the schema old without a word.
        if (carried.Find(step => files._list.TrueForAll(file => file.Name != step.Name)) is { Name: { } missing })
        {
            throw new StartException($"The migrations folder '{path}' lacks {missing}, which is built into the program",
                "bring the folder up to date, or remove it: the program has its migrations inside");
        }
        return files;
    }

    /// <summary>Steps by their names, as of files, and their SQL.</summary>
    /// <exception cref="StartException">A name is wrong, a number missing or used twice.</exception>
    public static Migrations Of(params IEnumerable<(string Name, string Sql)> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return Ordered(steps.Select(static step => (step.Name, step.Sql, step.Name)));
    }

    /// <summary>What is still to be applied, after checking that what was applied is what the list says. Called by databases, under their lock.</summary>
    /// <param name="applied">The rows of <c>galley_migrations</c> in any order.</param>
    /// <exception cref="StartException">An applied migration was edited, renamed to another number, or is gone.</exception>
    public IReadOnlyList<Migration> Pending(IEnumerable<(int Version, string Name, string Sha256)> applied)
    {
        ArgumentNullException.ThrowIfNull(applied);
        int next = 1;
        foreach ((int version, string name, string sha256) in applied.OrderBy(static row => row.Version))
        {
            if (version > _list.Count)
            {
                throw new StartException($"Migration {name} is applied to the database but its file is missing",
                    "restore the file, or start a version of the program that has it");
            }
            Migration step = _list[version - 1];
            if (step.Sha256 != sha256)
            {
                throw new StartException($"Migration {step.Place} was edited after it was applied{(step.Name == name ? "" : $" (then named {name})")}",
                    $"restore the file as it was and put the change into a new file {_list.Count + 1:0000}_*.sql, or name another database " +
                    "with --database if this one belongs to another program");
            }
            if (version != next++)
            {
                throw new StartException($"Migration {_list[next - 2].Place} was never applied but the later {name} was",
                    "restore the rows of the table galley_migrations from a backup");
            }
        }
        return _list[(next - 1)..];
    }

    private static Migrations Ordered(IEnumerable<(string Name, string Sql, string Place)> files)
    {
        List<Migration> list = [.. files.Select(static file => new Migration(VersionOf(file.Name, file.Place), file.Name, file.Sql, file.Place))
            .OrderBy(static step => step.Version).ThenBy(static step => step.Name, StringComparer.Ordinal)];
        for (int i = 0; i < list.Count; i++)
        {
            if (i > 0 && list[i].Version == list[i - 1].Version)
            {
                throw new StartException($"Migrations {list[i - 1].Place} and {list[i].Name} have the same number",
                    $"give one of them the next free number, {list[^1].Version + 1:0000}");
            }
            if (list[i].Version != i + 1)
            {
                throw new StartException($"Migration {i + 1:0000} is missing before {list[i].Place}",
                    "restore it, or renumber the files that were not applied yet");
            }
        }
        return new Migrations(list);
    }

    private static int VersionOf(string name, string place)
    {
        int digits = name.AsSpan().IndexOfAnyExceptInRange('0', '9');
        bool isNamed = digits is >= 4 and <= 9 && name[digits] == '_' && name.EndsWith(".sql", StringComparison.Ordinal) && name.Length > digits + 5;
        if (isNamed && int.Parse(name.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture) is > 0 and int version) return version;
        throw new StartException($"Migration {place} is not named like 0001_create_users.sql",
            "rename it: four digits from 0001, an underscore, a name, .sql");
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new StartException($"Migration {path} cannot be read: {failure.Message}", "make it readable UTF-8 text", failure);
        }
    }
}
