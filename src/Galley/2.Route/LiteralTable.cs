// Paths without parameters, in front of the tree: one hash, as a rule one comparison. The keys are the program's, so a client
// cannot fill a bucket; the longest run of collisions is known when the table is built.

using System.Buffers.Binary;
using System.Numerics;

namespace Galley.Routing;

/// <summary>An open-addressing table from a whole path to its leaf. Immutable, thread-safe.</summary>
internal sealed class LiteralTable
{
    private readonly record struct Entry(byte[] Path, RouteLeaf Leaf);

    private readonly Entry[] _entries;
    private readonly int _longest;

    public LiteralTable(IReadOnlyCollection<(byte[] Path, RouteLeaf Leaf)> literals)
    {
        _longest = literals.Select(l => l.Path.Length).DefaultIfEmpty().Max();
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * literals.Count + 1));

        // Doubling until nobody is more than three steps from home; it gives up on a set that defeats the hash, and is then slower.
        while (!TryFill(literals, _entries = new Entry[size], size < 32 * literals.Count ? 3 : int.MaxValue)) size *= 2;
    }

    public RouteLeaf? Find(ReadOnlySpan<byte> path)
    {
        if (path.Length > _longest) return null;
        Entry[] entries = _entries;
        for (int i = Hash(path); ; i++)
        {
            Entry entry = entries[i & (entries.Length - 1)];
            if (entry.Path is null) return null;
            if (path.SequenceEqual(entry.Path)) return entry.Leaf;
        }
    }

    private static bool TryFill(IReadOnlyCollection<(byte[] Path, RouteLeaf Leaf)> literals, Entry[] entries, int farthest)
    {
        foreach ((byte[] path, RouteLeaf leaf) in literals)
        {
            int steps = 0, home = Hash(path);
            while (entries[(home + steps) & (entries.Length - 1)].Path is not null) steps++;
            if (steps > farthest) return false;
            entries[(home + steps) & (entries.Length - 1)] = new Entry(path, leaf);
        }

        return true;
    }

    // Eight bytes a step, the last step overlapping. It need not withstand an attacker, only tell the program's paths apart.
    private static int Hash(ReadOnlySpan<byte> path)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        ulong hash = (ulong)path.Length * Odd;
        if (path.Length >= 8)
        {
            for (ReadOnlySpan<byte> rest = path; rest.Length > 8; rest = rest[8..])
                hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest)) * Odd, 29);
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(path[^8..]);
        }
        else
        {
            foreach (byte b in path) hash = (hash << 8) ^ (hash >> 56) ^ b;
        }

        return (int)(hash * Odd >> 33);
    }
}
