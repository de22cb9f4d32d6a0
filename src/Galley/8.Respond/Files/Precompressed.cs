// Files that a build has compressed already: app.js.br beside app.js. RFC 9110 section 12.5.3.

using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Chooses the variant of a file that the client wants most.</summary>
internal static class Precompressed
{
    // In the order of their sizes, which decides between codings that are wanted alike.
    private static readonly (ContentCoding Coding, byte[] Name, byte[] Ending)[] s_variants =
    [
        (ContentCoding.Brotli, "br"u8.ToArray(), ".br"u8.ToArray()),
        (ContentCoding.Zstd, "zstd"u8.ToArray(), ".zst"u8.ToArray()),
        (ContentCoding.Gzip, "gzip"u8.ToArray(), ".gz"u8.ToArray()),
    ];

    private static readonly int s_longestEnding = s_variants.Max(static one => one.Ending.Length);

    /// <summary>Opens the best variant there is, and names its coding. Null when the file itself is to be sent.</summary>
    /// <param name="tree">Where the file is.</param>
    /// <param name="exchange">The request.</param>
    /// <param name="name">The file's path.</param>
    /// <param name="file">The file: a variant that is older was made from another one.</param>
    /// <param name="variant">The open variant.</param>
    public static byte[]? Open(FileTree tree, Exchange exchange, ReadOnlySpan<byte> name, in OpenedFile file, out OpenedFile variant)
    {
        variant = default;
        Span<int> weights = stackalloc int[s_variants.Length];
        AcceptedCodings accepted = RequestNotes.Of(exchange).Codings;
        for (int i = 0; i < weights.Length; i++) weights[i] = accepted.IsWanted(s_variants[i].Coding) ? accepted.WeightOf(s_variants[i].Coding) : 0;
        Span<byte> path = stackalloc byte[name.Length + s_longestEnding];
        name.CopyTo(path);
        while (true)
        {
            int best = -1;
            for (int i = 0; i < weights.Length; i++)
            {
                if (weights[i] > 0 && (best < 0 || weights[i] > weights[best])) best = i;
            }
            if (best < 0) return null;
            weights[best] = 0;
            (_, byte[] coding, byte[] ending) = s_variants[best];
            ending.CopyTo(path[name.Length..]);
            if (tree.Open(path[..(name.Length + ending.Length)], out variant) != Opening.File) continue;
            if (variant.Modified >= file.Modified) return coding;
            variant.Handle.Dispose();
        }
    }
}
