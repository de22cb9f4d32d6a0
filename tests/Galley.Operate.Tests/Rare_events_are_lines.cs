// Every event has a line with a stable name, a level and its fields.

using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Galley.Operating.Tests;

public class Rare_events_are_lines
{
    private static readonly IPEndPoint s_client = new(IPAddress.Parse("192.0.2.7"), 4711);
    private static readonly Route s_route = new("GET", "/users/{id}", _ => default, new Routes("", null));

    public static TheoryData<BackendEvent, string, string, string> All => new()
    {
        { new BackendStarted(s_client, "epoll", 2), "backend_started", "info", """{"address":"192.0.2.7:4711","transport":"epoll","loops":2}""" },
        { new BackendStarted(s_client, "epoll", 2) { SecureAddress = s_client }, "backend_started", "info", """{"address":"192.0.2.7:4711","secure_address":"192.0.2.7:4711","transport":"epoll","loops":2}""" },
        { new HandshakeFailed("refused", "no shared cipher", s_client), "handshake_failed", "info", """{"reason":"refused","detail":"no shared cipher","client":"192.0.2.7:4711"}""" },
        { new PoolCannotConnect("main", "refused"), "pool_cannot_connect", "warn", """{"pool":"main","reason":"refused"}""" },
        { new PoolConnectsAgain("main", TimeSpan.FromSeconds(2)), "pool_connects_again", "info", """{"pool":"main","after_ms":2000.000}""" },
        { new CredentialsChanged("postgres://db/app", "app_b"), "credentials_changed", "info", """{"database":"postgres://db/app","user":"app_b"}""" },
        { new CredentialsRefused("postgres://db/app", "app_b", "no such role"), "credentials_refused", "warn", """{"database":"postgres://db/app","user":"app_b","reason":"no such role"}""" },
        { new CertificateLoaded("/tls.pem", "a.example", DateTimeOffset.UnixEpoch), "certificate_loaded", "info", """{"file":"/tls.pem","names":"a.example","expires":"1970-01-01 00:00:00Z"}""" },
        { new CertificateRefused("/tls.pem", "it is empty"), "certificate_refused", "warn", """{"file":"/tls.pem","reason":"it is empty"}""" },
        { new CertificateExpires("/tls.pem", DateTimeOffset.UnixEpoch), "certificate_expires", "warn", """{"file":"/tls.pem","expires":"1970-01-01 00:00:00Z"}""" },
        { new BackendStopping("SIGTERM", TimeSpan.FromSeconds(25)), "backend_stopping", "info", """{"why":"SIGTERM","deadline_ms":25000.000}""" },
        { new BackendStopped(3), "backend_stopped", "info", """{"cut":3}""" },
        { new RequestRejected("bare_lf", 400, "RFC 9112 section 2.2", s_client), "request_rejected", "info",
            """{"reason":"bare_lf","status":400,"section":"RFC 9112 section 2.2","client":"192.0.2.7:4711"}""" },
        { new LinksLeftOut(s_route, 2048), "links_left_out", "debug", """{"route":"GET /users/{id}","limit":2048}""" },
        { new InputRefused(s_route, 422, 3, null), "input_refused", "debug", """{"route":"GET /users/{id}","status":422,"errors":3}""" },
        { new InputRefused(s_route, 400, 32, "Galley:Limits:Errors"), "input_refused", "debug",
            """{"route":"GET /users/{id}","status":400,"errors":32,"setting":"Galley:Limits:Errors"}""" },
        { new LimitReached("Galley:Limits:Connections", 5, null), "limit_reached", "warn", """{"setting":"Galley:Limits:Connections","limit":5}""" },
        { new TimedOut("Galley:Timeouts:Request", TimeSpan.FromSeconds(2.5), s_route, s_client), "timed_out", "warn",
            """{"setting":"Galley:Timeouts:Request","limit_ms":2500.000,"route":"GET /users/{id}","client":"192.0.2.7:4711"}""" },
        { new TimedOut("Galley:Timeouts:Idle", TimeSpan.FromSeconds(120), null, s_client), "timed_out", "debug",
            """{"setting":"Galley:Timeouts:Idle","limit_ms":120000.000,"client":"192.0.2.7:4711"}""" },
        { new HandlerStalled(s_route, TimeSpan.FromMilliseconds(5.25)), "handler_stalled", "warn",
            """{"route":"GET /users/{id}","held_ms":5.250}""" },
        { new RouteIsolated(s_route, TimeSpan.FromSeconds(10)), "route_isolated", "warn", """{"route":"GET /users/{id}","for_ms":10000.000}""" },
        { new StopFaulted(new InvalidOperationException("stuck")), "stop_faulted", "error", """{"error":"System.InvalidOperationException","exception":"System.InvalidOperationException: stuck"}""" },
        { new RouteShed(s_route, 128), "route_shed", "warn", """{"route":"GET /users/{id}","threads":128}""" },
        { new PoolExhausted("main", 20, 7, "GET /report", "Reports.cs:31", 19, TimeSpan.FromSeconds(38), "19 by GET /report at Reports.cs:31"), "pool_exhausted", "warn",
            """{"pool":"main","max":20,"waiting":7,"route":"GET /report","site":"Reports.cs:31","held":19,"oldest_ms":38000.000,"holders":"19 by GET /report at Reports.cs:31"}""" },
        { new LeaseOverdue("main", "GET /report", "01abc", "Reports.cs:31", TimeSpan.FromSeconds(60)), "lease_overdue", "warn",
            """{"pool":"main","route":"GET /report","id":"01abc","site":"Reports.cs:31","held_ms":60000.000}""" },
        { new LogGrown("sqlite:app.db", 70_000_000, 67_108_864, "1 by GET /export"), "log_grown", "warn", """{"database":"sqlite:app.db","bytes":70000000,"limit":67108864,"readers":"1 by GET /export"}""" },
        { new DatabaseRecovered("sqlite:app.db", 4_120, "ok", TimeSpan.FromMilliseconds(3)), "database_recovered", "warn", """{"database":"sqlite:app.db","log_bytes":4120,"check":"ok","took_ms":3.000}""" },
        { new MigrationApplied("sqlite:app.db", "0001_users.sql", TimeSpan.FromSeconds(1.5)), "migration_applied", "info",
            """{"database":"sqlite:app.db","name":"0001_users.sql","took_ms":1500.000}""" },
        { new MigrationWaiting("sqlite:app.db", "process 7 (app) since 1970-01-01 00:00:00Z"), "migration_waiting", "info",
            """{"database":"sqlite:app.db","holder":"process 7 (app) since 1970-01-01 00:00:00Z"}""" },
        { new SlowQuery("SELECT @p0", "Reports.cs:31", "GET /report", "01abc", TimeSpan.FromSeconds(0.75), 3, "int"), "slow_query", "warn",
            """{"statement":"SELECT @p0","site":"Reports.cs:31","route":"GET /report","id":"01abc","took_ms":750.000,"rows":3,"parameters":"int"}""" },
        { new SlowQuery("SELECT 1", "", "", "", TimeSpan.FromSeconds(1), 1, "") { Plan = "Result" }, "slow_query", "warn",
            """{"statement":"SELECT 1","site":"","route":"","id":"","took_ms":1000.000,"rows":1,"parameters":"","plan":"Result"}""" },
        { new ClientGone(s_route, null), "client_gone", "debug", """{"route":"GET /users/{id}"}""" },
        { new FileChanged(s_route), "file_changed", "warn", """{"route":"GET /users/{id}"}""" },
        { new SubscriberLagged(s_route, 12), "subscriber_lagged", "warn", """{"route":"GET /users/{id}","missed":12}""" },
        { new ReadinessChanged("database: no answer"), "readiness_changed", "warn", """{"failing":"database: no answer"}""" },
        { new ReadinessChanged(null), "readiness_changed", "info", "{}" },
        { new CacheWarmed(7), "cache_warmed", "info", """{"text":"CacheWarmed { Entries = 7 }"}""" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void An_event_has_its_name_level_and_fields(BackendEvent happened, string name, string level, string fields)
    {
        JsonElement line = Assert.Single(Written(happened, LogLevel.Debug).Json);

        Assert.Equal(name, line.GetProperty("event").GetString());
        Assert.Equal(level, line.GetProperty("level").GetString());
        string own = string.Join(',', line.EnumerateObject().Skip(3).Select(field => $"\"{field.Name}\":{field.Value.GetRawText()}"));
        Assert.Equal(fields, "{" + own + "}");
    }

    [Fact]
    public void Every_event_of_the_house_is_known_by_its_own_name()
    {
        Type[] house = [.. typeof(BackendEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(BackendEvent)))];
        Type[] tested = [.. All.Select(row => row.Data.Item1.GetType()), typeof(RequestFaulted)];

        Assert.Empty(house.Except(tested));
    }

    [Fact]
    public void A_fault_has_its_stack_once()
    {
        CapturedStream output = Written(new RequestFaulted(s_route, "01abc", Thrown()), LogLevel.Information);

        JsonElement line = Assert.Single(output.Json);
        Assert.Equal("error", line.GetProperty("level").GetString());
        Assert.Equal("01abc", line.GetProperty("id").GetString());
        Assert.Equal("System.InvalidOperationException", line.GetProperty("error").GetString());
        Assert.Contains(nameof(Thrown), line.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(output.Text, "nothing "));
    }

    [Fact]
    public void In_text_the_stack_of_a_fault_follows_indented()
    {
        string[] lines = Written(new RequestFaulted(s_route, "01abc", Thrown()), LogLevel.Information, LogFormat.Text).Lines;

        Assert.Contains("error request_faulted    route=\"GET /users/{id}\" id=01abc error=System.InvalidOperationException", lines[0], StringComparison.Ordinal);
        Assert.Equal("    System.InvalidOperationException: nothing \"left\"", lines[1]);
        Assert.Contains(nameof(Thrown), lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_that_cannot_be_written_is_written_by_its_type()
    {
        CapturedStream output = Written(new RequestFaulted(s_route, "01abc", new Unspeakable()), LogLevel.Information);

        Assert.Contains(nameof(Unspeakable), Assert.Single(output.Json).GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Disconnects_and_idle_connections_are_silent_by_default()
    {
        Assert.Empty(Written(new ClientGone(s_route, s_client), LogLevel.Information).Text);
        Assert.Empty(Written(new TimedOut("Galley:Timeouts:Idle", TimeSpan.FromSeconds(1), null, s_client), LogLevel.Information).Text);
    }

    private static CapturedStream Written(BackendEvent happened, LogLevel level, LogFormat format = LogFormat.Json)
    {
        var output = new CapturedStream();
        Backend backend = Made.Backend(output);
        backend.Log.Level = level;
        backend.Log.Format = format;
        using (RequestLog.Attach(backend)) backend.Events.Raise(happened);
        return output;
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("nothing \"left\"");
        }
        catch (InvalidOperationException error)
        {
            return error;
        }
    }

    private sealed record CacheWarmed(int Entries) : BackendEvent;

    private sealed class Unspeakable : Exception
    {
        public override string ToString() => throw new InvalidOperationException("no");
    }
}
