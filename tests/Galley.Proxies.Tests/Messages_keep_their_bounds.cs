// The front and Galley must agree where each message ends. The front numbers what it forwards: a request that reaches a handler without a number,
// with two, or with one that was there before, began where the front saw none; a body that holds a number swallowed the request behind it; an
// answer with another number than its request's belongs to somebody else.

using System.Text;
using Galley.Smuggling;

namespace Galley.Proxies.Tests;

public sealed class Messages_keep_their_bounds
{
    private const int Patience = 60_000;
    private const string End = "GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    // What a front in the first place does not understand, or does not let through, though it might.
    private static readonly Dictionary<string, string> s_refusedByFront = new()
    {
        ["chunked in capitals, between white space"] = "nginx", // knows no tab there
        ["framing in trailers"] = "haproxy",
    };

    public static TheoryData<string> Fronts => [.. Recipes.All.Select(static recipe => recipe.Name)];

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Fronts))]
    public async Task Two_clients_share_a_connection_to_the_backend_and_each_gets_its_own_answers(string name)
    {
        await using Backstage stage = await Backstage.StartAsync();
        await using Front front = await Front.StartAsync(Recipes.All.Single(recipe => recipe.Name == name), stage.Address);
        using Conversation one = await Conversation.BeginAsync(front);
        using Conversation other = await Conversation.BeginAsync(front);
        for (int i = 0; i < 50; i++)
        {
            await AskAsync(one, $"one-{i}");
            await AskAsync(other, $"other-{i}");
        }
        Assert.Equal(1, stage.Connections); // or nothing was shared, and the tests below would show nothing
        Assert.Equal(100, stage.Requests.Count);
        HoldsTogether(stage.Requests);
    }

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Fronts))]
    public async Task What_only_looks_like_an_attack_arrives_as_it_was_sent(string name)
    {
        await using Backstage stage = await Backstage.StartAsync();
        await using Front front = await Front.StartAsync(Recipes.All.Single(recipe => recipe.Name == name), stage.Address);
        using Conversation other = await Conversation.BeginAsync(front);
        Conversation sender = await Conversation.BeginAsync(front);
        foreach (Lookalike lookalike in Lookalikes.All)
        {
            stage.Requests.Clear();
            await sender.SendAsync(lookalike.Bytes);
            if (s_refusedByFront.TryGetValue(lookalike.Name, out string? program) && name.StartsWith(program, StringComparison.Ordinal))
            {
                Assert.All(await sender.ReadAllAsync(), answer => Assert.True(answer.Status >= 400 && answer.BackId is null, $"{lookalike.Name}: {answer}"));
                await AskAsync(other, lookalike.Name);
                Assert.Single(stage.Requests);
                sender.Dispose();
                sender = await Conversation.BeginAsync(front);
                continue;
            }
            List<FrontAnswer> answers = [];
            foreach ((string method, string target, string body) in lookalike.Requests)
            {
                FrontAnswer answer = (await sender.ReadAsync())!;
                Assert.Equal((lookalike.Name, 200, $"{method} {target}  {body.Length}"), (lookalike.Name, answer.Status, answer.Body));
                answers.Add(answer);
            }
            await AskAsync(other, lookalike.Name);
            Seen[] seen = [.. stage.Requests];
            Assert.Equal([.. lookalike.Requests, ("GET", "/ask", "")], seen.Select(one => (one.Method, one.Target, one.Body)));
            Assert.Equal(answers.Select(answer => answer.FrontId), seen.SkipLast(1).Select(one => one.Id));
            HoldsTogether(stage.Requests);
        }
        sender.Dispose();
    }

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Fronts))]
    public async Task No_attack_makes_the_front_and_the_backend_disagree(string name)
    {
        await using Backstage stage = await Backstage.StartAsync();
        await using Front front = await Front.StartAsync(Recipes.All.Single(recipe => recipe.Name == name), stage.Address);
        using Conversation one = await Conversation.BeginAsync(front);
        using Conversation other = await Conversation.BeginAsync(front);
        await AskAsync(one, "first");
        await AskAsync(other, "first");
        int served = 0;
        foreach (Attack[] some in Attacks.All.Chunk(32))
        {
            Conversation[] attackers = await Task.WhenAll(some.Select(_ => Conversation.BeginAsync(front)));
            await Task.WhenAll(some.Zip(attackers, (attack, attacker) => attacker.SendAsync(attack.Bytes + Attacks.Canary + End)));
            // Honest clients in between, on the connections that the attacks went over.
            Task<List<FrontAnswer>[]> attacking = Task.WhenAll(attackers.Select(attacker => attacker.ReadAllAsync()));
            int asked = 0;
            do
            {
                await AskAsync(one, $"{some[0].Name} {asked}");
                await AskAsync(other, $"{some[0].Name} {asked}");
            }
            while (++asked < 4 || !attacking.IsCompleted);

            foreach ((Attack attack, List<FrontAnswer> answers) in some.Zip(await attacking))
            {
                if (answers.Any(static answer => answer.BackId is not null && answer.Body.Contains(" /attack ", StringComparison.Ordinal))) served++;
                foreach (FrontAnswer answer in answers.Where(answer => answer.Status is 0 or >= 200))
                {
                    // Either a handler answered this very request, or somebody refused it.
                    bool isItsOwn = answer.BackId is not null && answer.BackId == answer.FrontId;
                    bool isRefused = answer.BackId is null && (answer.Status >= 400 || (attack.Name == "HTTP/0.9" && answer.Body.Contains("needs a Host field", StringComparison.Ordinal)));
                    Assert.True(isItsOwn || isRefused, $"{attack.Name}: {answer}");
                }
            }
            foreach (Conversation attacker in attackers) attacker.Dispose();
            HoldsTogether(stage.Requests);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: of {Attacks.All.Count} attacks the front repaired {served}, the backend refused {stage.Refused.Count}, the front the others.");
    }

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Fronts))]
    public async Task After_each_single_attack_the_next_client_on_its_connection_is_served_as_ever(string name)
    {
        await using Backstage stage = await Backstage.StartAsync();
        await using Front front = await Front.StartAsync(Recipes.All.Single(recipe => recipe.Name == name), stage.Address);
        using Conversation victim = await Conversation.BeginAsync(front);
        foreach (Attack attack in Attacks.All)
        {
            // Nobody waits for the attacker's answers, so that what the front still waits for takes no time.
            using Conversation attacker = await Conversation.BeginAsync(front);
            await attacker.SendAsync(attack.Bytes + Attacks.Canary);
            for (int i = 0; i < 3; i++) await AskAsync(victim, $"{attack.Name} {i}");
        }
        HoldsTogether(stage.Requests);
    }

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Fronts))]
    public async Task Any_mix_of_bodies_from_two_clients_at_once_arrives_as_it_was_sent(string name)
    {
        await using Backstage stage = await Backstage.StartAsync();
        await using Front front = await Front.StartAsync(Recipes.All.Single(recipe => recipe.Name == name), stage.Address);
        await Task.WhenAll(MixAsync("one", 1), MixAsync("other", 2));
        HoldsTogether(stage.Requests);

        async Task MixAsync(string who, int seed)
        {
            var random = new Random(seed);
            using Conversation client = await Conversation.BeginAsync(front);
            for (int i = 0; i < 100; i++)
            {
                int pipelined = random.Next(1, 4);
                var bytes = new StringBuilder();
                var sent = new List<(string Marker, string Body)>();
                for (int n = 0; n < pipelined; n++)
                {
                    string marker = $"{who}-{i}-{n}";
                    // Bodies are made of what a message is made of.
                    string body = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.GetItems([Attacks.Canary, "0\r\n\r\n", "\r\n", "POST ", new string('x', 3000)], 1)[0]));
                    bytes.Append($"POST /mix HTTP/1.1\r\nHost: a\r\nX-Marker: {marker}\r\n").Append(Framed(body, random));
                    sent.Add((marker, body));
                }
                await client.SendAsync(bytes.ToString());
                foreach ((string marker, string body) in sent)
                {
                    FrontAnswer answer = (await client.ReadAsync())!;
                    Assert.Equal((200, $"POST /mix {marker} {body.Length}", answer.FrontId), (answer.Status, answer.Body, answer.BackId));
                    Assert.Equal(body, Assert.Single(stage.Requests, seen => seen.Marker == marker).Body);
                }
            }
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_backend_that_disagrees_would_be_found_out()
    {
        using var gullible = new Gullible();
        await using Front front = await Front.StartAsync(Recipes.All.Single(static recipe => recipe.Name == "haproxy"), gullible.Address);
        using Conversation client = await Conversation.BeginAsync(front);
        await client.SendAsync("GET /fine HTTP/1.1\r\nHost: a\r\n\r\n");
        await gullible.SeeAsync();
        HoldsTogether(gullible.Requests);
        await client.SendAsync(Lookalikes.All.Single(static one => one.Name == "a request in a chunk").Bytes);
        await gullible.SeeAsync();
        await gullible.SeeAsync();
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => HoldsTogether(gullible.Requests));
        Assert.Equal("/hidden", gullible.Requests.Last().Target);
    }

    private static string Framed(string body, Random random)
    {
        if (random.Next(2) == 0) return $"Content-Length: {body.Length}\r\n\r\n{body}";
        var chunks = new StringBuilder("Transfer-Encoding: chunked\r\n\r\n");
        for (int at = 0; at < body.Length;)
        {
            int size = Math.Min(body.Length - at, random.Next(1, 2000));
            chunks.Append($"{size:x}\r\n").Append(body, at, size).Append("\r\n");
            at += size;
        }
        return chunks.Append("0\r\n\r\n").ToString();
    }

    private static async Task AskAsync(Conversation client, string marker)
    {
        await client.SendAsync($"GET /ask HTTP/1.1\r\nHost: a\r\nX-Marker: {marker}\r\n\r\n");
        FrontAnswer? answer = await client.ReadAsync();
        Assert.NotNull(answer);
        Assert.Equal((200, $"GET /ask {marker} 0"), (answer.Status, answer.Body));
        Assert.Equal(answer.FrontId, answer.BackId);
        Assert.NotNull(answer.FrontId);
    }

    // What must be true of everything that ever reached a handler.
    private static void HoldsTogether(IEnumerable<Seen> requests)
    {
        Seen[] seen = [.. requests];
        Assert.All(seen, static one => Assert.Matches("^[0-9a-fA-F-]{32,36}$", one.Id));
        Assert.Equal(seen.Length, seen.Select(static one => one.Id).Distinct().Count());
        Assert.All(seen, static one => Assert.DoesNotContain(Front.IdField, one.Body, StringComparison.OrdinalIgnoreCase));
    }
}
