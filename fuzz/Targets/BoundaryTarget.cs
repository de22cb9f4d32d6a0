// The boundary in a Content-Type. RFC 2046 section 5.1.1, RFC 9110 section 5.6.6.

using Galley.Wire.Multipart;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class BoundaryTarget : FieldTarget
{
    public override string Name => "boundary";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        if (!MultipartBoundary.TryRead(value, out ReadOnlySpan<byte> boundary))
            return Ending.Rejection;
        Require(boundary.Length is > 0 and <= MultipartBoundary.MaxBytes && value.IndexOf(boundary) >= 0);
        told.Tell("boundary", boundary);
        return Ending.Value;
    }
}
