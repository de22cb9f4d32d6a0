// The galley tool: which verbs there are, and what their exit codes mean.

using Galley.Cli;

return await Tool.RunAsync(args, Console.Out, Console.Error, CancellationToken.None).ConfigureAwait(false);
