// A folder whose files are served: what of it may be seen, under which names, and how long clients may keep it.

using System.Text;
using Galley.Responding;

namespace Galley;

/// <summary>A folder of files to serve. <c>app.UseFiles("/assets", new FileFolder("wwwroot") { HasHashedNames = true })</c>, or from a handler with
/// <see cref="Answer(Request, string)"/>, which takes names that a client has chosen.</summary>
/// <remarks>Nothing outside the folder is ever opened, whatever the name and whoever moves files meanwhile (on Linux; elsewhere links are checked
/// before they are followed). Files answer conditional requests and ranges; folders are not listed. Thread-safe once the backend runs.</remarks>
public sealed class FileFolder
{
    private static readonly byte[] s_immutable = "public, max-age=31536000, immutable"u8.ToArray();

    private readonly Lazy<FileTree> _tree;
    private readonly Lazy<FileFields> _fields;
    private readonly Dictionary<string, FileBody> _mediaTypes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A folder; one that is not absolute is looked for in the current folder, then beside the program.</summary>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public FileFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
        _tree = new(() => FileTree.Of(Whole(), Links));
        _fields = new(() => new FileFields(CacheControl));
    }

    /// <summary>Where it is, as it was given.</summary>
    public string Folder { get; }

    /// <summary>The file that answers for a folder, at its path with a slash; null for none: folders are 404 then. Default <c>index.html</c>.</summary>
    public string? Index { get; init; } = "index.html";

    /// <summary>Whether names that begin with a dot are served (<c>.git</c>, <c>.env</c>). Default false.</summary>
    public bool ShowsDotFiles { get; init; }

    /// <summary>Which symbolic links are followed. Default: those that end within the folder.</summary>
    public FileLinks Links { get; init; }

    /// <summary>Cache-Control of the files; null for none. Default <c>no-cache</c>: keep it, but ask each time whether it has changed.</summary>
    public string? CacheControl { get; init; } = "no-cache";

    /// <summary>Whether a build puts a hash of the content into names, as in <c>app.3f9a1c7e.js</c> or <c>app-BX3k9_fQ.js</c>: such files are kept for a
    /// year without asking. A name counts when what follows its last dot or dash, before the ending, has eight characters or more with a letter
    /// and a digit among them. Default false.</summary>
    public bool HasHashedNames { get; init; }

    /// <summary>Whether <c>app.js.br</c>, <c>app.js.zst</c> or <c>app.js.gz</c> beside <c>app.js</c> is sent to clients that take it, unless it is older.
    /// Asked only for kinds of files that compress. Default true.</summary>
    public bool SendsPrecompressed { get; init; } = true;

    /// <summary>Gives the files with an ending a media type, in place of the one they have.</summary>
    /// <param name="ending">With its dot: <c>.glb</c>.</param>
    /// <param name="contentType">For example <c>model/gltf-binary</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="ending"/> has no dot, or <paramref name="contentType"/> holds control characters.</exception>
    public FileFolder WithMediaType(string ending, string contentType)
    {
        ArgumentNullException.ThrowIfNull(ending);
        if (!ending.StartsWith('.') || ending.Length < 2) throw new ArgumentException("An ending begins with a dot: '.glb'.", nameof(ending));
        _mediaTypes[ending] = new FileBody(contentType);
        return this;
    }

    /// <summary>The answer for a file of this folder: 200, 206, 301, 304, 404, 412 or 416.</summary>
    /// <param name="request">The request that asks for it.</param>
    /// <param name="name">The path below the folder, with slashes, as it came from the client: decoded, not trusted.</param>
    public Response Answer(Request request, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Answer(request.Exchange, Encoding.UTF8.GetBytes(name));
    }

    internal Response Answer(Request request)
    {
        _ = request.TryGetRouteValue("path"u8, out ReadOnlySpan<byte> name);
        return Answer(request.Exchange, name);
    }

    // The prefix without its slash.
    internal Response Redirect(Request request) =>
        Index is not null && Open(Encoding.UTF8.GetBytes(Index), out OpenedFile index) == Opening.File ? Redirect(request.Exchange, index) : Missing();

    /// <summary>What must be there when the backend starts.</summary>
    /// <exception cref="StartException">It is not.</exception>
    internal void Check()
    {
        if (!Directory.Exists(Whole()))
            throw new StartException($"the folder '{Folder}' that is to be served is not there", $"create it, or correct the path given to UseFiles (looked at: {Whole()})");
    }

    private Response Answer(Exchange exchange, ReadOnlySpan<byte> name)
    {
        if (!FilePath.IsAllowed(name, ShowsDotFiles, OperatingSystem.IsWindows())) return Missing();
        bool isFolder = name.IsEmpty || name[^1] == '/';
        if (isFolder)
        {
            if (Index is null) return Missing();
            name = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(name) + Index);
        }
        switch (_tree.Value.Open(name, out OpenedFile file))
        {
            case Opening.File:
                return Send(exchange, name, file);
            case Opening.Folder when !isFolder && Index is not null:
                byte[] index = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(name) + "/" + Index);
                return Open(index, out file) == Opening.File ? Redirect(exchange, file) : Missing();
            default:
                return Missing();
        }
    }

    private Response Send(Exchange exchange, ReadOnlySpan<byte> name, OpenedFile file)
    {
        FileBody kind = FileKinds.Of(name, _mediaTypes);
        bool mayVary = SendsPrecompressed && FileKinds.Compresses(kind);
        ResponseField fields = _fields.Value.For(mayVary, HasHashedNames && HashedName.Is(name) ? s_immutable : null);
        if (!mayVary || Precompressed.Open(_tree.Value, exchange, name, file, out OpenedFile variant) is not { } coding)
            return FileAnswer.Of(exchange, file, kind, fields, default);
        file.Handle.Dispose();
        return FileAnswer.Of(exchange, variant, kind, ResponseField.Trusted(FileFields.ContentEncoding, coding, fields), coding);
    }

    private Opening Open(ReadOnlySpan<byte> name, out OpenedFile file) => _tree.Value.Open(name, out file);

    private static Response Redirect(Exchange exchange, in OpenedFile index)
    {
        index.Handle.Dispose();
        return FileAnswer.ToFolder(exchange);
    }

    private static Response Missing() => Response.NotFound("Nothing is served at this path.");

    private string Whole()
    {
        string here = Path.GetFullPath(Folder);
        return Directory.Exists(here) ? here : Path.GetFullPath(Folder, AppContext.BaseDirectory);
    }
}
