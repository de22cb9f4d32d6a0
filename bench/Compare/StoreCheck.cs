// Does a peer with a database answer with what is in it? Rows are asked for again one by one, keys must vary, what is written must be there,
// and text from a table must not become markup.
using System.Net;
using System.Text.Json;

namespace Galley.Bench;

static class StoreCheck
{
    public static IEnumerable<(string Name, Func<int, string?> Ask)> Questions(Peer peer)
    {
        yield return ("GET /worlds/42", port => Check.Status(Check.Ask(port, Probe.Get("/worlds/42")), 200, 200) ?? (World(port, 42).Id == 42 ? null : "another row"));
        yield return ("GET /db gives rows as they are, at random", port => Worlds(port, "/db", 1, 20, isChange: false));
        if (peer.Store == "sqlite")
        {
            yield return ("GET /insert inserts one row", port =>
            {
                int before = Entries(port);
                string? wrong = Check.Status(Check.Ask(port, Probe.Get("/insert")), 200, 200);
                return wrong ?? (Entries(port) == before + 1 ? null : "the number of rows did not grow by one");
            }
            );
            yield break;
        }
        yield return ("GET /queries gives rows as they are, at random", port => Worlds(port, "/queries?n=20", 20, 2, isChange: false));
        yield return ("GET /updates changes rows", port => Worlds(port, "/updates?n=20", 20, 2, isChange: true));
        yield return ("GET /fortunes", port =>
        {
            Answer answer = Check.Ask(port, Probe.Get("/fortunes"));
            return Check.Status(answer, 200, 200)
                ?? (answer.ContentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) ? null : $"content type '{answer.ContentType}'")
                ?? (answer.Body.Contains("<script>", StringComparison.Ordinal) ? "a script is not escaped" : null)
                ?? (answer.Body.Contains("&lt;script&gt;alert(&quot;This", StringComparison.Ordinal) ? null : "the script is not there")
                ?? (answer.Body.Split("<tr><td>").Length == 14 ? null : "not thirteen rows")
                ?? (IsInOrder(answer.Body, "<td>11</td>", "<td>4</td>", "<td>5</td>", "<td>2</td>", "<td>8</td>", "<td>0</td>", "<td>3</td>", "<td>7</td>", "<td>10</td>",
                    "<td>6</td>", "<td>9</td>", "<td>1</td>", "<td>12</td>") ? null : "not sorted")
                ?? (WebUtility.HtmlDecode(answer.Body).Contains("<td>12</td><td>フレームワークのベンチマーク</td>", StringComparison.Ordinal) ? null : "letters are lost");
        }
        );
    }

    static bool IsInOrder(string text, params string[] parts)
    {
        int at = -1;
        return parts.All(part => text.IndexOf(part, StringComparison.Ordinal) is var found && found > at && (at = found) >= 0);
    }

    // Rows by random keys: what is told is what the table holds, before or after, and the keys vary.
    static string? Worlds(int port, string path, int count, int times, bool isChange)
    {
        HashSet<int> seen = [];
        bool hasChanged = false;
        for (int i = 0; i < times; i++)
        {
            Dictionary<int, int> before = isChange ? All(port) : [];
            Answer answer = Check.Ask(port, Probe.Get(path));
            if (Check.Status(answer, 200, 200) is { } wrong)
                return wrong;
            Row[] rows = Rows(answer.Body);
            if (rows.Length != count)
                return $"{rows.Length} rows, not {count}";
            foreach (Row row in rows)
            {
                seen.Add(row.Id);
                // The same key twice in one answer: the last one stays.
                if (rows.Last(other => other.Id == row.Id) == row && World(port, row.Id) != row)
                    return $"row {row.Id} is told wrongly";
                hasChanged |= isChange && before.TryGetValue(row.Id, out int old) && old != row.RandomNumber;
            }
        }
        return seen.Count < count * times / 2 ? "the keys do not vary" : isChange && !hasChanged ? "nothing changed" : null;
    }

    static Dictionary<int, int> All(int port)
    {
        using Probe probe = new(port);
        return Enumerable.Range(1, 2000).Select(id => Rows(probe.Ask(Probe.Get($"/worlds/{id}")).Body)[0]).ToDictionary(row => row.Id, row => row.RandomNumber);
    }

    static Row World(int port, int id) => Rows(Check.Ask(port, Probe.Get($"/worlds/{id}")).Body)[0];

    static int Entries(int port) => JsonDocument.Parse(Check.Ask(port, Probe.Get("/entries")).Body).RootElement.GetProperty("number").GetInt32();

    static Row[] Rows(string json) => json.StartsWith('[') ? JsonSerializer.Deserialize<Row[]>(json, JsonSerializerOptions.Web)! : [JsonSerializer.Deserialize<Row>(json, JsonSerializerOptions.Web)!];

    sealed record Row(int Id, int RandomNumber);
}
