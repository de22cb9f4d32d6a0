// Two readings of the same bytes, and the first place where they part.

using System.Text;

namespace Galley.Fuzzing.Differential;

/// <summary>What Galley and Kestrel made of the same bytes.</summary>
sealed record Comparison(byte[] Input, Reading Galley, Reading Kestrel)
{
    /// <summary>The input as text, for rows that look at it.</summary>
    public string Text { get; } = Encoding.Latin1.GetString(Input);

    /// <summary>The first request that the two do not share; their number when all are shared.</summary>
    public int At { get; } = Galley.Requests.Zip(Kestrel.Requests).TakeWhile(pair => pair.First == pair.Second).Count();

    /// <summary>The bytes from the beginning of the message that the two do not share, as Latin-1.</summary>
    public string Message => At < Galley.Starts.Count ? Text[Galley.Starts[At]..] : "";

    public Taken? GalleyTook => At < Galley.Requests.Count ? Galley.Requests[At] : null;

    public Taken? KestrelTook => At < Kestrel.Requests.Count ? Kestrel.Requests[At] : null;

    /// <summary>Where both part Galley took nothing; this is why.</summary>
    public string? GalleyRefused => GalleyTook is null ? Galley.Refusal : null;

    public string? KestrelRefused => KestrelTook is null ? Kestrel.Refusal : null;

    /// <summary>Both took the same, and then both came to a clean end or both did not.</summary>
    public bool IsSame => GalleyTook is null && KestrelTook is null && Galley.Refusal is null == Kestrel.Refusal is null;

    /// <summary>Differences of one kind, as far as the servers' own words tell.</summary>
    public string Kind => $"Galley {Said(GalleyTook, Galley.Refusal)}, Kestrel {Said(KestrelTook, Kestrel.Refusal)}";

    static string Said(Taken? took, string? refusal) => took is not null ? "takes" : refusal is null ? "ends" : $"refuses: {refusal.Split('\'')[0]}";

    public override string ToString() => $"{Convert.ToHexString(Input)}\n{Text}\nGalley:\n{Galley}\nKestrel:\n{Kestrel}";
}
