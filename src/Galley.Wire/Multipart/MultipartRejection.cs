// Every way this codec refuses a form, and what is said of each.

namespace Galley.Wire.Multipart;

/// <summary>Why a form was refused.</summary>
public enum MultipartRejection : byte
{
    /// <summary>Not refused.</summary>
    None = 0,
    /// <summary>The body does not begin with the boundary (RFC 2046 section 5.1.1; a preamble is refused).</summary>
    MissingBoundary,
    /// <summary>A boundary is followed by something else than a line end or two hyphens (RFC 2046 section 5.1.1).</summary>
    InvalidDelimiter,
    /// <summary>The head of a part is longer than allowed.</summary>
    PartHeadTooLarge,
    /// <summary>The head of a part has a line that is no field, or text that is not UTF-8 (RFC 7578 section 5.1).</summary>
    InvalidPartHead,
    /// <summary>A part has no <c>Content-Disposition: form-data</c> with one name (RFC 7578 section 4.2).</summary>
    InvalidDisposition,
    /// <summary>A part is encoded for transfer (RFC 7578 section 4.7 deprecates it).</summary>
    TransferEncoding,
    /// <summary>Something follows the last boundary.</summary>
    Epilogue,
    /// <summary>The body ended before the last boundary.</summary>
    Incomplete,
}

/// <summary>The rejections in words.</summary>
public static class MultipartRejections
{
    /// <summary>One sentence for a human. It never echoes input.</summary>
    public static string TextOf(MultipartRejection reason) => reason switch
    {
        MultipartRejection.MissingBoundary => "The form does not begin with the boundary that Content-Type names.",
        MultipartRejection.InvalidDelimiter => "A boundary in the form is not followed by a line end.",
        MultipartRejection.PartHeadTooLarge => "The head of a part of the form is larger than this server allows.",
        MultipartRejection.InvalidPartHead => "The head of a part of the form is not a list of fields in UTF-8.",
        MultipartRejection.InvalidDisposition => "A part of the form has no Content-Disposition: form-data with one name.",
        MultipartRejection.TransferEncoding => "A part of the form has a Content-Transfer-Encoding; this server understands binary only.",
        MultipartRejection.Epilogue => "Something follows the last boundary of the form.",
        MultipartRejection.Incomplete => "The form ends before its last boundary.",
        _ => "",
    };
}
