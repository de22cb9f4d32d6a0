// The schema as an ordered list of SQL files, and the check of that list against what a database says was applied. Pure: each
// database brings the lock, the transaction and the statements.

using System.Globalization;
using System.Text;
using Galley.Storing;

namespace Galley;

/// <summary>The steps of the schema, in order: plain SQL named <c>NNNN_name.sql</c>, numbered 1, 2, 3 without gaps.</summary>
/// <remarks>Where engines differ, <c>NNNN_name.sqlite.sql</c> and <c>NNNN_name.postgres.sql</c> stand beside or instead of it; an engine's own file wins. Each is applied once, in a transaction of its own, and recorded in <c>galley_migrations</c>. An applied file is never
/// edited: add the next one.</remarks>
public sealed class Migrations
{
    private readonly List<Migration> _list;

    private Migrations(List<Migration> list) => _list = list;

    /// <summary>No migrations: the schema is somebody else's business.</summary>
    public static Migrations None { get; } = new([]);

    /// <summary>The steps in order; before <see cref="For"/>, with every variant.</summary>
    public IReadOnlyList<Migration> List => _list;

    /// <summary>The <c>.sql</c> files of a folder.</summary>
    /// <exception cref="StartException">The folder is missing, or a file is misnamed, a number missing or used twice.</exception>
    public static Migrations FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new StartException($"The migrations folder '{Path.GetFullPath(folder)}' does not exist",
                "create it, or name another one where the program opens its database");
        }
        List<(string, string, string)> files = [];
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                // 0002_b.SQL, or a folder: left out they would be missed by nobody.
                if (!entry.Name.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)) continue;
                string path = Path.Combine(folder, entry.Name);
                if (entry is DirectoryInfo) throw new StartException($"Migration {path} is a folder", "migrations are files: move what is in it up, numbered, or rename the folder");
                files.Add((entry.Name, Read(path), path));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The migrations folder '{Path.GetFullPath(folder)}' cannot be read: {failure.Message}", "give this process's user permission to read it", failure);
        }
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

    /// <summary>The steps of one engine: its own file where there is one, else the general one. Called by databases.</summary>
    /// <param name="engine"><c>sqlite</c> or <c>postgres</c>.</param>
    /// <exception cref="StartException">A step has a file for another engine only.</exception>
    public Migrations For(string engine)
    {
        ArgumentException.ThrowIfNullOrEmpty(engine);
        if (_list.TrueForAll(static step => step.Engine is null)) return this;
        List<Migration> chosen = [];
        foreach (IGrouping<int, Migration> step in _list.GroupBy(static step => step.Version))
        {
            chosen.Add(step.FirstOrDefault(file => file.Engine == engine) ?? step.FirstOrDefault(static file => file.Engine is null) ?? throw new StartException(
                $"Migration {step.First().Place} is for {step.First().Engine} only, and this database is {engine}",
                $"add {step.First().Stem}.{engine}.sql (a comment will do where nothing is to be done), or {step.First().Stem}.sql for every engine"));
        }
        return new Migrations(chosen);
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
                    $"restore the file, or start a version of the program that has it; to forget it for good: galley migrate repair --version {version} --forget");
            }
            Migration step = _list[version - 1];
            if (step.Sha256 != sha256)
            {
                throw new StartException($"Migration {step.Place} was edited after it was applied{(step.Name == name ? "" : $" (then named {name})")}",
                    $"restore the file as it was and put the change into a new file {_list.Count + 1:0000}_*.sql, or name another database " +
                    "with --database if this one belongs to another program; to accept it as it is now, without running it: " +
                    $"galley migrate repair --version {version} --accept");
            }
            if (version != next++)
            {
                throw new StartException($"Migration {_list[next - 2].Place} was never applied but the later {name} was",
                    $"do by hand what it says where that is missing, then type 'galley migrate repair --version {next - 1} --applied'");
            }
        }
        return _list[(next - 1)..];
    }

    private static Migrations Ordered(IEnumerable<(string Name, string Sql, string Place)> files)
    {
        List<Migration> list = [.. files.Select(static file => Named(file.Name, file.Sql, file.Place))
            .OrderBy(static step => step.Version).ThenBy(static step => step.Name, StringComparer.Ordinal)];
        int last = 0;
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].Version == last && (list[i].Stem != list[i - 1].Stem || list[i].Engine == list[i - 1].Engine))
            {
                throw new StartException($"Migrations {list[i - 1].Place} and {list[i].Name} have the same number",
                    $"give one of them the next free number, {list[^1].Version + 1:0000}");
            }
            if (list[i].Version > last + 1)
            {
                throw new StartException($"Migration {last + 1:0000} is missing before {list[i].Place}",
                    "restore it, or renumber the files that were not applied yet");
            }
            last = list[i].Version;
        }
        return new Migrations(list);
    }

    // NNNN_name.sql, or NNNN_name.engine.sql. Other dots are refused: a misspelt engine must not become a step for every engine.
    private static Migration Named(string name, string sql, string place)
    {
        int digits = name.AsSpan().IndexOfAnyExceptInRange('0', '9');
        bool isNamed = digits is >= 4 and <= 9 && name[digits] == '_' && name.EndsWith(".sql", StringComparison.Ordinal) && name.Length > digits + 5;
        if (isNamed && int.Parse(name.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture) is > 0 and int version)
        {
            string[] parts = name[..^4].Split('.');
            if (parts.Length == 1) return new Migration(version, parts[0], null, name, sql, place);
            if (parts is [{ } stem, "postgres" or "sqlite"] && stem.Length > digits + 1) return new Migration(version, stem, parts[1], name, sql, place);
        }
        throw new StartException($"Migration {place} is not named like 0001_create_users.sql",
            "rename it: four digits from 0001, an underscore, a name without a dot, .sql (or .postgres.sql, .sqlite.sql for one engine)");
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
