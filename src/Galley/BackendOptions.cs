// Every setting of the core with its default, its unit and its bounds. Read once at start from configuration; see BackendSettings.

namespace Galley;

/// <summary>How a backend listens, how much it takes and how long it waits. The defaults are right for production on one machine.</summary>
/// <remarks>Filled from the configuration section <c>Galley</c> when the backend is created; a program may change it before it runs.</remarks>
public sealed class BackendOptions
{
    /// <summary>The address to listen on: an IP address, <c>localhost</c> or <c>*</c> for all. Default: loopback, or every address inside a container.
    /// Also <c>--host</c> and <c>HOST</c>.</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>The TCP port; 0 takes any free one. Default 3000. Also <c>--port</c> and <c>PORT</c>.</summary>
    public int Port { get; set; } = 3000;

    /// <summary>What carries bytes: <c>epoll</c>, <c>sockets</c>, or <c>auto</c> (epoll on Linux, sockets elsewhere). Default auto. Also <c>--transport</c>.</summary>
    public string Transport { get; set; } = "auto";

    /// <summary>How many event loops; 0 for one per processor this process may use. Default 0.</summary>
    public int Loops { get; set; }

    /// <summary>How many connections the system may hold for us before we accept them. Default 4096; Linux takes no more than
    /// <c>net.core.somaxconn</c>. Beyond, a client's first packet is dropped, and it tries again after a second.</summary>
    public int Backlog { get; set; } = 4096;

    /// <summary>How much of everything.</summary>
    public Limits Limits { get; } = new();

    /// <summary>How JSON bodies are read.</summary>
    public JsonReading Json { get; } = new();

    /// <summary>How long for everything.</summary>
    public Timeouts Timeouts { get; } = new();

    /// <summary>Whether every request is written to the log as one line. Default true.</summary>
    public bool LogRequests { get; set; } = true;

    /// <summary>What the start does about migrations. Default: apply in development, else check. Also <c>--migrations</c>.</summary>
    public MigrationMode Migrations { get; set; } = MigrationMode.Check;

    /// <summary>How long the start waits for another process that migrates the same database. Default 60 s. Beyond: it says who, and stops.</summary>
    public TimeSpan MigrationWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether answers may tell developers more: a 500 carries the exception. Default: <c>DOTNET_ENVIRONMENT=Development</c>.</summary>
    public bool IsDevelopment { get; set; }
}

/// <summary>How much a client may ask for. What goes beyond is refused with the status of its kind and an event that names the setting.</summary>
public sealed class Limits
{
    internal const int MostRanges = 64;

    /// <summary>Bytes of a request head. Default 32,768. Beyond: 431.</summary>
    public int HeadBytes { get; set; } = 32 * 1024;

    /// <summary>Bytes of a request target. Default 8,192. Beyond: 414.</summary>
    public int TargetBytes { get; set; } = 8 * 1024;

    /// <summary>Field lines of a request, and again of its trailers. Default 100. Beyond: 431.</summary>
    public int Fields { get; set; } = 100;

    /// <summary>Bytes of a request body; a route may have its own. Default 1,048,576. Beyond: 413.</summary>
    public long BodyBytes { get; set; } = 1024 * 1024;

    /// <summary>How many times longer than what was sent a decompressed request body may be, beyond its first 65,536 bytes. Default 100. Beyond: 413.</summary>
    public int DecompressionRatio { get; set; } = 100;

    /// <summary>Bytes of all fields of a form together that are bound or read as text; files do not count. Default 1,048,576. Beyond: 413.</summary>
    public int FormBytes { get; set; } = 1024 * 1024;

    /// <summary>Fields of a form, its files included. Default 1,000. Beyond: 413.</summary>
    public int FormFields { get; set; } = 1000;

    /// <summary>Bytes of the head of one part of a form. Default 4,096. Beyond: 413.</summary>
    public int FormPartHeadBytes { get; set; } = 4096;

    /// <summary>Ranges of a file that one request may ask for, at most 64. Default 16. Beyond: the whole file.</summary>
    public int Ranges { get; set; } = 16;

    /// <summary>Errors that one answer names. Default 32. Beyond: not looked for.</summary>
    public int Errors { get; set; } = 32;

    /// <summary>Arrays and objects inside each other in a JSON body. Default 64. Beyond: 400.</summary>
    public int JsonDepth { get; set; } = 64;

    /// <summary>Bytes of a WebSocket message, also after it was inflated; a route may have its own. Default 1,048,576. Beyond: close code 1009.</summary>
    public int WebSocketMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Connections at a time. Default 50,000. Beyond: 503 and closed.</summary>
    public int Connections { get; set; } = 50_000;

    /// <summary>Connections at a time from one IPv4 address or one IPv6 network (/64). Default 25,000, so that no single one can take all; set it far
    /// lower where clients connect directly, and to <see cref="Connections"/> behind a proxy that needs more. Beyond: 503 and closed.</summary>
    public int ConnectionsPerAddress { get; set; } = 25_000;

    /// <summary>Threads for handlers that block their loop. Default 128. Beyond: the blocking route answers 503, the others notice nothing.</summary>
    public int SpareThreads { get; set; } = 128;
}

/// <summary>How long a backend waits, and how slow a client may be.</summary>
public sealed class Timeouts
{
    /// <summary>For a whole request head, from its first byte; also for the first byte of a new connection. Default 10 s. Beyond: 408.</summary>
    public TimeSpan Head { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two requests of a connection. Default 120 s. Beyond: closed.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a body that is waited for may stay below <see cref="BytesPerSecond"/>. Default 5 s. Beyond: 408.</summary>
    public TimeSpan Body { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a response that the client does not take may stay below <see cref="BytesPerSecond"/>. Default 10 s. Beyond: reset.</summary>
    public TimeSpan Write { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The slowest a client may send a body or take a response, in bytes per second averaged from its beginning. Default 240.</summary>
    public int BytesPerSecond { get; set; } = 240;

    /// <summary>From the head to the response. Default 30 s; a route may have its own. Beyond: the token fires and the client gets 504, or 408 if its
    /// body was still being waited for.</summary>
    public TimeSpan Request { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an event stream may be silent before a heartbeat is sent, a comment. Default 15 s.</summary>
    public TimeSpan EventHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>When clients of event streams are told to come back after a stop: between this and twice this, so that not all come at once. Default 2 s.</summary>
    public TimeSpan EventRetry { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a WebSocket may be silent before it is pinged. Default 30 s.</summary>
    public TimeSpan WebSocketPing { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client of a WebSocket may take to answer a ping with any byte. Default 20 s. Beyond: reset.</summary>
    public TimeSpan WebSocketPong { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a client of a WebSocket may take to answer a close frame. Default 5 s. Beyond: the connection is closed all the same.</summary>
    public TimeSpan WebSocketClose { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a handler may hold its loop before another thread takes it over. Default 5 ms.</summary>
    public TimeSpan Stall { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a route that keeps blocking starts on spare threads. Default 10 s.</summary>
    public TimeSpan Isolation { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long requests in flight may take after SIGTERM. Default 25 s. Beyond: their tokens fire and they are cut.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(25);
}
