// Why a response head could not be written: a value, because a bad field value may come from a client by way of a handler.

namespace Galley.Wire.Http1;

/// <summary>Why <see cref="ResponseHeadWriter"/> stopped.</summary>
public enum HeadWriteFailure : byte
{
    /// <summary>It did not.</summary>
    None,
    /// <summary>The span is too small: write again, from the beginning, into a larger one.</summary>
    NeedsMore,
    /// <summary>The status is not between 100 and 599.</summary>
    InvalidStatus,
    /// <summary>A field name is not a token (RFC 9110 section 5.1).</summary>
    InvalidName,
    /// <summary>A field value contains CR, LF, NUL or another control character: written, it would split the response. Or a length is negative.</summary>
    InvalidValue,
}
