// Files that a build has compressed already: app.js.br beside app.js. RFC 9110 section 12.5.3.

using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>Chooses the variant of a file that the client wants most.</summary>
internal static class Precompressed
{
    // In the order of their sizes, which decides between codings that are wanted alike.
    private static readonly (byte[] Coding, byte[] Ending)[] s_variants =
    [
        ("br"u8.ToArray(), ".br"u8.ToArray()),
        ("zstd"u8.ToArray(), ".zst"u8.ToArray()),
        ("gzip"u8.ToArray(), ".gz"u8.ToArray()),
    ];

    /// <summary>Opens the best variant there is. Null when the file itself is to be sent.</summary>
    /// <param name="tree">Where the file is.</param>
    /// <param name="exchange">The request.</param>
    /// <param name="name">The file's path.</param>
    /// <param name="file">The file: a variant that is older was made from another one.</param>
    /// <param name="variant">The open variant.</param>
    public static byte[]? Open(FileTree tree, Exchange exchange, ReadOnlySpan<byte> name, in OpenedFile file, out OpenedFile variant)
    {
        variant = default;
        Span<int> weights = stackalloc int[s_variants.Length];
        if (!TryWeigh(exchange, weights)) return null;
        Span<byte> path = stackalloc byte[name.Length + 4];
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
            (byte[] coding, byte[] ending) = s_variants[best];
            ending.CopyTo(path[name.Length..]);
            if (tree.Open(path[..(name.Length + ending.Length)], out variant) != Opening.File) continue;
            if (variant.Modified >= file.Modified) return coding;
            variant.Handle.Dispose();
        }
    }

    // Several lines are one list (section 5.2); a name's own weight in any of them counts more than a star.
    private static bool TryWeigh(Exchange exchange, Span<int> weights)
    {
        weights.Fill(-1);
        int any = -1;
        int identity = -1;
        bool isWanted = false;
        foreach (ref readonly FieldSlice field in exchange.Head.Fields)
        {
            if (field.Known != KnownField.AcceptEncoding) continue;
            var list = new WeightedList(field.Value(exchange.Bytes));
            while (list.TryNext(out ReadOnlySpan<byte> name, out int weight))
            {
                if (name.SequenceEqual("*"u8)) any = weight;
                else if (System.Text.Ascii.EqualsIgnoreCase(name, "identity"u8)) identity = weight;
                else
                {
                    for (int i = 0; i < weights.Length; i++)
                    {
                        bool isThis = System.Text.Ascii.EqualsIgnoreCase(name, s_variants[i].Coding) || (i == 2 && System.Text.Ascii.EqualsIgnoreCase(name, "x-gzip"u8));
                        if (isThis) weights[i] = weight;
                    }
                }
            }
        }
        foreach (ref int weight in weights)
        {
            if (weight < 0) weight = any;
            // Who wants the plain file more gets it.
            if (weight < identity) weight = 0;
            isWanted |= weight > 0;
        }
        return isWanted;
    }
}
