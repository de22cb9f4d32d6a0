// The request methods a server meets, as a value. RFC 9110 section 9.3 registers eight, RFC 5789 adds PATCH.

namespace Galley.Wire.Http1;

/// <summary>A request method (RFC 9110 section 9, RFC 5789). Methods are case-sensitive: <c>get</c> is <see cref="Other"/>.</summary>
public enum Method : byte
{
    /// <summary>No request line was parsed yet.</summary>
    None,
    /// <summary>GET: transfer a representation.</summary>
    Get,
    /// <summary>HEAD: like GET, without the content.</summary>
    Head,
    /// <summary>POST: let the resource process the content.</summary>
    Post,
    /// <summary>PUT: replace the representation.</summary>
    Put,
    /// <summary>DELETE: remove the representation.</summary>
    Delete,
    /// <summary>PATCH: change the representation in part (RFC 5789).</summary>
    Patch,
    /// <summary>OPTIONS: describe the communication options.</summary>
    Options,
    /// <summary>CONNECT: open a tunnel.</summary>
    Connect,
    /// <summary>TRACE: loop the message back.</summary>
    Trace,
    /// <summary>Any other valid token; its bytes are at <see cref="RequestHead.MethodStart"/>.</summary>
    Other,
}
