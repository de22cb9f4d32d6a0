// Reading the settings: appsettings.json, then the environment, then the command line. Every value is checked where it is read, and the first that is
// wrong is reported by its name, with what it may be.

using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Galley;

/// <summary>Fills <see cref="BackendOptions"/> from configuration. By hand: a binder would need reflection.</summary>
internal static class BackendSettings
{
    // Timers count milliseconds in 32 bits: what is longer would fail where it is used, at the drain for example.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(24);

    private static readonly Dictionary<string, string> s_switches = new()
    {
        ["--port"] = "Galley:Port",
        ["--host"] = "Galley:Host",
        ["--transport"] = "Galley:Transport",
        ["--database"] = "Galley:Database",
        ["--migrations"] = "Galley:Migrations",
        ["--openapi"] = "Galley:OpenApi:Write",
    };

    /// <summary>The settings, and what is wrong with them: a backend that is misconfigured says so when it runs.</summary>
    public static (IConfiguration Configuration, BackendOptions Options, StartException? Wrong) Read(string[] args)
    {
        var options = new BackendOptions();
        try
        {
            string environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Production";
            options.IsDevelopment = environment == "Development";
            IConfiguration configuration = Build(args, environment);
            Fill(options, configuration.GetSection("Galley"));
            return (configuration, options, null);
        }
        catch (StartException wrong)
        {
            return (new ConfigurationBuilder().Build(), options, wrong);
        }
    }

