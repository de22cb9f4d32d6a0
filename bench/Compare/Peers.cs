// Every peer, and every switch a peer is started with, in one place.
namespace Galley.Bench;

static class Peers
{
    static readonly string[] Load = ["json", "plaintext", "pipelined", "echo", "params", "close", "idle"];

    public static readonly IReadOnlySet<string> Every = new HashSet<string>(Load);
    static readonly HashSet<string> Logged = [.. Load, "log"];
    static readonly HashSet<string> Canned = ["json", "plaintext", "pipelined", "close", "idle", "log"];
    static readonly HashSet<string> Started = [.. Load, "start"];
    static readonly string[] Stored = ["db", "queries", "fortunes", "updates", "sqlite-db", "sqlite-insert"];
    static readonly HashSet<string> Bound = [.. Load, "typed", "validated", .. Stored];
    static readonly HashSet<string> Complete = [.. Bound, "log", "tls"];
    static readonly HashSet<string> OnlyStarted = ["start"];

    public static readonly IReadOnlyList<Peer> All =
    [
        new("floor", "floor (C epoll)")
        {
            Build = shop => shop.ToolAsync("floor", "gcc", "-O2", "-o", shop.Built("floor"), shop.Peer("floor/floor.c")),
            Run = (shop, launch) => new(shop.Built("floor"), [], Port(launch)),
            Binary = shop => shop.Built("floor"),
            Works = Started,
        },
        new("galley", "Galley")
        {
            Build = shop => shop.PublishAsync("galley", "bench/Target"),
            BuildStore = shop => shop.PublishAsync("galley-store", "bench/Store"),
            Run = (shop, launch) => Galley(shop.Built(launch.Database is null ? "galley/target" : "galley-store/store"), launch),
            Works = Complete,
            HasRaw = true,
        },
        new("galley-aot", "Galley, Native AOT")
        {
            Build = shop => shop.PublishAsync("galley-aot", "bench/Target", "-p:PublishAot=true"),
            BuildStore = shop => shop.PublishAsync("galley-aot-store", "bench/Store", "-p:PublishAot=true"),
            Run = (shop, launch) => Galley(shop.Built(launch.Database is null ? "galley-aot/target" : "galley-aot-store/store"), launch),
            Works = Bound,
            HasRaw = true,
        },
        new("aspnet", "ASP.NET Core")
        {
            Build = shop => shop.PublishAsync("aspnet", "bench/peers/aspnet"),
            BuildStore = shop => shop.PublishAsync("aspnet-store", "bench/peers/aspnet-store"),
            Run = (shop, launch) => new(AspNet(shop, launch), [], Port(launch, [.. launch.Log ? [("BENCH_LOG", "1")] : Array.Empty<(string, string)>(), .. Kestrel(launch), .. AdoNet(launch)])),
            Works = Complete,
        },
        new("aspnet-tuned", "ASP.NET Core, tuned")
        {
            Build = shop => shop.PublishAsync("aspnet", "bench/peers/aspnet"),
            BuildStore = shop => shop.PublishAsync("aspnet-store", "bench/peers/aspnet-store"),
            // What makes it faster on one core. UnsafePreferInlineScheduling is often recommended too, but was measured to
            // make it slower here: 1.4 times the CPU per request of the default on json, 4.5 times pipelined.
            Run = (shop, launch) => new(AspNet(shop, launch), [], Port(launch, [("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),
                ("DOTNET_GCDynamicAdaptationMode", "0"), ("DOTNET_TieredPGO", "1"), .. AdoNet(launch)])),
            Works = Bound,
        },
        new("node-http", "Node http")
        {
            Build = shop => shop.NodeAsync(),
            Run = (shop, launch) => Node(shop, "http.js", launch),
        },
        new("express", "Express")
        {
            Build = shop => shop.NodeAsync(),
            Run = (shop, launch) => Node(shop, "express.js", launch),
        },
        new("fastify", "Fastify")
        {
            Build = shop => shop.NodeAsync(),
            Run = (shop, launch) => Node(shop, "fastify.js", launch),
            Works = Logged,
        },
        new("go", "Go net/http")
        {
            Build = shop => shop.ToolInAsync("go", shop.Peer("go"), "go", "build", "-o", shop.Built("go"), "."),
            Run = (shop, launch) => new(shop.Built("go"), [], Port(launch)),
            Binary = shop => shop.Built("go"),
            Works = Started,
        },
        new("fastapi", "FastAPI, uvicorn")
        {
            // Debian's own interpreter: the packages come from apt, and a pyenv in front of it would not see them.
            Build = shop => shop.ToolAsync("fastapi", "/usr/bin/python3", "-c", "import fastapi, uvicorn"),
            Run = (shop, launch) => new("/usr/bin/python3",
                ["-B", "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", $"{launch.Port}", "--backlog", "4096",
                    "--timeout-keep-alive", "120", "--log-level", launch.Log ? "info" : "warning",
                    launch.Log ? "--access-log" : "--no-access-log"],
                Directory: shop.Peer("python")),
            Works = Logged,
        },
        new("nginx", "nginx, canned")
        {
            Build = shop => shop.ToolAsync("nginx", "nginx", "-v"),
            Run = (shop, launch) => new("nginx", ["-p", launch.Folder, "-e", "stderr", "-c", shop.Fill("nginx/nginx.conf", launch.Folder,
                ("@PORT@", $"{launch.Port}"), ("@TEMP@", launch.Folder), ("@ACCESS@", launch.Log ? "/dev/stdout" : "off"))]),
            Works = Canned,
        },
        new("hello", "Galley hello, Native AOT")
        {
            Build = shop => shop.PublishAsync("hello", "samples/Hello/hello.cs"),
            Run = (shop, launch) => Galley(shop.Built("hello/hello"), launch),
            Binary = shop => shop.Built("hello/hello"),
            FirstPath = "/hello",
            Works = OnlyStarted,
        },
        new("aspnet-hello", "ASP.NET Core slim hello, Native AOT")
        {
            Build = shop => shop.PublishAsync("aspnet-hello", "bench/peers/aspnet-hello"),
            Run = (shop, launch) => new(shop.Built("aspnet-hello/aspnet-hello"), [], Port(launch, ("Logging__LogLevel__Default", "Warning"))),
            Binary = shop => shop.Built("aspnet-hello/aspnet-hello"),
            FirstPath = "/hello",
            Works = OnlyStarted,
        },
    ];

    static Command Galley(string program, Launch launch) =>
        new(program, ["--port", $"{launch.Port}", $"--Galley:Log:Requests={(launch.Log ? "true" : "false")}",
            .. launch.Database is { } database ? [$"--database={database}"] : Array.Empty<string>(),
            .. launch.Tls is { } tls ? [$"--Galley:Tls:Port={tls.Port}", $"--Galley:Tls:Certificates:0:File={tls.Certificate}", $"--Galley:Tls:Certificates:0:Key={tls.Key}"] : Array.Empty<string>()]);

    static (string, string)[] Kestrel(Launch launch) => launch.Tls is { } tls
        ? [("TLS_PORT", $"{tls.Port}"), ("Kestrel__Certificates__Default__Path", tls.Certificate), ("Kestrel__Certificates__Default__KeyPath", tls.Key)] : [];

    static string AspNet(Workshop shop, Launch launch) => shop.Built(launch.Database is null ? "aspnet/aspnet" : "aspnet-store/aspnet-store");

    // The address in the words of ADO.NET.
    static (string, string)[] AdoNet(Launch launch) => launch.Database switch
    {
        null => [],
        { } file when file.StartsWith("sqlite:", StringComparison.Ordinal) => [("DATABASE", $"Data Source={file["sqlite:".Length..]}")],
        { } address => new Uri(address) is var url ? [("DATABASE", $"Host={url.Host};Port={url.Port};Username={url.UserInfo};Database={url.AbsolutePath[1..]};SSL Mode=Disable")] : [],
    };

    static Command Node(Workshop shop, string script, Launch launch) =>
        new("node", [shop.Built($"node/{script}")], Port(launch, ("NODE_ENV", "production"), ("BENCH_LOG", launch.Log ? "1" : "0")));

    static Dictionary<string, string> Port(Launch launch, params (string Name, string Value)[] more)
    {
        Dictionary<string, string> all = new() { ["PORT"] = $"{launch.Port}" };
        foreach ((string name, string value) in more)
            all[name] = value;
        return all;
    }
}
