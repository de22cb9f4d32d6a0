// Many at once: who is late together, and who comes from one address.

using System.Net;
using Galley.Receiving;

namespace Galley.Tests.Receive;

public sealed class Crowd_tests
{
    [Fact]
    public void A_crowd_that_is_late_at_once_is_closed_in_portions()
    {
        var wheel = new TimerWheel(0);
        var fired = new List<TimerEntry>();
        var crowd = Enumerable.Range(0, 1000).Select(static _ => new Entry()).ToList();
        foreach (Entry entry in crowd) wheel.Schedule(entry, 10_000);
        var later = new Entry();
        wheel.Schedule(later, 10_100);
        for (int i = 1; i <= 10; i++)
        {
            wheel.Advance(10_050, fired.Add, most: 100);
            Assert.Equal(100 * i, fired.Count);
            Assert.True(wheel.UntilNext(10_050) == 0 || i == 10); // the loop does not sleep on it
        }
        wheel.Advance(10_050, fired.Add, most: 100);
        Assert.InRange(wheel.UntilNext(10_050), 1, 100);
        Assert.Equal(crowd.ToHashSet(), fired.Cast<Entry>().ToHashSet());
        wheel.Advance(10_150, fired.Add, most: 100);
        Assert.Same(later, fired[^1]);
        Assert.Equal(-1, wheel.UntilNext(10_150));
    }

    [Fact]
    public void Who_is_late_while_a_crowd_is_served_is_not_forgotten()
    {
        // The oracle is a list: everything fires once, not before its time, and not later than the portions allow.
        var random = new Random(4);
        var wheel = new TimerWheel(0);
        var due = new Dictionary<TimerEntry, long>();
        long now = 0;
        int fired = 0;
        int made = 0;
        while (fired < 20_000)
        {
            for (int i = random.Next(60); i > 0 && made < 20_000; i--, made++)
            {
                var entry = new Entry();
                due[entry] = now + random.Next(1, 130_000);
                wheel.Schedule(entry, due[entry]);
            }
            int before = fired;
            wheel.Advance(now, entry =>
            {
                Assert.InRange(due[entry], 0, now);
                Assert.True(due.Remove(entry));
                fired++;
            }, most: 7);
            Assert.InRange(fired - before, 0, 7);
            if (fired - before == 7) continue;
            if (due.Count > 0) Assert.InRange(due.Values.Min(), now - TimerWheel.Tick, long.MaxValue);
            now += random.Next(5) == 0 ? random.Next(20_000) : random.Next(200);
        }
        Assert.Empty(due);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("::1", "::ffff:0.0.0.1", false)]
    public void An_address_is_32_bits_of_IPv4_or_64_of_IPv6(string one, string other, bool areSame)
    {
        ulong first = Origins.Of(IPAddress.Parse(one).GetAddressBytes());
        ulong second = Origins.Of(IPAddress.Parse(other).GetAddressBytes());
        Assert.Equal(areSame, first == second);
        Assert.NotEqual(0ul, first);
    }

    [Fact]
    public void An_address_has_as_many_connections_as_it_may_and_no_trace_of_those_that_ended()
    {
        var origins = new Origins(2);
        Assert.True(origins.TryEnter(7));
        Assert.True(origins.TryEnter(7));
        Assert.False(origins.TryEnter(7));
        Assert.True(origins.TryEnter(8));
        for (int i = 0; i < 10; i++) Assert.True(origins.TryEnter(0)); // unknown: nobody's
        origins.Leave(7);
        Assert.True(origins.TryEnter(7));
        Assert.Equal(2, origins.Count);
        origins.Leave(7);
        origins.Leave(7);
        origins.Leave(8);
        origins.Leave(0);
        Assert.Equal(0, origins.Count);
    }

    private sealed class Entry : TimerEntry;
}
