// What ConnectionState decides about a response before its head is written.

namespace Galley.Wire.Http1;

/// <summary>How to frame one response.</summary>
/// <param name="Framing">Which framing field to write.</param>
/// <param name="Length">The value of Content-Length when <paramref name="Framing"/> is <see cref="ResponseFraming.Length"/>.</param>
/// <param name="SendsBody">Whether body bytes follow. False for HEAD, 1xx, 204, 205 and 304, whatever the handler produced.</param>
/// <param name="Option">What the Connection field must say.</param>
public readonly record struct ResponsePlan(ResponseFraming Framing, long Length, bool SendsBody, ConnectionOption Option);
