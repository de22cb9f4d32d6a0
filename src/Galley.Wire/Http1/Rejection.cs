// One row of the rejection table.

namespace Galley.Wire.Http1;

/// <summary>Why a message was refused, for the client, for the metric and for the person who reads the specification.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Status">The status code to answer with; the connection closes after it.</param>
/// <param name="Section">The section that the message violates, such as <c>RFC 9112 section 6.3</c>.</param>
/// <param name="Text">One sentence for a human. It never echoes input.</param>
/// <param name="Name">A stable snake_case name, fit for a metric label.</param>
public sealed record Rejection(RejectionReason Reason, int Status, string Section, string Text, string Name);
