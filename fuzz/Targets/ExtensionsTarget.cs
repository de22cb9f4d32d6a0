// The offers of Sec-WebSocket-Extensions. RFC 6455 section 9.1, RFC 7692 section 7.1. Flags: n no context takeover, w windows that are small.

using Galley.Wire.WebSocket;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class ExtensionsTarget : FieldTarget
{
    public override string Name => "extensions";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        DeflateSettings settings = new() { ServerNoContextTakeover = input.Has('n'), ClientWindowBits = input.Has('w') ? 10 : 15, MinServerWindowBits = input.Has('w') ? 12 : 8 };
        if (!DeflateAgreement.TryAgree(value, settings, out DeflateAgreement terms))
            return Ending.Rejection;
        Require(terms.ServerWindowBits >= settings.MinServerWindowBits && terms.ClientWindowBits <= 15);
        Tell(told, terms);
        return Ending.Value;
    }

    /// <summary>The answer, read as an offer, asks for the same.</summary>
    internal static void Tell(Transcript told, in DeflateAgreement terms)
    {
        Span<byte> text = stackalloc byte[DeflateAgreement.MaxBytes];
        Require(terms.TryWrite(text, out int written) && !terms.TryWrite(text[..(written - 1)], out _));
        Require(DeflateAgreement.TryAgree(text[..written], new DeflateSettings(), out DeflateAgreement again) && again == terms);
        told.Tell("terms", text[..written]);
    }
}
