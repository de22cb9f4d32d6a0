// What the harness must know of a server: how to build it, how to start it, and which works it can do.
namespace Galley.Bench;

/// <summary>A program to run.</summary>
sealed record Command(
    string File, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string>? Environment = null, string? Directory = null);

/// <summary>How a peer is wanted this time. <paramref name="Folder"/> is an empty folder of its own.</summary>
sealed record Launch(int Port, bool Log, string Folder)
{
    /// <summary>Where the database is; null where the work has none.</summary>
    public string? Database { get; init; }

    /// <summary>The port of https, with the certificate to speak it; null where the work is in clear text.</summary>
    public (int Port, string Certificate, string Key)? Tls { get; init; }
}

/// <summary>A server that takes part.</summary>
sealed record Peer(string Name, string Title)
{
    /// <summary>Builds it. Returns null when it is ready, else why it cannot take part.</summary>
    public required Func<Workshop, Task<string?>> Build { get; init; }

    /// <summary>Builds its program for the works with a database, if it has one.</summary>
    public Func<Workshop, Task<string?>>? BuildStore { get; init; }

    /// <summary>The command that serves on 127.0.0.1 at the launch's port.</summary>
    public required Func<Workshop, Launch, Command> Run { get; init; }

    /// <summary>Names of the works it does. Every peer here does at least one.</summary>
    public IReadOnlySet<string> Works { get; init; } = Peers.Every;

    /// <summary>The executable whose size the cold-start row shows, if there is one file.</summary>
    public Func<Workshop, string>? Binary { get; init; }

    /// <summary>What the cold-start row asks for; the answer must contain "Hello".</summary>
    public string FirstPath { get; init; } = "/json";

    /// <summary>Whether it has a handler without binding beside the typed one.</summary>
    public bool HasRaw { get; init; }

    /// <summary>Set on the copy of a peer that writes its per-request log.</summary>
    public bool Log { get; init; }

    /// <summary>Set on the copy of a peer that speaks TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Set on the copy of a peer that has a database: which engine.</summary>
    public string? Store { get; init; }

    /// <summary>Where that database is: <c>postgres://...</c> or <c>sqlite:FILE</c>.</summary>
    public string? Database { get; init; }

    public bool Does(string work) => Works.Contains(work);
}
