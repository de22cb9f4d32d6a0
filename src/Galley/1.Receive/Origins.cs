// How many connections each address has, so that one cannot take them all. The network of an IPv6 address counts, not the address: whoever
// has one has the 2^64 beside it as well (RFC 6177 gives a site no less than a /64).

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Galley.Receiving;

/// <summary>Counts connections by where they come from. As large as there are connections, never larger. Thread-safe.</summary>
internal sealed class Origins(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _counts = new(new Mixed());

    /// <summary>How many connections one address may have.</summary>
    public int Most => most;

    /// <summary>How many addresses have a connection.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _counts.Count;
        }
    }

    /// <summary>What stands for an address: the 32 bits of IPv4, mapped into IPv6 or not, or the first 64 of IPv6. Never 0.</summary>
    public static ulong Of(ReadOnlySpan<byte> address)
    {
        const ulong Four = 0xffff_0000_0000; // no IPv6 network begins like this
        if (address.Length == 4) return Four | BinaryPrimitives.ReadUInt32BigEndian(address);
        ReadOnlySpan<byte> mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
        if (address.StartsWith(mapped)) return Four | BinaryPrimitives.ReadUInt32BigEndian(address[12..]);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(address));
    }

    /// <summary>Counts one in; false, and not counted, when there are as many as may be.</summary>
    public bool TryEnter(ulong origin)
    {
        if (origin == 0) return true;
        lock (_gate)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, origin, out _);
            if (count == most) return false;
            count++;
            return true;
        }
    }

    public void Leave(ulong origin)
    {
        if (origin == 0) return;
        lock (_gate)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, origin);
            if (--count == 0) _counts.Remove(origin);
        }
    }

    // Networks are chosen by those who connect: without a secret they could all be put into one bucket.
    private sealed class Mixed : IEqualityComparer<ulong>
    {
        private readonly ulong _odd = (ulong)Random.Shared.NextInt64() | 1;

        public bool Equals(ulong one, ulong other) => one == other;

        public int GetHashCode(ulong origin) => (int)((origin ^ (origin >> 32)) * _odd >> 32);
    }
}
