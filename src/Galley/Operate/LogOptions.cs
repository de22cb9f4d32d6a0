// The settings of the log, from the configuration section Galley:Log. Read when the backend is created, so that a program may change them before it
// runs; what is wrong with them is reported when it runs.

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Galley;

/// <summary>How log lines look.</summary>
public enum LogFormat
{
    /// <summary>Text on a terminal and in development, JSON elsewhere.</summary>
    Auto,

    /// <summary>One JSON object per line.</summary>
    Json,

    /// <summary>One line for a person; a fault is followed by its indented stack.</summary>
    Text,
}

/// <summary>What is written to the log, and how. Whether there is a line per request is <see cref="BackendOptions.LogRequests"/>.</summary>
/// <remarks>Filled from the configuration section <c>Galley:Log</c>; a program may change it before it runs.</remarks>
public sealed class LogOptions
{
    private StartException? _wrong;

    /// <summary>How lines look: <c>auto</c>, <c>json</c> or <c>text</c>. Default auto. Setting <c>Galley:Log:Format</c>.</summary>
    public LogFormat Format { get; set; }

    /// <summary>The least that is written: <c>trace</c>, <c>debug</c>, <c>info</c>, <c>warn</c>, <c>error</c>, <c>critical</c> or <c>off</c>. Default info.
    /// Setting <c>Galley:Log:Level</c>.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>Whether probes of <c>/livez</c> and <c>/readyz</c> that succeed are written too. Default false. Setting <c>Galley:Log:Health</c>.</summary>
    public bool HealthRequests { get; set; }

    /// <summary>Bytes of lines that may wait for standard output. Default 4,194,304, taken only as needed. Beyond: lines are dropped, counted, and the
    /// count is written. Setting <c>Galley:Log:BufferBytes</c>.</summary>
    public int BufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many lines per second one kind of event gets that clients can bring about as often as they like. Default 10. Beyond: they are counted, and the
    /// count is one line, <c>events_left_out</c>. Setting <c>Galley:Log:Repeats</c>.</summary>
    public int Repeats { get; set; } = 10;

    /// <summary>Where lines go in place of standard output: tests put a stream here.</summary>
    internal Stream? Output { get; set; }

    internal static LogOptions Read(IConfiguration configuration)
    {
        var options = new LogOptions();
        IConfigurationSection galley = configuration.GetSection("Galley");
        try
        {
            options.HealthRequests = BackendSettings.YesNo(galley, "Log:Health", options.HealthRequests);
            options.BufferBytes = (int)BackendSettings.Whole(galley, "Log:BufferBytes", options.BufferBytes, 4096, 1024 * 1024 * 1024);
            options.Repeats = (int)BackendSettings.Whole(galley, "Log:Repeats", options.Repeats, 1, 1_000_000);
            if (galley["Log:Format"] is { } format) options.Format = FormatOf(format);
            if (galley["Log:Level"] is { } level) options.Level = LevelOf(level);
        }
        catch (StartException wrong)
        {
            options._wrong = wrong;
        }
        return options;
    }

    /// <summary>Throws what was wrong with the settings.</summary>
    internal void Check()
    {
        if (_wrong is not null) throw _wrong;
    }

    internal bool IsJson(bool isDevelopment) => Format == LogFormat.Json ||
        (Format == LogFormat.Auto && !isDevelopment && (Output is not null || Console.IsOutputRedirected));

    private static LogFormat FormatOf(string text) => text.ToLowerInvariant() switch
    {
        "auto" => LogFormat.Auto,
        "json" => LogFormat.Json,
        "text" => LogFormat.Text,
        _ => throw BackendSettings.Wrong("Log:Format", text, "auto, json or text"),
    };

    private static LogLevel LevelOf(string text) => text.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" => LogLevel.Critical,
        "off" or "none" => LogLevel.None,
        _ => throw BackendSettings.Wrong("Log:Level", text, "trace, debug, info, warn, error, critical or off"),
    };
}
