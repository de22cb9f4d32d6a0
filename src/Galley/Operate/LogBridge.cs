// ILogger<T> for programs and for libraries that log through Microsoft.Extensions.Logging: their lines go where Galley's go and look the same. Scopes
// are not kept.

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Writes the lines of loggers.</summary>
internal sealed class LogBridge(LogWriter writer, LogLevel least) : ILoggerProvider
{
    /// <summary>Registers loggers in <paramref name="services"/>; without a writer they are silent.</summary>
    public static void Register(IServiceCollection services, LogWriter? writer, LogLevel least) => services.AddLogging(logging =>
    {
        if (writer is not null) logging.AddProvider(new LogBridge(writer, least));
        // The ecosystem's own minimum is info: an operator who asks for more gets it.
        if (least < LogLevel.Information) logging.SetMinimumLevel(least);
    });

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, writer, least);

    // The log owns the writer, and outlives the services.
    public void Dispose()
    {
    }

    private sealed class Category(string name, LogWriter writer, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            string message = Message(state, exception, formatter);
            LogLine line = writer.Begin(logLevel, "log"u8);
            line.Lead("category"u8);
            line.Text(name);
            line.Lead("message"u8);
            line.Text(message);
            if (eventId.Id != 0) line.Add("event_id"u8, eventId.Id);
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values) Values(line, values);
            if (exception is not null)
            {
                line.Add("error"u8, exception.GetType().FullName);
                line.Block("exception"u8, EventLines.TextOf(exception));
            }
            writer.Write(line, isUrgent: logLevel >= LogLevel.Error);
        }

        // A template that does not fit its arguments is a mistake to read about, not one that ends a request.
        private static string Message<TState>(TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            try
            {
                return formatter(state, exception);
            }
            catch (Exception wrong)
            {
                return $"(this line could not be formatted: {wrong.Message})";
            }
        }

        private static void Values(LogLine line, IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            bool isOpen = false;
            for (int i = 0; i < values.Count; i++)
            {
                (string key, object? value) = values[i];
                if (key == "{OriginalFormat}") continue;
                if (!isOpen) line.Open("values"u8);
                isOpen = true;
                line.Name(key);
                Value(line, value);
            }
            if (isOpen) line.Close();
        }

        private static void Value(LogLine line, object? value)
        {
            switch (value)
            {
                case null: line.Raw("null"u8); break;
                case bool yes: line.Raw(yes ? "true"u8 : "false"u8); break;
                case int number: line.Number(number); break;
                case long number: line.Number(number); break;
                case double number when double.IsFinite(number): line.Number(number); break;
                case decimal number: line.Number(number); break;
                case string text: line.Text(text); break;
                default: line.Text(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            }
        }
    }
}
