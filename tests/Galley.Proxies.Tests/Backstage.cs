// The backend behind the fronts: it writes down every request that reached a handler, and says in the answer which one it answers.

using System.Collections.Concurrent;
using System.Text;

namespace Galley.Proxies.Tests;

/// <summary>A Galley backend and what its handlers saw.</summary>
internal sealed class Backstage : IAsyncDisposable
{
    /// <summary>The field with the id under which a handler saw the request it answers.</summary>
    public const string IdField = "X-Back";

    private readonly Backend _app = Backend.Create();

    /// <summary>What reached a handler, body read to its end.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = [];

    /// <summary>Messages that were refused.</summary>
    public ConcurrentQueue<RequestRejected> Refused { get; } = [];

    /// <summary>Connections that the front holds open.</summary>
    public int Connections => _app.Connections;

    public string Address => _app.Address!.ToString();

    public static async Task<Backstage> StartAsync()
    {
        var stage = new Backstage();
        stage._app.Options.Port = 0;
        stage._app.Options.LogRequests = false;
        stage._app.Log.Level = Microsoft.Extensions.Logging.LogLevel.None;
        stage._app.Events.Subscribe(happened =>
        {
            if (happened is RequestRejected refused) stage.Refused.Enqueue(refused);
        });
        // Every method and every path: what arrives is what this is about, not where it would be routed.
        stage._app.Use((request, next) => stage.AnswerAsync(request));
        await stage._app.StartAsync();
        return stage;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async ValueTask<Response> AnswerAsync(Request request)
    {
        string ids = Ids(request.Headers);
        (string method, string target) = (request.Method, Encoding.Latin1.GetString(request.Target));
        string marker = request.Headers["X-Marker"] ?? "";
        string body = Encoding.Latin1.GetString((await request.Body.ReadAllAsync()).Span);
        Requests.Enqueue(new Seen(ids, method, target, marker, body));
        return Response.Text($"{method} {target} {marker} {body.Length}").With(IdField, ids);
    }

    // More than one, or none, is a message that was put together from pieces.
    private static string Ids(Headers headers)
    {
        var ids = new List<string>();
        for (int i = 0; i < headers.Count; i++)
        {
            if (Encoding.Latin1.GetString(headers.NameAt(i)).Equals(Front.IdField, StringComparison.OrdinalIgnoreCase)) ids.Add(Encoding.Latin1.GetString(headers.ValueAt(i)));
        }
        return ids.Count == 0 ? "none" : string.Join(',', ids);
    }
}

/// <summary>A request as a handler saw it.</summary>
/// <param name="Id">The front's id; <c>none</c> where the front never saw this request.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The request target.</param>
/// <param name="Marker">What its sender called it.</param>
/// <param name="Body">Its body, one character a byte.</param>
internal sealed record Seen(string Id, string Method, string Target, string Marker, string Body);
