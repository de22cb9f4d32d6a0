// A program's backend: what it declares before it runs, and its life from the first setting read to exit code 0. The request path is not here: it is
// in Loop.cs, driven by the engine of stage 1.

using System.Net;
using System.Runtime.InteropServices;
using Galley.Operating;
using Galley.Receiving;
using Galley.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Galley;

/// <summary>A backend: its routes, services and settings, and the engine that runs them.</summary>
/// <remarks>Declare everything, then run. Not thread-safe before it runs; afterwards only <see cref="StopAsync"/> may be called, from any thread.</remarks>
/// <example><code>
/// var app = Backend.Create(args);
/// app.Get("/hello", () => new Greeting("Hello, world"));
/// app.Run();
/// </code></example>
public sealed class Backend : Routes, IAsyncDisposable
{
    private readonly List<Func<CancellationToken, ValueTask>> _starting = [];
    private readonly List<Func<ValueTask>> _stopping = [];
    private readonly StartException? _misconfigured;
    private readonly CancellationTokenSource _giveUpStart = new();
    private readonly CancellationTokenSource _force = new();
    private readonly TaskCompletionSource<string> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<CancellationToken, ValueTask>? _openDatabase;
    private ServiceProvider? _provider;
    private Engine? _engine;
    private RequestLog? _log;
    private Task<int>? _stopped;
    private volatile bool _hasDrained;

    private Backend(IConfiguration configuration, BackendOptions options, StartException? misconfigured) : base("", null)
    {
        Configuration = configuration;
        Options = options;
        _misconfigured = misconfigured;
        Services.AddSingleton(configuration);
        Log = LogOptions.Read(configuration);
        Health = new Health(this);
        OpenApi = new OpenApiDocument(this);
    }

    /// <summary>The settings, from appsettings.json, environment and command line, the later ones stronger.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>How the backend listens, how much it takes and how long it waits.</summary>
    public BackendOptions Options { get; }

    /// <summary>What handlers may ask for by type.</summary>
    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>What happens while it runs.</summary>
    public Events Events { get; } = new();

    /// <summary>What is written to the log, and how.</summary>
    public LogOptions Log { get; }

    /// <summary>What <c>/readyz</c> asks before it says yes.</summary>
    public Health Health { get; }

    /// <summary>The description of the program's operations for people and for generators of clients.</summary>
    public OpenApiDocument OpenApi { get; }

    /// <summary>The clock of time-outs, deadlines and stamps. Tests put theirs here before the backend runs.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>The database of <see cref="UseDatabase(Func{IConfiguration, Database})"/>, once the start has opened it; null before, or without one.</summary>
    public Database? Database { get; private set; }

    /// <summary>Where it listens, with the port that was really taken; null before it does. The address in clear text, or the one that speaks TLS
    /// if that is the only one.</summary>
    public IPEndPoint? Address => _engine?.PlainAddress ?? _engine?.SecureAddress;

    /// <summary>Where it speaks TLS, with the port that was really taken; null before it does, and without TLS.</summary>
    public IPEndPoint? SecureAddress => _engine?.SecureAddress;

    /// <summary>Connections that are open now.</summary>
    public int Connections => _engine?.Connections ?? 0;

    /// <summary>TLS; null in programs that did not ask for it.</summary>
    internal Encryption? Encryption { get; set; }

    internal bool IsStopping => _stopped is not null;

    /// <summary>Carries bytes in place of the network: tests put a memory listener here.</summary>
    internal Listener? Listener { get; set; }

    /// <summary>Creates a backend and reads its settings. A setting that is wrong is reported when the backend runs, by name and with the fix.</summary>
    /// <param name="args">The command line: <c>--port</c>, <c>--host</c>, <c>--transport</c>, and any setting as <c>--Galley:Name=value</c>.</param>
    public static Backend Create(string[]? args = null)
    {
        (IConfiguration configuration, BackendOptions options, StartException? wrong) = BackendSettings.Read(args ?? []);
        return new Backend(configuration, options, wrong);
    }

    /// <summary>Gives handlers a database: opened and migrated before the backend listens, asked by <c>/readyz</c>, closed after the last request.</summary>
    public void UseDatabase(Database database) => UseDatabase(_ => database);

