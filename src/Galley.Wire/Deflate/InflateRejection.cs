// Every way this codec refuses a stream, and what is said of each.

namespace Galley.Wire.Deflate;

/// <summary>Why a stream was refused.</summary>
public enum InflateRejection : byte
{
    /// <summary>Not refused.</summary>
    None = 0,
    /// <summary>It does not begin like the format that was announced (RFC 1950 section 2.2, RFC 1952 section 2.3).</summary>
    InvalidHeader,
    /// <summary>A block is of no known type, or its length contradicts itself (RFC 1951 section 3.2.3).</summary>
    InvalidBlock,
    /// <summary>The codes of a block are no prefix code (RFC 1951 section 3.2.2).</summary>
    InvalidCodes,
    /// <summary>A code that means nothing (RFC 1951 section 3.2.5).</summary>
    InvalidSymbol,
    /// <summary>Something is repeated from before the beginning (RFC 1951 section 3.2.5).</summary>
    InvalidDistance,
    /// <summary>The check value or the length at the end is another one.</summary>
    InvalidCheck,
    /// <summary>Something follows the end.</summary>
    Trailing,
    /// <summary>It ended before its end.</summary>
    Incomplete,
}

/// <summary>The rejections in words.</summary>
public static class InflateRejections
{
    /// <summary>One sentence for a human. It never echoes input.</summary>
    public static string TextOf(InflateRejection reason) => reason switch
    {
        InflateRejection.InvalidHeader => "The compressed body does not begin as its Content-Encoding says.",
        InflateRejection.InvalidBlock => "The compressed body has a block of no known type or length.",
        InflateRejection.InvalidCodes => "The compressed body has a block whose codes are no prefix code.",
        InflateRejection.InvalidSymbol => "The compressed body has a code that means nothing.",
        InflateRejection.InvalidDistance => "The compressed body repeats what was not there.",
        InflateRejection.InvalidCheck => "The compressed body does not match its check value.",
        InflateRejection.Trailing => "Something follows the end of the compressed body.",
        InflateRejection.Incomplete => "The compressed body ends before its end.",
        _ => "",
    };
}
