// RFC 9112 chapter 11: Security Considerations. The corpus of request smuggling against the codec; over real sockets it is in
// Galley.Transport.Tests, behind reverse proxies in Galley.Proxies.Tests. Response splitting (section 11.1) is in Rfc9112_04.

using Galley.Smuggling;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_11_Security
{
    // The limit of a backend's default options, so that the corpus says the same everywhere.
    static readonly HeadLimits _limits = new() { MaxBodyBytes = 1024 * 1024 };

    public static TheoryData<Attack> TheAttacks => [.. Attacks.All];

    public static TheoryData<Lookalike> TheLookalikes => [.. Lookalikes.All];

    [Theory]
    [MemberData(nameof(TheAttacks))]
    public void Section_11_2_An_attack_is_refused_for_its_reason_and_nothing_behind_it_is_read(Attack attack)
    {
        Verdict only = Assert.Single(Driver.ReadAll(attack.Bytes + Attacks.Canary, _limits));
        Assert.Equal((ParseStatus.Rejected, attack.Reason), (only.Status, only.Reason));
        Assert.Equal(attack.Status, Rejections.Of(attack.Reason).Status);
        Assert.Matches("^RFC [0-9]{4} section [0-9.]+$", attack.Section);
    }

    [Theory]
    [MemberData(nameof(TheLookalikes))]
    public void Section_11_2_What_only_looks_like_an_attack_is_understood_in_one_way(Lookalike lookalike)
    {
        List<Verdict> all = Driver.ReadAll(lookalike.Bytes + Attacks.Canary, _limits);
        Assert.Equal([.. lookalike.Requests, ("GET", "/canary", "")], all.Select(one => (one.Method, one.Target, one.BodyText)));
        Assert.All(all, one => Assert.Equal(ParseStatus.Complete, one.Status));
        Assert.Matches("^RFC [0-9]{4} section [0-9.]+$", lookalike.Section);
    }

    [Fact]
    public void Section_11_2_Every_attack_has_a_name_of_its_own()
    {
        Assert.Equal(Attacks.All.Count, Attacks.All.Select(attack => attack.Name).Distinct().Count());
        Assert.Equal(Lookalikes.All.Count, Lookalikes.All.Select(one => one.Name).Distinct().Count());
    }

    [Fact]
    public void Section_11_2_The_corpus_knows_every_reason_a_message_can_be_refused_for()
    {
        // Of sizes and times there is nothing to smuggle, and a TLS handshake is no message.
        RejectionReason[] others = [RejectionReason.None, RejectionReason.TlsHandshake, RejectionReason.TargetTooLong, RejectionReason.TooManyFields,
            RejectionReason.HeadTooLarge, RejectionReason.HeadTimeout, RejectionReason.BodyTimeout, RejectionReason.BodyIncomplete];
        Assert.Equal(Enum.GetValues<RejectionReason>().Except(others), Attacks.All.Select(attack => attack.Reason).Distinct().Order());
    }
}
