// Is this peer honest? Every server is asked before it is measured. A fast wrong answer is not a result: servers that ignore
// the method, the path or the body, that send canned echoes, or that lose a request split in two are found here.
using System.Net.Sockets;
using System.Text.Json;

namespace Galley.Bench;

static class Check
{
    /// <summary>Throws when the peer answers anything wrongly.</summary>
    public static void Verify(Server server, CancellationToken stop)
    {
        foreach ((string name, Func<int, string?> ask) in Questions(server.Peer))
        {
            stop.ThrowIfCancellationRequested();
            string? wrong;
            try
            {
                wrong = ask(server.Port);
            }
            catch (Exception failure) when (failure is SocketException or IOException or FormatException or ArgumentException)
            {
                wrong = failure.Message;
            }
            if (wrong is not null)
                throw new BenchException($"{server.Peer.Name} is wrong: {name}: {wrong} ({server.LastWords()})");
        }
    }

    static IEnumerable<(string Name, Func<int, string?> Ask)> Questions(Peer peer)
    {
        string other = Guid.NewGuid().ToString("N");
        yield return ("GET /plaintext", port => Plain(Ask(port, Probe.Get("/plaintext"))));
        yield return ("GET /json", port => Json(Ask(port, Probe.Get("/json")), "message", "Hello, World!"));
        yield return ("an unknown path is 404", port => Status(Ask(port, Probe.Get("/nothing/here")), 404, 404));
        yield return ("a wrong method is 4xx", port => Status(Ask(port, Probe.Post("/json", "{}")), 400, 499));
        yield return ("a request split in two", Split);
        yield return ("three requests in one segment", Pipelined);
        yield return ("Connection: close is honoured", Closing);
        if (peer.Store is not null)
        {
            foreach ((string, Func<int, string?>) question in StoreCheck.Questions(peer))
                yield return question;
            yield break;
        }
        if (peer.Does("params"))
        {
            yield return ("GET /users/42", port => Json(Ask(port, Probe.Get("/users/42")), "id", "42"));
            yield return ("GET /users/ another", port => Json(Ask(port, Probe.Get($"/users/{other}")), "id", other));
            yield return ("the first of 200 routes", port => Json(Ask(port, Probe.Get("/r0/a")), "id", "a"));
            yield return ("the last of 200 routes", port => Json(Ask(port, Probe.Get("/r199/z")), "id", "z"));
            yield return ("no more than 200 routes", port => Status(Ask(port, Probe.Get("/r200/z")), 404, 404));
        }
        if (peer.Does("typed"))
        {
            yield return ("GET /accounts/42", port => Account(Ask(port, Probe.Get("/accounts/42")), 42));
            yield return ("GET /accounts/x is 404", port => Status(Ask(port, Probe.Get("/accounts/x")), 404, 404));
            if (peer.HasRaw) yield return ("GET /raw/accounts/43", port => Account(Ask(port, Probe.Get("/raw/accounts/43")), 43));
        }
        if (peer.Does("validated"))
        {
            yield return ("POST /signups", port => Json(Ask(port, Probe.Post("/signups", Works.Signup)), "email", "ada@example.com"));
            foreach ((string right, string wrong) in new[] { ("ada@", "ada-at-"), ("Ada Lovelace", ""), ("36", "17"), ("\"GB\"", "\"Britain\""), (":5}", ":0}") })
                yield return ($"POST /signups with '{wrong}' is 4xx", port => Refused(Ask(port, Probe.Post("/signups", Works.Signup.Replace(right, wrong, StringComparison.Ordinal)))));
        }
        if (peer.Does("echo"))
        {
            yield return ("POST /echo", port => Json(Ask(port, Probe.Post("/echo", $$"""{"message":"{{other}}"}""")), "message", other));
            yield return ("POST /echo with spaces", port => Json(Ask(port, Probe.Post("/echo", $$""" { "message" : "{{other}}" } """)), "message", other));
            yield return ("POST /echo of broken JSON is 4xx", port => Status(Ask(port, Probe.Post("/echo", """{"message":""")), 400, 499));
        }
    }

    public static Answer Ask(int port, string request)
    {
        using Probe probe = new(port);
        return probe.Ask(request);
    }

    static string? Split(int port)
    {
        using Probe probe = new(port);
        string request = Probe.Get("/json");
        foreach (int at in new[] { 3, 12, request.Length - 2 })
        {
            probe.Send(request[..at]);
            Thread.Sleep(5);
            probe.Send(request[at..]);
            if (Json(probe.Read(), "message", "Hello, World!") is { } wrong)
                return $"split at byte {at}: {wrong}";
        }
        return null;
    }

    static string? Pipelined(int port)
    {
        using Probe probe = new(port);
        probe.Send(Probe.Get("/json") + Probe.Get("/plaintext") + Probe.Get("/json"));
        return Json(probe.Read(), "message", "Hello, World!") ?? Plain(probe.Read()) ?? Json(probe.Read(), "message", "Hello, World!");
    }

    static string? Closing(int port)
    {
        using Probe probe = new(port);
        string? wrong = Plain(probe.Ask(Probe.Get("/plaintext", "Connection: close\r\n")));
        return wrong ?? (probe.Closes() ? null : "the connection stayed open");
    }

    static string? Plain(Answer answer) => Status(answer, 200, 200)
        ?? (answer.Body != "Hello, World!" ? $"body '{answer.Body}'"
        : !answer.ContentType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) ? $"content type '{answer.ContentType}'" : null);

    static string? Json(Answer answer, string name, string value) => Status(answer, 200, 200)
        ?? (answer.Body != JsonSerializer.Serialize(new Dictionary<string, string> { [name] = value }) ? $"body '{answer.Body}'"
        : !answer.ContentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) ? $"content type '{answer.ContentType}'" : null);

    static string? Account(Answer answer, int id) => Status(answer, 200, 200)
        ?? (answer.Body == $$"""{"id":{{id}},"owner":"Ada Lovelace","balance":{{id * 100}}}""" ? null : $"body '{answer.Body}'");

    static string? Refused(Answer answer) => Status(answer, 400, 422) ?? (answer.Body.Contains("errors", StringComparison.Ordinal) ? null : $"body '{answer.Body}'");

    public static string? Status(Answer answer, int lowest, int highest) =>
        answer.Status >= lowest && answer.Status <= highest ? null : $"status {answer.Status}";
}
