// What ByteRanges makes of a Range field. RFC 9110 section 14.2.

namespace Galley.Wire.Http1;

/// <summary>How to answer a request that has a Range field.</summary>
public enum RangeVerdict
{
    /// <summary>As if it had none: it is not a list of byte ranges, or asks for more parts than anybody needs.</summary>
    Whole,
    /// <summary>With the ranges (206).</summary>
    Parts,
    /// <summary>With the length alone (416): no range lies within.</summary>
    Unsatisfiable,
}
