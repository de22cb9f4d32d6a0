// One request and its response on their way through the loop: what stage 1 parsed, what stage 2 found, what stage 7 wrote. Pooled by the loop
// that received it; a program sees it only through Request, which checks the generation.

using System.Runtime.CompilerServices;
using System.Text.Json;
using Galley.Routing;
using Galley.Storing;
using Galley.Wire.Http1;
using Microsoft.Extensions.DependencyInjection;

namespace Galley;

/// <summary>The memory of one request. Reused: <see cref="Generation"/> tells the uses apart.</summary>
internal sealed class Exchange
{
    private static readonly Limits s_limits = new();
    private static readonly Timeouts s_timeouts = new();

    private readonly RouteSlice[] _routeValues;
    private byte[]? _decodedPath;
    private int _decodedLength;
    private CancellationTokenSource? _abort;
    private volatile bool _isAborted;
    private AsyncServiceScope? _scope;
    private Dictionary<Type, object>? _kept;
    private string? _id;
    private IAsyncDisposable? _owned;
    private Database? _database;
    private Dictionary<string, TimeSpan>? _waits;

    public Exchange(int maxRouteValues) => _routeValues = new RouteSlice[maxRouteValues];

    /// <summary>Counts the requests this object has served.</summary>
    public int Generation { get; private set; }

    /// <summary>The parsed head: offsets into <see cref="Buffer"/> from <see cref="HeadStart"/>.</summary>
    public RequestHead Head { get; } = new();

    /// <summary>The bytes of the head, until the exchange ends.</summary>
    public byte[] Buffer { get; set; } = [];

    public int HeadStart { get; set; }

    /// <summary>What stage 7 wrote.</summary>
    public ByteBuffer Output { get; } = new();

    /// <summary>What the handler answered.</summary>
    public Response Response;

    public Timeline Timeline;

    /// <summary>Who answers: set by stage 2.</summary>
    public Endpoint Endpoint { get; set; } = Endpoint.None;

    public int RouteValueCount { get; set; }

    /// <summary>What the path answers instead, where it does not answer this method.</summary>
    public string? Allow { get; set; }

    public byte[][] RouteNames { get; set; } = [];

    /// <summary>The number of the request within this process; its id is made from it on demand.</summary>
    public long Number { get; set; }

    public bool WasStalled { get; set; }

    /// <summary>Whether the answer is to have an entity tag, made from its body.</summary>
    public bool WantsTag { get; set; }

    /// <summary>The file that the answer sends, if it sends one. Closed with the exchange.</summary>
    public SentFile? File { get; private set; }

    /// <summary>The body as it is received. Set by the engine once, when the exchange is made.</summary>
    public required BodySource Received { get; init; }

    /// <summary>The body without its content coding, where that is taken off.</summary>
    public BodySource? Decoded { get; set; }

    /// <summary>What may code the response body, where a program has asked for that.</summary>
    public ResponseEncoder? Encoder { get; set; }

    /// <summary>The body as handlers read it.</summary>
    public BodySource Body => Decoded ?? Received;

    /// <summary>The encryption of the connection; null in clear text.</summary>
    public Secured? Secured { get; set; }

    /// <summary>The services of the backend; null when it registered none.</summary>
    public required IServiceProvider? Root { get; init; }

    /// <summary>How much of everything: stage 4 bounds what it holds of a form, and how many errors it tells.</summary>
    public Limits Limits { get; init; } = s_limits;

    /// <summary>How long for everything.</summary>
    public Timeouts Timeouts { get; init; } = s_timeouts;

    /// <summary>Fires when the backend begins to stop.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>Tells that a limit was reached, by the name of its setting.</summary>
    public Action<string, long>? LimitReached { get; init; }

    /// <summary>The clock of the stamps.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where stages report; null where nobody listens.</summary>
    public Events? Events { get; init; }

    /// <summary>How the backend reads JSON.</summary>
    public JsonSerializerOptions Json { get; init; } = JsonTypes.Reading;

    public Span<RouteSlice> RouteValues => _routeValues;

    public Route? Route => Endpoint.Route;

    public bool IsAborted => _isAborted;

    public string Id => _id ??= RequestIds.Text(Number);

    public string Method => Head.Method switch
    {
        Wire.Http1.Method.Get => "GET",
        Wire.Http1.Method.Head => "HEAD",
        Wire.Http1.Method.Post => "POST",
        Wire.Http1.Method.Put => "PUT",
        Wire.Http1.Method.Patch => "PATCH",
        Wire.Http1.Method.Delete => "DELETE",
        Wire.Http1.Method.Options => "OPTIONS",
        Wire.Http1.Method.Connect => "CONNECT",
        Wire.Http1.Method.Trace => "TRACE",
        _ => System.Text.Encoding.ASCII.GetString(Head.MethodToken(Bytes)),
    };

