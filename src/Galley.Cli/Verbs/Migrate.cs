// galley migrate: applies what is pending.

using System.Globalization;

namespace Galley.Cli.Verbs;

internal static class Migrate
{
    public static async ValueTask<int> RunAsync(Arguments arguments, TextWriter output, CancellationToken cancellation)
    {
        if (arguments.Words.Count > 0) throw new UsageException($"there is no verb 'migrate {arguments.Words[0]}'", "see galley help");
        Events events = new();
        if (!arguments.IsJson) events.Subscribe(happened => { if (Line(happened) is { } line) output.WriteLine(line); });
        return await arguments.WithUpgradeAsync(async upgrade =>
        {
            IReadOnlyList<Migration> applied = await upgrade.ApplyAsync(cancellation).ConfigureAwait(false);
            IReadOnlyList<Migration> waiting = (await upgrade.ReadAsync(false, cancellation).ConfigureAwait(false)).Pending;
            if (arguments.IsJson)
            {
                await Json.WriteAsync(output, json =>
                {
                    json.WriteAll("applied", applied.Select(static step => step.Name));
                    json.WriteAll("waiting", waiting.Select(static step => step.Name));
                }).ConfigureAwait(false);
                return Exit.Done;
            }
            if (applied.Count == 0) await output.WriteLineAsync("nothing to apply").ConfigureAwait(false);
            if (waiting.Count > 0)
                await output.WriteLineAsync($"waiting until somebody asks with --contract: {string.Join(", ", waiting.Select(static step => step.Name))}").ConfigureAwait(false);
            return Exit.Done;
        }, events, cancellation).ConfigureAwait(false);
    }

    private static string? Line(BackendEvent happened) => happened switch
    {
        MigrationApplied applied => string.Create(CultureInfo.InvariantCulture, $"applied {applied.Name} in {applied.Took.TotalSeconds:0.00} s"),
        MigrationWaiting waiting => "waiting: " + waiting.Holder,
        _ => null,
    };
}
