// The words the tests are written in: routes as "GET /users/{id}", requests as "GET /users/5", answers as one line.

using System.Text;

namespace Galley.Routing.Tests;

internal static class Routing
{
    public static RouteTable<string> Table(params string[] routes) =>
        RouteTable<string>.Build(routes.Select(route => route.Split(' ', 2)).Select(parts => (parts[0], parts[1], $"{parts[0]} {parts[1]}")));

    /// <summary>"GET /users/{id} id=5", "404", "405 GET, HEAD, OPTIONS" or "OPTIONS GET, HEAD, OPTIONS".</summary>
    public static string Ask(this RouteTable<string> table, string request)
    {
        string[] parts = request.Split(' ', 2);
        return table.Ask(Encoding.UTF8.GetBytes(parts[0]), Encoding.UTF8.GetBytes(parts[1]));
    }

    public static string Ask(this RouteTable<string> table, byte[] method, byte[] path)
    {
        var values = new RouteSlice[table.MaxValueCount];
        RouteMatch<string> match = table.Match(method, path, values);
        return match.Kind switch
        {
            MatchKind.Found => match.Target + string.Concat(match.ParameterNames.Select((name, i) =>
                $" {Encoding.UTF8.GetString(name)}={Encoding.UTF8.GetString(path, values[i].Start, values[i].Length)}")),
            MatchKind.MethodNotAllowed => $"405 {match.Allow}",
            MatchKind.Options => $"OPTIONS {match.Allow}",
            _ => "404",
        };
    }

    public static string Error(params string[] routes)
    {
        string message = Assert.Throws<RouteException>(() => Table(routes)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
