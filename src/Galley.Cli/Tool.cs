// Finds the verb of a command line and runs it. What is wrong is one line on standard error that says what to do.

using Galley.Cli.Verbs;

namespace Galley.Cli;

/// <summary>Exit codes, the same for every verb.</summary>
internal static class Exit
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int NotUnderstood = 2;
    public const int NotAsItShouldBe = 3;
}

internal delegate ValueTask<int> Verb(Arguments arguments, TextWriter output, CancellationToken cancellation);

internal static class Tool
{
    private static readonly (string Name, string Form, string About, Verb Run)[] s_verbs =
    [
        ("migrate status", "", "what is applied, begun and pending; what was edited, and what was changed by hand", MigrateStatus.RunAsync),
        ("migrate plan", "[--try] [--contract]", "print the SQL that would run; --try runs it and takes it back", MigratePlan.RunAsync),
        ("migrate lint", "[--engine NAME]", "judge the files: what would hold others up, fail half-way or lose data", MigrateLint.RunAsync),
        ("migrate repair", "--version N WHAT", "say what is so: --accept an edit, --applied, --forget, --done STATEMENTS; or --schema", MigrateRepair.RunAsync),
        ("migrate new", "NAME [--engine NAME]", "make the next file", MigrateNew.RunAsync),
        ("migrate", "[--contract]", "apply what is pending; contract steps only when asked for", Migrate.RunAsync),
        ("backup", "sqlite:FILE COPY", "copy a SQLite database while it is in use", Backup.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        string line = string.Join(' ', args);
        if (args.Length == 0 || args[0] is "help" or "--help" or "-h")
        {
            await output.WriteLineAsync(Usage()).ConfigureAwait(false);
            return args.Length == 0 ? Exit.NotUnderstood : Exit.Done;
        }
        try
        {
            (string name, _, _, Verb run) = Array.Find(s_verbs, verb => line == verb.Name || line.StartsWith(verb.Name + " ", StringComparison.Ordinal));
            if (run is null) throw new UsageException($"there is no verb '{args[0]}'", "see galley help");
            return await run(Arguments.Read(args.AsSpan(name.Split(' ').Length)), output, cancellation).ConfigureAwait(false);
        }
        catch (UsageException wrong)
        {
            await error.WriteLineAsync("galley: " + wrong.Message).ConfigureAwait(false);
            return Exit.NotUnderstood;
        }
        catch (Exception failure) when (failure is StartException or StoreException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync("galley: " + failure.Message).ConfigureAwait(false);
            return Exit.Failed;
        }
    }

    private static string Usage() =>
        "galley VERB [OPTIONS]\n\n" + string.Join('\n', s_verbs.Select(static verb => $"  galley {verb.Name} {verb.Form}".TrimEnd().PadRight(48) + "  " + verb.About)) + "\n\n" +
        """
        Options of migrate
          --database URL     sqlite:app.db or postgres://user@host/database; default: the setting Galley:Database (Galley__Database, appsettings.json)
          --folder FOLDER    where the files are; default: migrations
          --json             for machines
          --wait SECONDS     for another process that migrates; default: 60

        Exit codes: 0 done; 1 it failed, and standard error says why; 2 the command was not understood; 3 status has something pending, drifted or
        begun, or lint has findings.
        """;
}
