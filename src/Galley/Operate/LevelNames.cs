// The names of log levels, as short as they are written.

using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Names of levels.</summary>
internal static class LevelNames
{
    public static ReadOnlySpan<byte> Of(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace"u8,
        LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        LogLevel.Error => "error"u8,
        _ => "critical"u8,
    };
}
