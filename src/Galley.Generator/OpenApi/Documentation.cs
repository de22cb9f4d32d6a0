// What a documentation comment says, as CommonMark: the description fields of an OpenAPI document are.

namespace Galley.Generator.OpenApi;

/// <summary>The comment of one type, member or method.</summary>
internal sealed record Documentation(string Summary = "", string Remarks = "", string Returns = "", string Example = "")
{
    public static readonly Documentation None = new();

    public bool IsDeprecated { get; init; }

    /// <summary>What it says of parameters.</summary>
    public EquatableList<Remark> Parameters { get; init; }

    /// <summary>What it says of answers, by status.</summary>
    public EquatableList<Remark> Responses { get; init; }

    /// <summary>Summary and remarks.</summary>
    public string Description => Remarks == "" ? Summary : Summary == "" ? Remarks : Summary + "\n\n" + Remarks;

    public Remark? OfParameter(string name) => Parameters.FirstOrDefault(p => p.Name == name);

    public string? OfResponse(string status) => Responses.FirstOrDefault(r => r.Name == status)?.Text;
}

/// <summary>A named piece of a comment.</summary>
internal sealed record Remark(string Name, string Text, string Example);
