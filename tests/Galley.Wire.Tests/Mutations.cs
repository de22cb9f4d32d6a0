// Inputs that are nearly right: octets put in, replaced, left out, or a run of them said twice. They get further into a parser than noise does.

using CsCheck;

namespace Galley.Wire.Tests;

static class Mutations
{
    /// <summary>One of the seeds with one to four edits.</summary>
    /// <param name="octet">What is put in.</param>
    /// <param name="furthest">The last position that is edited, where a seed is that long.</param>
    public static Gen<byte[]> Of(byte[][] seeds, Gen<byte> octet, int furthest) =>
        Gen.Select(Gen.OneOf(seeds), Gen.Select(Gen.Int[0, furthest], octet, Gen.Int[0, 3]).Array[1, 4]).Select((seed, edits) =>
        {
            List<byte> bytes = [.. seed];
            foreach ((int position, byte put, int kind) in edits)
            {
                int at = position % (bytes.Count + 1);
                if (kind == 0 || at == bytes.Count)
                    bytes.Insert(at, put);
                else if (kind == 1)
                    bytes[at] = put;
                else if (kind == 2)
                    bytes.RemoveAt(at);
                else
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(20, bytes.Count - at)));
            }
            return bytes.ToArray();
        });
}