    /// <summary>Gives handlers the database that the settings name. The function runs at start, so that what is wrong is reported there.</summary>
    /// <param name="choose">Makes the database from the configuration; may throw <see cref="StartException"/>.</param>
    public void UseDatabase(Func<IConfiguration, Database> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        _openDatabase = OpenAsync;
        OnStart(OpenAsync);

        async ValueTask OpenAsync(CancellationToken cancellation)
        {
            Database database = Database = choose(Configuration);
            database.Time = Time;
            database.Events = Events;
            database.MigrationMode = Options.Migrations;
            database.MigrationWait = Options.MigrationWait;
            OnStop(database.DisposeAsync);
            Services.AddSingleton(database); // as an instance: the container does not close it, OnStop does
            Health.Add("database", async token =>
            {
                return await Ping.AskAsync(database, token).ConfigureAwait(false);
            });
            await database.StartAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Adds something to do before the backend listens: open, migrate, warm up. In the order added; a failure stops the start.</summary>
    public void OnStart(Func<CancellationToken, ValueTask> action) => _starting.Add(action);

    /// <summary>Adds something to do after the last request has ended: flush, close. In reverse order.</summary>
    public void OnStop(Func<ValueTask> action) => _stopping.Add(action);

    /// <summary>Runs until SIGTERM, Ctrl-C or <see cref="StopAsync"/>; then drains. A backend that cannot start says why in one line and sets exit code 1.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public async Task RunAsync()
    {
        try
        {
            // .NET has no handler for SIGTERM of its own any more; the second signal means it.
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Signalled);
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Signalled);
            if (OpenApi.WriteTo is not null)
            {
                await DescribeAsync().ConfigureAwait(false);
                return;
            }
            if (Options.Migrations == MigrationMode.Only)
            {
                await MigrateAsync(_giveUpStart.Token).ConfigureAwait(false);
                return;
            }
            await StartAsync(_giveUpStart.Token).ConfigureAwait(false);
            string why = await _asked.Task.ConfigureAwait(false);
            await StopAsync(why).ConfigureAwait(false);
        }
        catch (StartException cannot)
        {
            await Console.Error.WriteLineAsync("galley: cannot start: " + cannot.Message).ConfigureAwait(false);
            Environment.ExitCode = 1;
        }
        catch (OperationCanceledException) when (_giveUpStart.IsCancellationRequested)
        {
            // Asked to stop before it had started: nothing was served, what was opened is closed below.
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts and returns once connections are accepted.</summary>
    /// <exception cref="StartException">Something is not as it must be; the message names it and the fix. Nothing was served.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_misconfigured is not null) throw _misconfigured;
        if (_engine is not null) throw new InvalidOperationException("This backend has been started already; create another one.");
        Health.AddRoutes(this);
        OpenApi.AddRoutes(this);
        Loop loop = BuildLoop();
        _log = RequestLog.Attach(this);
        foreach (Func<CancellationToken, ValueTask> action in _starting) await action(cancellationToken).ConfigureAwait(false);
        Services.AddSingleton(Time);
        _provider = Services.BuildServiceProvider();
        CheckServices(_provider.GetRequiredService<IServiceProviderIsService>());
        if (Encryption is null) CheckNoTls();
        Encryption?.Prepare();
        Listener listener = Listener ?? Transports.Listen(Options, Encryption);
        if (Encryption is { Port: not null } encryption) listener = encryption.Over(listener);
        _engine = new Engine(listener, loop, Options, Events, _provider, Time);
        _engine.Start();
        Events.Raise(new BackendStarted(Address!, listener.Name, _engine.LoopCount) { SecureAddress = SecureAddress });
    }

    /// <summary>Drains and stops: who is in the backlog is accepted, the address closed, requests in flight finish within <see cref="Timeouts.Drain"/>,
    /// then what was added with <see cref="OnStop"/> runs.</summary>
    /// <param name="why">For the log.</param>
    /// <returns>How many requests the deadline cut; 0 for a clean stop.</returns>
    public Task<int> StopAsync(string why = "asked to stop")
    {
        _asked.TrySetResult(why);
        lock (_starting) return _stopped ??= DrainAsync(why);
    }

    /// <summary>Stops, if it runs, and lets go of everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _log?.Dispose();
        _giveUpStart.Dispose();
        _force.Dispose();
    }

