// Which coding of a response a client would rather have. RFC 9110 section 12.5.3:
//
//   Accept-Encoding  = #( codings [ weight ] )
//   codings          = content-coding / "identity" / "*"
//
// "*" stands for what is not named, no coding at all included. Without the field anything is acceptable, and nothing is asked for.

namespace Galley.Wire.Http1;

/// <summary>What the Accept-Encoding lines of one request say. A mutable value; <c>default</c> is a request without any.</summary>
public struct AcceptedCodings
{
    // One more than the weight, so that 0 is "not named".
    int _brotli;
    int _gzip;
    int _deflate;
    int _zstd;
    int _identity;
    int _any;

    /// <summary>Takes the value of one field line. Of a coding that is named twice the first counts.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        var list = new WeightedList(value);
        while (list.TryNext(out ReadOnlySpan<byte> name, out int weight))
        {
            if (name.SequenceEqual("*"u8))
            {
                Note(ref _any, weight);
                continue;
            }
            switch (ContentCodings.Of(name))
            {
                case ContentCoding.Brotli: Note(ref _brotli, weight); break;
                case ContentCoding.Gzip: Note(ref _gzip, weight); break;
                case ContentCoding.Deflate: Note(ref _deflate, weight); break;
                case ContentCoding.Zstd: Note(ref _zstd, weight); break;
                case ContentCoding.Identity: Note(ref _identity, weight); break;
                default: break;
            }
        }
    }

    /// <summary>Whether the client refuses a body that is not coded.</summary>
    public readonly bool IsIdentityRefused => (_identity != 0 ? _identity : _any) == 1;

    /// <summary>How much a coding is wanted: 0, not at all, to <see cref="WeightedList.MostWanted"/>.</summary>
    public readonly int WeightOf(ContentCoding coding)
    {
        int named = coding switch
        {
            ContentCoding.Brotli => _brotli,
            ContentCoding.Gzip => _gzip,
            ContentCoding.Deflate => _deflate,
            ContentCoding.Zstd => _zstd,
            ContentCoding.Identity => _identity,
            _ => 0,
        };
        return Math.Max(0, (named != 0 ? named : _any) - 1);
    }

    /// <summary>Whether a coding is wanted at all, and no less than the body as it is where that is named.</summary>
    public readonly bool IsWanted(ContentCoding coding) => WeightOf(coding) is > 0 and int weight && weight >= _identity - 1;

    /// <summary>The coding of <paramref name="offered"/> that is wanted most, the earlier one of two; <see cref="ContentCoding.Identity"/> when none is
    /// wanted, or the body as it is is named and wanted more.</summary>
    /// <param name="offered">What the server can do, what it prefers first.</param>
    public readonly ContentCoding Choose(ReadOnlySpan<ContentCoding> offered)
    {
        ContentCoding best = ContentCoding.Identity;
        int most = 0;
        foreach (ContentCoding coding in offered)
        {
            int weight = WeightOf(coding);
            if (weight <= most)
                continue;
            best = coding;
            most = weight;
        }
        return _identity - 1 > most ? ContentCoding.Identity : best;
    }

    static void Note(ref int slot, int weight)
    {
        if (slot == 0)
            slot = weight + 1;
    }
}
