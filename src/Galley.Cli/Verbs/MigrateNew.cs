// galley migrate new: the next file, with the next number.

namespace Galley.Cli.Verbs;

internal static class MigrateNew
{
    public static async ValueTask<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellation)
    {
        if (arguments.Words is not [{ } name] || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw new UsageException("the new migration has no name", "write galley migrate new NAME, with letters, digits and underscores");
        if (arguments.Text("engine") is { } wanted and not ("postgres" or "sqlite")) throw new UsageException($"--engine is '{wanted}'", "write postgres or sqlite");
        Directory.CreateDirectory(arguments.Folder);
        int next = arguments.Migrations().List.Select(static step => step.Version).DefaultIfEmpty().Max() + 1;
        string file = Path.Combine(arguments.Folder, $"{next:0000}_{name}{(arguments.Text("engine") is { } engine ? "." + engine : "")}.sql");
        await File.WriteAllTextAsync(file, $"-- {name.Replace('_', ' ')}: why the schema changes\n", cancellation).ConfigureAwait(false);
        await output.WriteLineAsync(file).ConfigureAwait(false);
        return Exit.Done;
    }
}
