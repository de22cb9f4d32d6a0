// What an attacker sends costs him his own connection and tells him nothing; everybody else is served on.

using System.Net.Sockets;
using System.Text;

namespace Galley.EndToEnd;

public sealed class Hostile_input
{
    private static readonly string[] s_seeds =
    [
        Client.RequestOf("/fast"),
        Client.RequestOf("/n/%41%2f..%00"),
        "GET /json?a=1&b=%zz HTTP/1.1\r\nHost: example.com:80\r\nAccept: */*\r\nUser-Agent: fuzz\r\nConnection: keep-alive\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/fast HTTP/1.0\r\n\r\n",
        "GET /stream?pieces=3&bytes=10 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ];

    [Theory]
    [InlineData("/fault")]
    [InlineData("/fault/later")]
    public async Task A_fault_tells_the_client_its_request_id_and_nothing_of_the_exception(string path)
    {
        await using Served served = await Served.StartAsync();
        using Client client = served.Connect();
        for (int i = 0; i < 3; i++)
        {
            Answer answer = client.Get(path);
            Assert.Equal(500, answer.Status);
            Assert.Contains("application/problem+json", answer.Head, StringComparison.Ordinal);
            Assert.Contains("requestId", answer.Body, StringComparison.Ordinal);
            foreach (string inside in new[] { "secret", "Exception", "   at ", "Program.cs" })
                Assert.DoesNotContain(inside, answer.Head + answer.Body, StringComparison.OrdinalIgnoreCase);
        }
        Assert.Contains("the secret of the handler", await served.EventAsync("RequestFaulted"), StringComparison.Ordinal);
        Assert.Equal("fast", client.Get("/fast").Body); // the connection goes on
        await served.StopAsync();
    }

    [Fact]
    public async Task A_fault_in_the_middle_of_a_stream_cuts_it_so_that_it_cannot_pass_for_complete()
    {
        await using Served served = await Served.StartAsync();
        using Client client = served.Connect();
        client.Send(Client.RequestOf("/fault/stream"));
        string all;
        try
        {
            all = client.ReadToEnd();
        }
        catch (SocketException)
        {
            all = "";
        }
        Assert.DoesNotContain("\r\n0\r\n\r\n", all, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        served.AnswersStill();
        await served.StopAsync();
    }

    [Theory]
    [InlineData("GET /fast HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /fast HTTP/1.1\nHost: a\n\n", 400)]
    [InlineData("GET  /fast HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /fast HTTP/3.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("GET /fast HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400)]
    [InlineData("GET /fast HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400)]
    [InlineData("GET /fast HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", 400)] // TLS spoken to a plain port
    public async Task A_malformed_request_closes_its_own_connection_only(string request, int status)
    {
        await using Served served = await Served.StartAsync();
        using Client other = served.Connect();
        other.Get("/fast");
        using (Client client = served.Connect())
        {
            client.Send(request);
            string all = client.ReadToEnd();
            Assert.StartsWith($"HTTP/1.1 {status} ", all, StringComparison.Ordinal);
            Assert.Contains("\r\nConnection: close\r\n", all, StringComparison.Ordinal);
        }
        Assert.Equal("fast", other.Get("/fast").Body);
        await served.StopAsync();
    }

    [Fact]
    public async Task A_head_without_end_and_a_body_beyond_the_limit_are_refused()
    {
        await using Served served = await Served.StartAsync();
        Assert.StartsWith("HTTP/1.1 431 ", RefusalOf("GET /fast HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 100_000)), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 414 ", RefusalOf("GET /" + new string('x', 20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413 ", RefusalOf("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n"), StringComparison.Ordinal);
        served.AnswersStill();
        await served.StopAsync();

        string RefusalOf(string request)
        {
            using Client client = served.Connect();
            client.Send(request);
            return client.ReadToEnd();
        }
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task Two_thousand_random_and_mutated_inputs_neither_stop_it_nor_make_it_fault(string transport)
    {
        await using Served served = await Served.StartAsync("--transport", transport, "--Galley:Timeouts:Head=2", "--Galley:Timeouts:Body=2");
        await Crowd.RunAsync(8, number =>
        {
            var random = new Random(20261122 + number);
            for (int i = 0; i < 250; i++)
            {
                byte[] input = Mutated(random);
                try
                {
                    using Client client = served.Connect();
                    int cut = random.Next(input.Length + 1);
                    client.Send(input.AsSpan(0, cut));
                    client.Send(input.AsSpan(cut));
                    client.HalfClose();
                    string answer = client.ReadToEnd();
                    bool isAnswer = answer.Length == 0 || answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal);
                    Assert.True(isAnswer, $"{Convert.ToHexString(input)} was answered {answer}");
                    Assert.False(answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal), $"{Convert.ToHexString(input)} made a fault");
                }
                catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.NotConnected)
                {
                    // The server may give up on such a client as it likes.
                }
            }
        });
        served.AnswersStill();
        Assert.False(served.HasRaised("RequestFaulted"));
        await served.StopAsync();
    }

    private static byte[] Mutated(Random random)
    {
        if (random.Next(10) == 0)
        {
            byte[] noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);
            return noise;
        }
        var bytes = new List<byte>(Encoding.Latin1.GetBytes(s_seeds[random.Next(s_seeds.Length)] + (random.Next(3) == 0 ? s_seeds[random.Next(s_seeds.Length)] : "")));
        for (int changes = random.Next(1, 6); changes > 0 && bytes.Count > 1; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(64, bytes.Count - at)))); break;
                default: bytes.RemoveRange(at, random.Next(Math.Min(16, bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }
}
