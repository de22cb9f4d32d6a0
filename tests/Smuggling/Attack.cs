// The corpus of request smuggling: what one message is made of. Wire.Tests runs it through the codec, Transport.Tests through every
// transport, Proxies.Tests through reverse proxies; all three compile these files.

using Galley.Wire.Http1;

namespace Galley.Smuggling;

/// <summary>Bytes that two servers have been known to read in two ways. Galley refuses them and looks at nothing behind them.</summary>
/// <param name="Name">The attack, unique.</param>
/// <param name="Section">The rule it breaks.</param>
/// <param name="Reason">Why Galley refuses it.</param>
/// <param name="Status">What the client is told.</param>
/// <param name="Bytes">The message, one character a byte.</param>
public sealed record Attack(string Name, string Section, RejectionReason Reason, int Status, string Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Messages that look like an attack and are none: each is understood, in one way only.</summary>
/// <param name="Name">What looks suspicious, unique.</param>
/// <param name="Section">The rule that makes it valid.</param>
/// <param name="Bytes">The messages, one character a byte.</param>
/// <param name="Requests">What they are: method, target and body of each.</param>
public sealed record Lookalike(string Name, string Section, string Bytes, params (string Method, string Target, string Body)[] Requests)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
