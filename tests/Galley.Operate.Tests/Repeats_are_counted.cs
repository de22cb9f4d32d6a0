// Whoever connects or breaks messages a thousand times a second does not bury the log: a few lines, and a count.

using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Galley.Operating.Tests;

public class Repeats_are_counted
{
    private static readonly IPEndPoint s_client = new(IPAddress.Parse("192.0.2.7"), 4711);
    private static readonly LimitReached s_refused = new("Galley:Limits:Connections", 5, s_client);

    [Fact]
    public void Ten_of_a_kind_in_a_second_are_lines_and_the_rest_is_a_number()
    {
        var output = new CapturedStream();
        Log(output, (backend, _) =>
        {
            for (int i = 0; i < 1000; i++) backend.Events.Raise(s_refused);
        });

        Assert.Equal(10, output.Of("limit_reached").Count());
        JsonElement left = Assert.Single(output.Of("events_left_out"));
        Assert.Equal("warn", left.GetProperty("level").GetString());
        Assert.Equal("limit_reached", left.GetProperty("of").GetString());
        Assert.Equal("Galley:Limits:Connections", left.GetProperty("what").GetString());
        Assert.Equal(990, left.GetProperty("count").GetInt32());
    }

    [Fact]
    public void How_many_are_lines_is_a_setting()
    {
        var output = new CapturedStream();
        Log(output, (backend, _) =>
        {
            for (int i = 0; i < 50; i++) backend.Events.Raise(s_refused);
        }, 3);

        Assert.Equal(3, output.Of("limit_reached").Count());
        Assert.Equal(47, Assert.Single(output.Of("events_left_out")).GetProperty("count").GetInt32());
    }

    [Fact]
    public void Another_setting_or_another_second_is_news_again()
    {
        var output = new CapturedStream();
        Log(output, (backend, time) =>
        {
            for (int i = 0; i < 12; i++) backend.Events.Raise(s_refused);
            backend.Events.Raise(s_refused with { Setting = "Galley:Limits:ConnectionsPerAddress" });
            backend.Events.Raise(new RequestRejected("bare_lf", 400, "RFC 9112 section 2.2", s_client));
            time.By(TimeSpan.FromSeconds(1));
            for (int i = 0; i < 3; i++) backend.Events.Raise(s_refused);
        });

        Assert.Equal([.. Enumerable.Repeat("limit_reached", 11), "request_rejected", "events_left_out", .. Enumerable.Repeat("limit_reached", 3)],
            output.Json.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal(2, Assert.Single(output.Of("events_left_out")).GetProperty("count").GetInt32());
    }

    [Fact]
    public void When_nothing_more_happens_a_timer_tells_the_count()
    {
        using var time = new Alarm();
        var told = new List<(BackendEvent, string, int)>();
        using var repeats = new Repeats(10, time, (first, what, count) => told.Add((first, what, count)));
        for (int i = 0; i < 15; i++) Assert.Equal(i < 10, repeats.IsWritten(s_refused));
        Assert.Empty(told);
        Assert.Equal(TimeSpan.FromSeconds(1), time.Due);

        time.Ring();
        Assert.Equal([(s_refused, "Galley:Limits:Connections", 5)], told);
        time.Ring();
        Assert.Single(told);
        Assert.True(repeats.IsWritten(s_refused), "The second is over.");
    }

    [Fact]
    public void What_is_rare_by_itself_is_always_written()
    {
        var output = new CapturedStream();
        Log(output, (backend, _) =>
        {
            for (int i = 0; i < 50; i++) backend.Events.Raise(new RequestFaulted(null, "01abc", new InvalidOperationException("boom")));
        });

        Assert.Equal(50, output.Of("request_faulted").Count());
    }

    [Fact]
    public void What_the_level_hides_is_not_told_as_left_out()
    {
        var output = new CapturedStream();
        Log(output, (backend, _) =>
        {
            for (int i = 0; i < 50; i++) backend.Events.Raise(new ClientGone(null, s_client));
        });

        Assert.Empty(output.Text);
    }

    private static void Log(CapturedStream output, Action<Backend, Frozen> raise, int repeats = 10)
    {
        Backend backend = Made.Backend(output, $"Log:Repeats={repeats}");
        backend.Log.Level = LogLevel.Information;
        var time = new Frozen();
        backend.Time = time;
        using (RequestLog.Attach(backend)) raise(backend, time);
    }

    /// <summary>A clock that stands between the steps of the test, and whose timers nobody waits for.</summary>
    private sealed class Frozen : TimeProvider
    {
        private long _ticks;

        public void By(TimeSpan time) => _ticks += (long)(time.TotalSeconds * TimestampFrequency);

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Alarm();
    }

    /// <summary>A clock that stands, with one timer that rings when the test says so.</summary>
    private sealed class Alarm : TimeProvider, ITimer
    {
        private Action? _rings;

        public TimeSpan? Due { get; private set; }

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _rings = () => callback(state);
            return this;
        }

        public void Ring() => _rings!();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
