// The OpenAPI 3.1 document: when it is served, under which path, what it says about the whole. It is put together on the first request for it, because
// prefixes of groups are known only once the program has declared everything. DocumentWriter.cs does that.

using Galley.Operating;
using Microsoft.Extensions.Configuration;

namespace Galley;

/// <summary>The description of the backend's operations for people and for generators of clients, at <c>/openapi.json</c>.</summary>
/// <remarks>Served in development; elsewhere when <see cref="IsEnabled"/> is set. It passes the program's middleware like any route, and a program that
/// declares its path itself keeps it. <c>--openapi FILE</c> writes it and ends, without a database and without listening.
/// Filled from the section <c>Galley:OpenApi</c>; not thread-safe before the backend runs.</remarks>
public sealed class OpenApiDocument
{
    private readonly Backend _backend;
    private readonly StartException? _wrong;
    private readonly Lazy<byte[]> _bytes;
    private readonly Lazy<ETag> _tag;
    private bool? _isEnabled;

    internal OpenApiDocument(Backend backend)
    {
        _backend = backend;
        _bytes = new(() => new DocumentWriter(this).Write(_backend.All));
        _tag = new(() => ETag.Of(_bytes.Value));
        IConfigurationSection galley = backend.Configuration.GetSection("Galley");
        IConfigurationSection own = galley.GetSection("OpenApi");
        System.Reflection.AssemblyName? program = System.Reflection.Assembly.GetEntryAssembly()?.GetName();
        Title = own["Title"] ?? program?.Name ?? "Backend";
        Version = own["Version"] ?? program?.Version?.ToString(3) ?? "1.0.0";
        Description = own["Description"];
        Path = own["Path"] ?? Path;
        Servers = [.. own["Servers"] is { } one ? [one] : own.GetSection("Servers").GetChildren().Select(child => child.Value).OfType<string>()];
        WriteTo = own["Write"];
        try
        {
            if (own["Enabled"] is not null) _isEnabled = BackendSettings.YesNo(galley, "OpenApi:Enabled", false);
            if (!Path.StartsWith('/')) throw BackendSettings.Wrong("OpenApi:Path", Path, "a path that begins with a slash, such as /openapi.json");
        }
        catch (StartException wrong)
        {
            _wrong = wrong;
        }
    }

    /// <summary>Whether it is served. Default: in development only. Setting <c>Galley:OpenApi:Enabled</c>.</summary>
    public bool IsEnabled
    {
        get => _isEnabled ?? _backend.Options.IsDevelopment;
        set => _isEnabled = value;
    }

    /// <summary>Where. Default <c>/openapi.json</c>. Setting <c>Galley:OpenApi:Path</c>.</summary>
    public string Path { get; set; } = "/openapi.json";

    /// <summary>The name of the API. Default: that of the program. Setting <c>Galley:OpenApi:Title</c>.</summary>
    public string Title { get; set; }

    /// <summary>The version of the API. Default: that of the program's assembly. Setting <c>Galley:OpenApi:Version</c>.</summary>
    public string Version { get; set; }

    /// <summary>What the API is for, in CommonMark; null for nothing. Setting <c>Galley:OpenApi:Description</c>.</summary>
    public string? Description { get; set; }

    /// <summary>Where the API is served, as URLs without a trailing slash. Default: where the document is. Setting <c>Galley:OpenApi:Servers</c>.</summary>
    public IList<string> Servers { get; }

    internal PageOptions Pages => _backend.Options.Pages;

    /// <summary>The file of <c>--openapi</c>; null when the backend is to run.</summary>
    internal string? WriteTo { get; }

    internal void AddRoutes(Routes routes)
    {
        if (_wrong is not null) throw _wrong;
        if (!IsEnabled || routes.All.Any(route => route.Pattern == Path && route.Method == "GET")) return;
        routes.Get(Path, Answer).WithoutDocumentation();
    }

    /// <summary>Writes the document to <see cref="WriteTo"/>; <c>-</c> is standard output.</summary>
    /// <exception cref="StartException">The file cannot be written.</exception>
    internal async Task WriteAsync()
    {
        if (_wrong is not null) throw _wrong;
        try
        {
            Stream file = WriteTo == "-" ? Console.OpenStandardOutput() : File.Create(WriteTo!);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(_bytes.Value).ConfigureAwait(false);
                await file.WriteAsync("\n"u8.ToArray()).ConfigureAwait(false);
            }
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"the OpenAPI document cannot be written to '{WriteTo}': {cannot.Message.TrimEnd('.')}", "name another file with --openapi", cannot);
        }
    }

    // A client asks again each time and is told in a few bytes that nothing has changed (RFC 9110 section 13.1.2).
    private ValueTask<Response> Answer(Request request) =>
        (request.CheckPreconditions(_tag.Value) ?? Response.Bytes(_bytes.Value, BytesBody.Json).With(_tag.Value)).With("Cache-Control", "no-cache");
}
