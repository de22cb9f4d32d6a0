// Deadlines of many connections at the price of a list insertion each (hashed timing wheel, Varghese and Lauck 1987). An entry that moves
// later - the common case, a keep-alive connection that got another request - only changes a number: the wheel finds out when it gets there.

namespace Galley.Receiving;

/// <summary>Something with a deadline. The entry is the timer: no allocation.</summary>
internal abstract class TimerEntry
{
    internal TimerEntry? _before;
    internal TimerEntry? _after;
    internal int _slot = -1;
    internal long _slotTick;

    /// <summary>When to fire, in wheel milliseconds; <see cref="long.MaxValue"/> for never.</summary>
    public long Due { get; internal set; } = long.MaxValue;
}

/// <summary>Fires entries when their time has come, up to one tick late, never early. Not thread-safe: belongs to a loop.</summary>
internal sealed class TimerWheel
{
    /// <summary>The resolution, in milliseconds: time-outs here are seconds.</summary>
    public const int Tick = 50;

    private const int Slots = 1024; // 51.2 s a turn; later deadlines are looked at once a turn

    private readonly TimerEntry?[] _heads = new TimerEntry?[Slots];
    private long _tick;
    private int _count;

    public TimerWheel(long now) => _tick = now / Tick;

    /// <summary>How many milliseconds may pass before <see cref="Advance"/> has something to do; -1 when nothing is scheduled.</summary>
    public int UntilNext(long now)
    {
        if (_count == 0) return -1;
        if ((_tick + 1) * Tick <= now) return 0;
        for (int ahead = 1; ahead <= Slots; ahead++)
        {
            if (_heads[(_tick + ahead) & (Slots - 1)] is null) continue;
            return (int)Math.Max(1, ((_tick + ahead) * Tick) - now);
        }
        return Tick;
    }

    /// <summary>Sets when <paramref name="entry"/> fires; <see cref="long.MaxValue"/> for never.</summary>
    public void Schedule(TimerEntry entry, long due)
    {
        entry.Due = due;
        if (due == long.MaxValue) return; // stays in its slot until the wheel passes and drops it
        long tick = Math.Max(_tick + 1, (due + Tick - 1) / Tick);
        if (entry._slot >= 0)
        {
            if (entry._slotTick <= tick) return;
            Unlink(entry);
        }
        Link(entry, Math.Min(tick, _tick + Slots));
    }

    /// <summary>Forgets an entry.</summary>
    public void Cancel(TimerEntry entry)
    {
        entry.Due = long.MaxValue;
        if (entry._slot >= 0) Unlink(entry);
    }

    /// <summary>Moves to <paramref name="now"/> and hands entries that are due to <paramref name="fire"/>.</summary>
    /// <param name="now">Until when, in wheel milliseconds.</param>
    /// <param name="fire">What is due.</param>
    /// <param name="most">How many at most: the others of a crowd that is due at once wait for the next call.</param>
    public void Advance(long now, Action<TimerEntry> fire, int most)
    {
        long target = now / Tick;
        // After a long stop every slot is looked at once, not once per missed turn.
        if (target - _tick > Slots) _tick = target - Slots;
        while (_tick < target)
        {
            _tick++;
            TimerEntry? entry = _heads[_tick & (Slots - 1)];
            while (entry is not null)
            {
                TimerEntry? next = entry._after;
                if (entry._slotTick <= _tick)
                {
                    if (most == 0)
                    {
                        _tick--;
                        return;
                    }
                    Unlink(entry);
                    if (entry.Due <= now)
                    {
                        most--;
                        fire(entry);
                    }
                    else if (entry.Due != long.MaxValue) Schedule(entry, entry.Due);
                }
                // Firing may have unlinked any neighbour: start the slot again rather than follow a stale link.
                entry = next is null || next._slot == (int)(_tick & (Slots - 1)) ? next : _heads[_tick & (Slots - 1)];
            }
        }
    }

    private void Link(TimerEntry entry, long tick)
    {
        int slot = (int)(tick & (Slots - 1));
        entry._slot = slot;
        entry._slotTick = tick;
        entry._before = null;
        entry._after = _heads[slot];
        if (entry._after is { } after) after._before = entry;
        _heads[slot] = entry;
        _count++;
    }

    private void Unlink(TimerEntry entry)
    {
        if (entry._before is { } before) before._after = entry._after;
        else _heads[entry._slot] = entry._after;
        if (entry._after is { } after) after._before = entry._before;
        entry._before = entry._after = null;
        entry._slot = -1;
        _count--;
    }
}
