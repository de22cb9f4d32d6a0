// The seam between the loop and the content coding of responses: a program that does not ask for it carries none of its code.

namespace Galley;

/// <summary>Codes response bodies. One instance serves many requests; it must be thread-safe.</summary>
internal abstract class ResponseEncoder
{
    /// <summary>Replaces the response of the exchange, and what was serialized of it, by a coded one, if that is acceptable and worth it.</summary>
    public abstract void Encode(Exchange exchange);
}
