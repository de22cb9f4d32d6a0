// The connections of one loop by slot. A token is slot and generation: a report about a connection that has closed meanwhile finds nobody, even when
// its slot - or its descriptor - serves another one already.

namespace Galley.Receiving;

/// <summary>Finds connections by token. Belongs to a loop; only <see cref="Count"/> is read elsewhere.</summary>
internal sealed class ConnectionTable
{
    private readonly Stack<int> _free = new();
    private Connection?[] _slots = new Connection?[64];
    private uint[] _generations = new uint[64];
    private int _used;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public Connection Add(EventLoop loop, in Peer peer)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _used++;
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, slot * 2);
                Array.Resize(ref _generations, slot * 2);
            }
        }
        // The two highest tokens belong to the transport: a generation never reaches all ones.
        uint generation = _generations[slot] = (_generations[slot] + 1) & 0x7fff_ffff;
        var connection = new Connection(loop, peer, ((ulong)generation << 32) | (uint)slot);
        _slots[slot] = connection;
        _count++;
        return connection;
    }

    public Connection? Find(ulong token)
    {
        uint slot = (uint)token;
        return slot < (uint)_slots.Length && _generations[slot] == (uint)(token >> 32) ? _slots[slot] : null;
    }

    public void Remove(ulong token)
    {
        if (Find(token) is null) return;
        int slot = (int)(uint)token;
        _slots[slot] = null;
        _free.Push(slot);
        _count--;
    }

    /// <summary>A copy of the connections there are: serving one may remove it.</summary>
    public Connection[] All() => [.. _slots.Where(static connection => connection is not null)!];
}