    // --openapi: the document of routes that make sense, and nothing else: no database, no address.
    private async Task DescribeAsync()
    {
        if (_misconfigured is not null) throw _misconfigured;
        _ = BuildLoop();
        await OpenApi.WriteAsync().ConfigureAwait(false);
    }

    // --migrations only: the schema, and nothing else.
    private async Task MigrateAsync(CancellationToken cancellation)
    {
        if (_misconfigured is not null) throw _misconfigured;
        if (_openDatabase is null) throw new StartException("the program has no database to migrate", "take --migrations only away, or give it one with app.UseDatabase");
        _log = RequestLog.Attach(this);
        await _openDatabase(cancellation).ConfigureAwait(false);
    }

    private async Task<int> DrainAsync(string why)
    {
        int cut = 0;
        if (_engine is { } engine)
        {
            Events.Raise(new BackendStopping(why, Options.Timeouts.Drain));
            cut = await engine.DrainAsync(Options.Timeouts.Drain, _force.Token).ConfigureAwait(false);
        }
        _hasDrained = true;
        Encryption?.Stop();
        foreach (Func<ValueTask> action in Enumerable.Reverse(_stopping))
        {
            try
            {
                await action().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // The database still has to be closed, whatever else fails to stop.
                Events.Raise(new StopFaulted(error));
            }
        }
        if (_provider is not null) await _provider.DisposeAsync().ConfigureAwait(false);
        _engine?.Dispose();
        if (_engine is not null) Events.Raise(new BackendStopped(cut));
        return cut;
    }

    private void Signalled(PosixSignalContext context)
    {
        if (_asked.TrySetResult(context.Signal.ToString()))
        {
            context.Cancel = true;
            if (_engine is null) _giveUpStart.Cancel();
            return;
        }
        // The second cuts requests in flight. Where there is nothing to cut - a start or a stop that hangs - it is the system's: the process ends.
        bool canCut = _engine is not null && !_hasDrained && !_force.IsCancellationRequested;
        context.Cancel = canCut;
        if (canCut) _force.Cancel();
    }

    // Settings cannot bring what trimming has left out.
    private void CheckNoTls()
    {
        if (Configuration.GetSection("Galley:Tls").GetChildren().FirstOrDefault() is { } setting)
            throw new StartException($"the setting {setting.Path} is for TLS, which this program does not use", "call app.UseTls() before it runs, or remove the setting");
    }

    // A handler whose service is missing would be a 500 for whoever comes first.
    private void CheckServices(IServiceProviderIsService known)
    {
        foreach (Route route in All)
        {
            route.Folder?.Check();
            if (route.Services.FirstOrDefault(service => !known.IsService(service)) is not { } missing) continue;
            if (missing == typeof(Database))
                throw new StartException($"{route} takes a {nameof(Galley.Database)}, and the program has none", "give it one before it runs, with app.UseSqlite or app.UseDatabase");
            throw new StartException($"{route} takes a {missing}, and no such service is registered",
                "register it before the program runs, with app.Services.AddSingleton or AddScoped (using Microsoft.Extensions.DependencyInjection), " +
                "or mark the parameter [Body], [Query] or [Header] if it was meant to come from the request");
        }
    }

    private Loop BuildLoop()
    {
        long bytes = Options.Limits.BodyBytes;
        long deadline = (long)Options.Timeouts.Request.TotalMilliseconds;
        try
        {
            RouteTable<Endpoint> table = RouteTable<Endpoint>.Build(All.Select(route => (route.Method, route.Pattern,
                new Endpoint(route, route.Compose(), route.Deadline is { } own ? (long)own.TotalMilliseconds : deadline,
                    route.BodyLimit ?? bytes))));
            long most = All.Aggregate(bytes, static (most, route) => Math.Max(most, route.BodyLimit ?? 0));
            return new Loop(table, new BuiltInEndpoints(Wrap, deadline, bytes), Events, Options, Time, most);
        }
        catch (RouteException wrong)
        {
            throw new StartException(wrong.Message.TrimEnd('.'), "correct the routes where the program declares them", wrong);
        }
    }
}
