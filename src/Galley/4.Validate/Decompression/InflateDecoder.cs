// gzip and deflate. The decoder's memory, 75 KB, goes from body to body; no more of it is kept than a few requests need at a time.

using Galley.Wire.Deflate;

namespace Galley.Validating;

/// <summary>Takes <c>gzip</c> or <c>deflate</c> off.</summary>
internal sealed class InflateDecoder(DeflateFormat format) : BodyDecoder
{
    private static readonly Inflater?[] s_free = new Inflater?[4 * Environment.ProcessorCount];

    private readonly Inflater _inflater = Rent(format);

    public override string Wrong => InflateRejections.TextOf(_inflater.Reason);

    public override Decoded Next(ReadOnlySpan<byte> input, out int consumed, out ReadOnlyMemory<byte> data) => _inflater.Next(input, out consumed, out data) switch
    {
        InflateStatus.Data => Decoded.Data,
        InflateStatus.Complete => Decoded.Complete,
        InflateStatus.NeedMore => Decoded.NeedMore,
        _ => Decoded.Rejected,
    };

    public override bool End() => _inflater.End();

    public override void Release()
    {
        for (int i = 0; i < s_free.Length; i++)
        {
            if (Interlocked.CompareExchange(ref s_free[i], _inflater, null) is null) return;
        }
    }

    private static Inflater Rent(DeflateFormat format)
    {
        for (int i = 0; i < s_free.Length; i++)
        {
            if (s_free[i] is null || Interlocked.Exchange(ref s_free[i], null) is not { } free) continue;
            free.Reset(format);
            return free;
        }
        return new Inflater(format);
    }
}