    public ReadOnlySpan<byte> Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Buffer.AsSpan(HeadStart, Head.Length);
    }

    public ReadOnlySpan<byte> Target => Head.Target(Bytes);

    public ReadOnlySpan<byte> Query => Head.Query(Bytes);

    public ReadOnlySpan<byte> Host => Head.Host(Bytes);

    public int FieldCount => Head.FieldCount;

    /// <summary>The path as stage 2 matches it: as it was sent when it is plain, else decoded once.</summary>
    public ReadOnlySpan<byte> Path =>
        _decodedLength > 0 ? _decodedPath.AsSpan(0, _decodedLength)
        : Head.TargetForm == TargetForm.Asterisk ? "*"u8
        : Head.Path(Bytes);

    public CancellationToken Aborted
    {
        get
        {
            if (_abort is null)
            {
                Interlocked.CompareExchange(ref _abort, new CancellationTokenSource(), null);
                // The abort may have come before there was anything to cancel.
                if (_isAborted) _abort.Cancel();
            }
            return _abort.Token;
        }
    }

    public IServiceProvider Services
    {
        get
        {
            if (Root is null) throw new InvalidOperationException("This backend registered no services: add them to app.Services before it runs.");
            _scope ??= Root.CreateAsyncScope();
            return _scope.Value.ServiceProvider;
        }
    }

    /// <summary>The backend's database as this request sees it.</summary>
    public Database Database => _database ??= new RequestDatabase(this, (Database?)Root?.GetService(typeof(Database)) ??
        throw new InvalidOperationException("This backend has no database: call app.UseSqlite() or app.UseDatabase(...) before it runs."));

    /// <summary>Decodes the path of a head that needs it. False with a reason when it cannot be decoded: then the request is rejected.</summary>
    public bool TryDecodePath(out RejectionReason reason)
    {
        ReadOnlySpan<byte> raw = Head.Path(Bytes);
        if (_decodedPath is null || _decodedPath.Length < raw.Length) _decodedPath = new byte[Math.Max(256, raw.Length)];
        return PathDecoder.TryDecode(raw, _decodedPath, out _decodedLength, out reason);
    }

    public bool TryGetRouteValue(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < RouteValueCount; i++)
        {
            if (!name.SequenceEqual(RouteNames[i])) continue;
            value = Path.Slice(_routeValues[i].Start, _routeValues[i].Length);
            return true;
        }
        value = default;
        return false;
    }

    public bool TryGetField(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) => Head.TryGetField(Bytes, name, out value);

    public ReadOnlySpan<byte> FieldName(int index) => Head.Fields[index].Name(Bytes);

    public ReadOnlySpan<byte> FieldValue(int index) => Head.Fields[index].Value(Bytes);

    public void Set<T>(T value) where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        (_kept ??= [])[typeof(T)] = value;
    }

    public T? Get<T>() where T : class => _kept is not null && _kept.TryGetValue(typeof(T), out object? value) ? (T)value : null;

    /// <summary>Lets go of something with the exchange, for when nobody did before. Disposing twice must do nothing.</summary>
    public void Own(IAsyncDisposable thing) => _owned = _owned is { } before ? new Both(before, thing) : thing;

    /// <summary>What was waited for, by name; null when nothing was. Its time is part of a stage's.</summary>
    public IReadOnlyDictionary<string, TimeSpan>? Waits => _waits;

    /// <summary>Notes a wait. Several at a time may: queries of one request run side by side.</summary>
    public void Waited(string what, TimeSpan time)
    {
        Dictionary<string, TimeSpan> waits = _waits ?? Interlocked.CompareExchange(ref _waits, [], null) ?? _waits;
        lock (waits) System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(waits, what, out _) += time;
    }

    /// <summary>Takes a file that the answer may send, in place of one that it would have sent.</summary>
    public void Send(SentFile? file)
    {
        if (!ReferenceEquals(File, file)) File?.Dispose();
        File = file;
    }

    /// <summary>Ends a stretch of <paramref name="stage"/> now.</summary>
    public void Stamp(Stage stage) => Timeline.Stamp(stage, Time.GetTimestamp());

    /// <summary>Tells the handler that nobody waits any more. The user's callbacks run on the thread pool, never on the loop.</summary>
    public void Abort()
    {
        if (_isAborted) return;
        _isAborted = true;
        Interlocked.MemoryBarrier(); // pairs with the exchange in Aborted: one of the two sees the other
        if (_abort is { } abort) ThreadPool.UnsafeQueueUserWorkItem(Cancel, abort, preferLocal: false);
    }

    // What a callback of the program throws must not end the process.
    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException fault)
        {
            System.Diagnostics.Trace.TraceError("A callback of Request.Aborted threw: " + fault);
        }
    }

    /// <summary>Keeps of its memory only what the request still needs: the head, in an array of its own.</summary>
    public void BecomeSmall()
    {
        Buffer = Bytes.ToArray();
        HeadStart = 0;
        Output.Trim();
    }

    /// <summary>Ends this use: whoever still holds a <see cref="Request"/> of it is refused from here on.</summary>
    public void End()
    {
        Generation++;
        Head.Reset();
        Output.Clear();
        Response = default;
        Buffer = [];
        Endpoint = Endpoint.None;
        RouteValueCount = 0;
        _decodedLength = 0;
        Decoded = null;
        Encoder = null;
        WasStalled = false;
        WantsTag = false;
        if (File is not null) Send(null);
        _id = null;
        _database = null;
        _waits = null;
        if (_abort is null && _scope is null && _kept is null && _owned is null && !_isAborted) return;
        _abort = null; // its token may be kept by a program; it never serves another request
        _isAborted = false;
        _kept?.Clear();
        if (_owned is { } owned)
        {
            _owned = null;
            ScopeEnd.Dispose(owned);
        }
        if (_scope is { } scope)
        {
            _scope = null;
            ScopeEnd.Dispose(scope);
        }
    }

    // A middleware may ask the handler twice.
    private sealed class Both(IAsyncDisposable one, IAsyncDisposable other) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await one.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                await other.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
