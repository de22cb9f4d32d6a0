// What orchestrators ask: /livez (is the process able to serve; if not, restart it) and /readyz (may traffic come here now). Readiness is what the
// program's checks say, at most once per second whatever the number of probes, and no as soon as the backend stops.

using Galley.Operating;
using Microsoft.Extensions.Configuration;

namespace Galley;

/// <summary>Answers <c>/livez</c> and <c>/readyz</c>, outside the program's middleware: a probe is not asked for a password. A program that declares one of
/// these paths itself keeps it.</summary>
/// <remarks>Filled from the setting <c>Galley:Health</c> (true or false) and the section of the same name; not thread-safe before the backend runs.</remarks>
/// <example><code>
/// app.Health.Add("database", async ct => await db.PingAsync(ct) ? null : "does not answer");
/// </code></example>
public sealed class Health
{
    private readonly Backend _backend;
    private readonly List<HealthCheck> _checks = [];
    private readonly Lock _gate = new();
    private readonly StartException? _wrong;
    private Task<HealthReport>? _run;
    private bool? _wasReady;
    private Route? _live;
    private Route? _ready;

    internal Health(Backend backend)
    {
        _backend = backend;
        IConfigurationSection galley = backend.Configuration.GetSection("Galley");
        try
        {
            IsEnabled = BackendSettings.YesNo(galley, "Health", IsEnabled);
            Timeout = BackendSettings.Span(galley, "Health:Timeout", Timeout);
            FreshFor = BackendSettings.Span(galley, "Health:FreshFor", FreshFor);
        }
        catch (StartException wrong)
        {
            _wrong = wrong;
        }
    }

    /// <summary>Whether the two paths are answered. Default true. Setting <c>Galley:Health</c>.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>How long a check may take before it counts as failed; its token fires then. Default 1 s. Setting <c>Galley:Health:Timeout</c>.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long findings are answered again before the checks are asked anew. Default 1 s. Setting <c>Galley:Health:FreshFor</c>.</summary>
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Adds something that must be fine for this process to take traffic. Checks run at the same time, on the thread pool.</summary>
    /// <param name="name">What it is called in answers and in the log.</param>
    /// <param name="check">Null when all is fine, else what is wrong, in words any prober may see. What it throws is written to the log; the prober learns
    /// the type of the exception only.</param>
    /// <exception cref="ArgumentException">The name is empty, or taken.</exception>
    public Health Add(string name, Func<CancellationToken, ValueTask<string?>> check)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(check);
        if (_checks.Exists(other => other.Name == name)) throw new ArgumentException($"There is a health check '{name}' already.", nameof(name));
        _checks.Add(new HealthCheck(name, check));
        return this;
    }

    internal void AddRoutes(Routes routes)
    {
        if (_wrong is not null) throw _wrong;
        if (!IsEnabled) return;
        Response alive = HealthReport.Uncached(Response.Bytes("{\"status\":\"alive\"}"u8.ToArray(), BytesBody.Json));
        if (!IsDeclared(routes, "/livez")) _live = routes.MapOutside("GET", "/livez", _ => alive);
        if (!IsDeclared(routes, "/readyz")) _ready = routes.MapOutside("GET", "/readyz", ReadyAsync);
    }

    /// <summary>Whether a route is one of these two.</summary>
    internal bool Owns(Route? route) => route is not null && (ReferenceEquals(route, _live) || ReferenceEquals(route, _ready));

    private static bool IsDeclared(Routes routes, string path) => routes.All.Any(route => route.Pattern == path && route.Method is "GET" or "HEAD");

    internal async ValueTask<Response> ReadyAsync(Request request)
    {
        if (_backend.IsStopping) return Stopping();
        HealthReport report = await ReportAsync().ConfigureAwait(false);
        return _backend.IsStopping ? Stopping() : report.Answer;
    }

    private static Response Stopping() => HealthReport.Uncached(new Problem(503, "stopping"));

    // Probes that come during a run wait for it; those that come soon after get its findings.
    private Task<HealthReport> ReportAsync()
    {
        lock (_gate)
        {
            bool isFresh = _run is { } run && (!run.IsCompleted || (run.IsCompletedSuccessfully && IsFresh(run)));
            return isFresh ? _run! : _run = RunAsync();
        }
    }

    private bool IsFresh(Task<HealthReport> done) => _backend.Time.GetElapsedTime(done.GetAwaiter().GetResult().Made) < FreshFor;

    private async Task<HealthReport> RunAsync()
    {
        Finding[] findings = await Task.WhenAll(_checks.Select(check => check.AskAsync(Timeout, _backend.Time))).ConfigureAwait(false);
        var report = new HealthReport(findings, _backend.Time.GetTimestamp());
        bool isReady = report.Failing is null;
        // Ready is what is expected at first: no news.
        if (isReady != (_wasReady ?? true)) _backend.Events.Raise(new ReadinessChanged(report.Failing));
        _wasReady = isReady;
        return report;
    }
}