    private static IConfiguration Build(string[] args, string environment)
    {
        var builder = new ConfigurationBuilder();
        foreach (string folder in Folders())
        {
            AddFile(builder, Path.Combine(folder, "appsettings.json"));
            AddFile(builder, Path.Combine(folder, $"appsettings.{environment}.json"));
        }
        builder.AddEnvironmentVariables();
        // The short names every platform sets; the command line is stronger.
        builder.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Galley:Port"] = Environment.GetEnvironmentVariable("PORT"),
            ["Galley:Host"] = Environment.GetEnvironmentVariable("HOST"),
        }.Where(static pair => !string.IsNullOrEmpty(pair.Value)));
        try
        {
            // The one switch without a value: the configuration knows none.
            return builder.AddCommandLine(args.Select(static one => one == "--https" ? "--Galley:Tls:Development=true" : one).ToArray(), s_switches).Build();
        }
        catch (FormatException wrong)
        {
            throw new StartException("the command line is not understood: " + wrong.Message.TrimEnd('.'), "write settings as --Galley:Name=value, or --port 3000", wrong);
        }
        catch (InvalidDataException wrong)
        {
            throw new StartException(wrong.Message.TrimEnd('.'), "correct the JSON of that file", wrong);
        }
    }

    // Beside the program for what is deployed with it, then where it was started for what is local; once if they are the same.
    private static IEnumerable<string> Folders() =>
        new[] { AppContext.BaseDirectory, Environment.CurrentDirectory }.Select(Path.TrimEndingDirectorySeparator).Distinct();

    // A file that is not there costs nothing: the file provider with its watchers is made only for one that is.
    private static void AddFile(ConfigurationBuilder builder, string path)
    {
        if (File.Exists(path)) builder.AddJsonFile(path, optional: true, reloadOnChange: false);
    }

    private static void Fill(BackendOptions options, IConfiguration galley)
    {
        bool inContainer = Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1";
        options.Host = galley["Host"] ?? (inContainer ? "*" : options.Host);
        options.Transport = galley["Transport"] ?? options.Transport;
        options.Port = (int)Whole(galley, "Port", options.Port, 0, 65535);
        options.Loops = (int)Whole(galley, "Loops", options.Loops, 0, 1024);
        options.Backlog = (int)Whole(galley, "Backlog", options.Backlog, 1, 65535);
        options.Migrations = Mode(galley, options.IsDevelopment ? MigrationMode.Apply : MigrationMode.Check);
        options.MigrationWait = Span(galley, "Migrations:Wait", options.MigrationWait);
        options.LogRequests = YesNo(galley, "Log:Requests", options.LogRequests);

        Limits limits = options.Limits;
        limits.HeadBytes = (int)Whole(galley, "Limits:HeadBytes", limits.HeadBytes, 256, 1024 * 1024);
        limits.TargetBytes = (int)Whole(galley, "Limits:TargetBytes", limits.TargetBytes, 64, 1024 * 1024);
        limits.Fields = (int)Whole(galley, "Limits:Fields", limits.Fields, 1, 10_000);
        limits.BodyBytes = Whole(galley, "Limits:BodyBytes", limits.BodyBytes, 0, long.MaxValue);
        limits.DecompressionRatio = (int)Whole(galley, "Limits:DecompressionRatio", limits.DecompressionRatio, 1, 1_000_000);
        limits.FormBytes = (int)Whole(galley, "Limits:FormBytes", limits.FormBytes, 0, int.MaxValue / 2);
        limits.FormFields = (int)Whole(galley, "Limits:FormFields", limits.FormFields, 1, 1_000_000);
        limits.FormPartHeadBytes = (int)Whole(galley, "Limits:FormPartHeadBytes", limits.FormPartHeadBytes, 128, 1024 * 1024);
        limits.Ranges = (int)Whole(galley, "Limits:Ranges", limits.Ranges, 0, Limits.MostRanges);
        limits.Errors = (int)Whole(galley, "Limits:Errors", limits.Errors, 1, 1000);
        limits.JsonDepth = (int)Whole(galley, "Limits:JsonDepth", limits.JsonDepth, 1, JsonTypes.MostDepth / 2);
        limits.WebSocketMessageBytes = (int)Whole(galley, "Limits:WebSocketMessageBytes", limits.WebSocketMessageBytes, 0, int.MaxValue / 2);
        limits.Connections = (int)Whole(galley, "Limits:Connections", limits.Connections, 1, 10_000_000);
        limits.ConnectionsPerAddress = (int)Whole(galley, "Limits:ConnectionsPerAddress", limits.ConnectionsPerAddress, 1, 10_000_000);
        limits.SpareThreads = (int)Whole(galley, "Limits:SpareThreads", limits.SpareThreads, 1, 10_000);

        options.SlowQuery.Threshold = galley["SlowQuery:Threshold"] is "off" ? null : Span(galley, "SlowQuery:Threshold", options.SlowQuery.Threshold!.Value);
        options.SlowQuery.Plan = YesNo(galley, "SlowQuery:Plan", options.SlowQuery.Plan);

        options.Json.DuplicateMembers = IsChosen(galley, "Json:DuplicateMembers", "last-wins", "refuse") ? DuplicateMembers.Refuse : DuplicateMembers.LastWins;
        options.Json.UnknownMembers = IsChosen(galley, "Json:UnknownMembers", "ignore", "refuse") ? UnknownMembers.Refuse : UnknownMembers.Ignore;

        FillPages(options.Pages, galley);

        Timeouts timeouts = options.Timeouts;
        timeouts.Head = Span(galley, "Timeouts:Head", timeouts.Head);
        timeouts.Idle = Span(galley, "Timeouts:Idle", timeouts.Idle);
        timeouts.Body = Span(galley, "Timeouts:Body", timeouts.Body);
        timeouts.Write = Span(galley, "Timeouts:Write", timeouts.Write);
        timeouts.Request = Span(galley, "Timeouts:Request", timeouts.Request);
        timeouts.EventHeartbeat = Span(galley, "Timeouts:EventHeartbeat", timeouts.EventHeartbeat);
        timeouts.EventRetry = Span(galley, "Timeouts:EventRetry", timeouts.EventRetry);
        timeouts.WebSocketPing = Span(galley, "Timeouts:WebSocketPing", timeouts.WebSocketPing);
        timeouts.WebSocketPong = Span(galley, "Timeouts:WebSocketPong", timeouts.WebSocketPong);
        timeouts.WebSocketClose = Span(galley, "Timeouts:WebSocketClose", timeouts.WebSocketClose);
        timeouts.Stall = Span(galley, "Timeouts:Stall", timeouts.Stall);
        timeouts.Isolation = Span(galley, "Timeouts:Isolation", timeouts.Isolation);
        timeouts.Drain = Span(galley, "Timeouts:Drain", timeouts.Drain);
        timeouts.BytesPerSecond = (int)Whole(galley, "Timeouts:BytesPerSecond", timeouts.BytesPerSecond, 1, int.MaxValue);
    }

    private static void FillPages(PageOptions pages, IConfiguration galley)
    {
        pages.MostRows = (int)Whole(galley, "Pages:MostRows", pages.MostRows, 1, 1_000_000);
        pages.Rows = (int)Whole(galley, "Pages:Rows", Math.Min(pages.Rows, pages.MostRows), 1, pages.MostRows);
        pages.LinkBytes = (int)Whole(galley, "Pages:LinkBytes", pages.LinkBytes, 0, 65_536);
        string given = galley["Cursors:Key"] ?? "";
        if (galley["Cursors:KeyFile"] is { } file)
        {
            try
            {
                given += "\n" + File.ReadAllText(file);
            }
            catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new StartException($"the keys of cursors cannot be read: {cannot.Message.TrimEnd('.')}", "set Galley:Cursors:KeyFile to a file with a key on each line", cannot);
            }
        }
        foreach (string key in given.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            // Not quoted: it is a secret.
            if (key.Length < PageOptions.ShortestKey)
                throw new StartException($"a key of Galley:Cursors has {key.Length} characters", $"give every key at least {PageOptions.ShortestKey}, as openssl rand -base64 32 makes them");
            pages.CursorKeys.Add(key);
        }
        if (pages.CursorKeys.Count == 0 && given.Length > 0) throw new StartException("Galley:Cursors has no key in it", "set Galley:Cursors:Key to what openssl rand -base64 32 makes");
    }

    internal static long Whole(IConfiguration galley, string name, long otherwise, long least, long most)
    {
        if (galley[name] is not { } text) return otherwise;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most) return value;
        throw Wrong(name, text, most == long.MaxValue ? $"a whole number from {least}" : $"a whole number from {least} to {most}");
    }

    internal static bool YesNo(IConfiguration galley, string name, bool otherwise)
    {
        if (galley[name] is not { } text) return otherwise;
        return bool.TryParse(text, out bool value) ? value : throw Wrong(name, text, "true or false");
    }

    private static MigrationMode Mode(IConfiguration galley, MigrationMode otherwise) => galley["Migrations"]?.ToLowerInvariant() switch
    {
        null => otherwise,
        "apply" => MigrationMode.Apply,
        "check" => MigrationMode.Check,
        "only" => MigrationMode.Only,
        "off" => MigrationMode.Off,
        _ => throw Wrong("Migrations", galley["Migrations"]!, "apply, check, only or off"),
    };

    // One of two words; false for the first, which is the default.
    private static bool IsChosen(IConfiguration galley, string name, string otherwise, string word)
    {
        string text = galley[name] ?? otherwise;
        if (text.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        return text.Equals(otherwise, StringComparison.OrdinalIgnoreCase) ? false : throw Wrong(name, text, $"{otherwise} or {word}");
    }

    // Seconds as a number, or hours:minutes:seconds.
    internal static TimeSpan Span(IConfiguration galley, string name, TimeSpan otherwise)
    {
        if (galley[name] is not { } text) return otherwise;
        bool isSeconds = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds);
        TimeSpan span = isSeconds && seconds < s_longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : default;
        if (!isSeconds) _ = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out span);
        if (span > TimeSpan.Zero && span < s_longest) return span;
        throw Wrong(name, text, "a positive number of seconds, such as 2.5, or hours:minutes:seconds, below 24 days");
    }

    internal static StartException Wrong(string name, string text, string form)
    {
        string described = $"the setting Galley:{name} is '{text}'";
        string also = name switch { "Port" => " (--port, PORT)", "Host" => " (--host, HOST)", "Migrations" => " (--migrations)", _ => "" };
        return new StartException(described, $"set Galley:{name}{also} to {form}");
    }
}
