// What Kestrel makes of a connection: the server of ASP.NET Core itself, with a transport of two pipes in memory instead of sockets. The
// application takes each request with its whole body; Kestrel's own log tells why it refused one.

using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Galley.Fuzzing.Differential;

/// <summary>A Kestrel in memory that reads one connection at a time.</summary>
sealed class KestrelConnection : IHttpApplication<IFeatureCollection>, IAsyncDisposable
{
    readonly KestrelServer _server;
    readonly MemoryListener _listener = new();
    readonly RefusalLog _log = new();
    List<Taken> _requests = [];

    KestrelConnection()
    {
        KestrelServerOptions options = new() { AddServerHeader = false, RequestHeaderEncodingSelector = _ => Encoding.Latin1, AllowAlternateSchemes = true };
        options.Limits.MaxRequestBodySize = 32 * 1024 * 1024;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, 1);
        _server = new KestrelServer(Options.Create(options), _listener, LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(_log)));
    }

    public static async Task<KestrelConnection> StartAsync()
    {
        KestrelConnection kestrel = new();
        await kestrel._server.StartAsync(kestrel, CancellationToken.None);
        return kestrel;
    }

    /// <summary>Reads a connection whose client sends these bytes and then no more.</summary>
    public async Task<Reading> ReadAsync(byte[] bytes)
    {
        _requests = [];
        _log.Reason = null;
        MemoryConnection connection = new();
        await connection.Client.Output.WriteAsync(bytes);
        _listener.Accepted.Writer.TryWrite(connection);
        while (true)
        {
            ReadResult answer = await connection.Client.Input.ReadAsync();
            connection.Client.Input.AdvanceTo(answer.Buffer.End);
            if (answer.IsCompleted)
                break;
        }
        await connection.Ended.Task;
        return new(_requests, _log.Reason);
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body);
        IEnumerable<(string, string)> fields = request.Headers.SelectMany(field => field.Value.Select(value => (field.Key, value ?? "")));
        _requests.Add(new(request.Method, request.RawTarget, request.Path, request.QueryString.Length > 0 ? request.QueryString[1..] : "", Taken.Join(fields),
            Encoding.Latin1.GetString(body.ToArray())));
    }

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        _server.Dispose();
    }

    public sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    sealed class MemoryConnection : DefaultConnectionContext
    {
        public MemoryConnection()
        {
            Pipe toServer = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
            Pipe toClient = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
            ConnectionId = "memory";
            // Completing a pipe that is being read continues the reader at once, and it is not ready for that: hence the other thread.
            Transport = new Duplex(new StarvingReader(toServer.Reader, () => ThreadPool.QueueUserWorkItem(_ => toServer.Writer.Complete())), toClient.Writer);
            Client = new Duplex(toClient.Reader, toServer.Writer);
        }

        public Duplex Client { get; }

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Abort(ConnectionAbortedException abortReason)
        {
            Transport.Input.CancelPendingRead();
            Transport.Output.Complete();
        }

        public override ValueTask DisposeAsync()
        {
            Transport.Output.Complete();
            Ended.TrySetResult();
            return base.DisposeAsync();
        }
    }

    sealed class MemoryListener : IConnectionListenerFactory, IConnectionListener
    {
        public Channel<ConnectionContext> Accepted { get; } = Channel.CreateUnbounded<ConnectionContext>();

        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await Accepted.Reader.WaitToReadAsync(cancellationToken) && Accepted.Reader.TryRead(out ConnectionContext? connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            Accepted.Writer.TryComplete();
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }

    // Kestrel logs a refused request with its exception, from the head and from the body alike.
    sealed class RefusalLog : ILoggerProvider, ILogger
    {
        public string? Reason { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
                Reason ??= exception is Microsoft.AspNetCore.Http.BadHttpRequestException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
        }

        public void Dispose()
        {
        }
    }
}
