// A command line as words and options. By hand: there are few, and none needs a package.

using System.Globalization;
using Galley.Storing;

namespace Galley.Cli;

/// <summary>A command that is not understood.</summary>
internal sealed class UsageException(string problem, string fix) : Exception($"{problem}; {fix}.");

internal sealed class Arguments
{
    private static readonly string[] s_switches = ["json", "try", "contract", "accept", "applied", "forget", "schema"];
    private static readonly string[] s_valued = ["database", "folder", "engine", "version", "done", "wait"];
    private static readonly DatabaseEngine[] s_engines = [Sqlite.Engine, Postgres.Engine];

    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    public IReadOnlyList<string> Words => _words;

    public bool IsJson => Has("json");

    /// <exception cref="UsageException">An option is not known, or lacks its value.</exception>
    public static Arguments Read(ReadOnlySpan<string> args)
    {
        Arguments read = new();
        for (int i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                read._words.Add(args[i]);
                continue;
            }
            string[] parts = args[i][2..].Split('=', 2);
            if (s_switches.Contains(parts[0]) && parts.Length == 1) read._options[parts[0]] = "";
            else if (s_valued.Contains(parts[0]) && parts.Length == 2) read._options[parts[0]] = parts[1];
            else if (s_valued.Contains(parts[0]) && i + 1 < args.Length) read._options[parts[0]] = args[++i];
            else if (s_valued.Contains(parts[0])) throw new UsageException($"--{parts[0]} has no value", "write it behind");
            else throw new UsageException($"the option --{parts[0]} is not known", "see galley help");
        }
        return read;
    }

    public bool Has(string option) => _options.ContainsKey(option);

    public string? Text(string option) => _options.GetValueOrDefault(option);

    public int? Number(string option)
    {
        if (Text(option) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new UsageException($"--{option} is '{text}'", "write a whole number");
    }

    public string Folder => Text("folder") ?? "migrations";

    /// <summary>The address that was given, or that the backend would take from its settings; null when there is none.</summary>
    public string? Database => Text("database") ?? BackendSettings.Read([]).Configuration["Galley:Database"];

    /// <summary>The files, judged by the same rules as at a start.</summary>
    /// <exception cref="UsageException">There is no such folder.</exception>
    public Migrations Migrations() => Directory.Exists(Folder) ? Galley.Migrations.FromFolder(Folder)
        : throw new UsageException($"there is no folder '{Path.GetFullPath(Folder)}'", "name that of the migrations with --folder, or begin one with galley migrate new NAME");

    /// <summary>Connects, and hands over what changes the schema.</summary>
    public async ValueTask<T> WithUpgradeAsync<T>(Func<SchemaUpgrade, ValueTask<T>> work, Events? events, CancellationToken cancellation, bool isLook = false)
    {
        Migrations migrations = Migrations();
        string address = Database ?? throw new UsageException("no database is named", "write --database sqlite:app.db or set Galley__Database");
        DatabaseEngine engine = Array.Find(s_engines, engine => engine.Takes(address))
            ?? throw new UsageException("the address " + BackendDatabase.BeginningOf(address), "write it like sqlite:app.db or postgres://user@host/database");
        UpgradeTerms terms = new() { HasContract = Has("contract"), Wait = TimeSpan.FromSeconds(Number("wait") ?? 60), Events = events };
        SchemaSession session = await ((isLook ? engine.OpenSchemaToLook : null) ?? engine.OpenSchema!)(address, cancellation).ConfigureAwait(false);
        try
        {
            return await work(new SchemaUpgrade(session, migrations, terms)).ConfigureAwait(false);
        }
        finally
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }
}
