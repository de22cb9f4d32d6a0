// One row of the table of refusals.

namespace Galley.Wire.WebSocket;

/// <summary>Why a handshake or a frame was refused, for the peer, for the metric and for the person who reads the specification.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Status">The HTTP status that answers a handshake; 0 once the connection is open.</param>
/// <param name="CloseCode">The code of the close frame that ends an open connection; 0 for a handshake.</param>
/// <param name="Section">The section that the peer violates, such as <c>RFC 6455 section 5.2</c>.</param>
/// <param name="Text">One sentence for a human, short enough for a close frame. It never echoes input.</param>
/// <param name="Name">A stable snake_case name, fit for a metric label.</param>
public sealed record Refusal(RefusalReason Reason, int Status, ushort CloseCode, string Section, string Text, string Name);
