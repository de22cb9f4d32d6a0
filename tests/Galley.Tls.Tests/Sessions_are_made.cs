// What an honest client gets: a session with the right certificate and protocol, and requests that know of it.

using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Galley.Testing;

namespace Galley.Tls;

public sealed class Sessions_are_made : Secured
{
    [Fact(Timeout = Patience)]
    public async Task Both_addresses_answer_and_a_request_knows_by_which_it_came()
    {
        await ServeAsync();
        Assert.NotEqual(App.Address!.Port, App.SecureAddress!.Port);
        using ClientConnection secure = await ConnectAsync();
        Assert.Equal("https True", (await AskAsync(secure)).Text);
        using var plain = new ClientConnection(await TcpChannel.ConnectAsync(App.Address));
        Assert.Equal("http False", (await AskAsync(plain)).Text);
        BackendStarted started = Happened.OfType<BackendStarted>().Single();
        Assert.Equal((App.Address, App.SecureAddress), (started.Address, started.SecureAddress));
    }

    [Fact(Timeout = Patience)]
    public async Task The_address_in_clear_text_can_be_left_out()
    {
        await ServeAsync(static tls => tls.Only = true);
        Assert.Equal(App.SecureAddress, App.Address);
        using ClientConnection secure = await ConnectAsync();
        Assert.Equal(200, (await AskAsync(secure)).Status);
    }

    [Theory(Timeout = Patience)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Versions_1_2_and_1_3_are_spoken(SslProtocols version)
    {
        await ServeAsync();
        using TlsClient client = await ShakeAsync(options => options.EnabledSslProtocols = version);
        Assert.Equal(version, client.Session.SslProtocol);
        Assert.Equal(200, (await AskAsync(new ClientConnection(client))).Status);
    }

    [Fact(Timeout = Patience)]
    public async Task Version_1_2_is_refused_where_1_3_is_the_least()
    {
        await ServeAsync(static tls => tls.OnlyTls13 = true);
        await Assert.ThrowsAsync<AuthenticationException>(() => ShakeAsync(static options => options.EnabledSslProtocols = SslProtocols.Tls12));
        await Until(() => Happened.Any(static happened => happened is HandshakeFailed { Reason: "refused", Detail: not null, Client: not null }));
        using TlsClient client = await ShakeAsync();
        Assert.Equal(SslProtocols.Tls13, client.Session.SslProtocol);
    }

    [Theory(Timeout = Patience)]
    [InlineData("one.example", "one.example")]
    [InlineData("ONE.example", "one.example")]
    [InlineData("two.example", "two.example")]
    [InlineData("any.wild.example", "*.wild.example")]
    [InlineData("a.b.wild.example", "one.example")]
    [InlineData("wild.example", "one.example")]
    [InlineData("unknown.example", "one.example")]
    public async Task The_name_a_client_asks_for_chooses_the_certificate(string host, string expected)
    {
        await ServeAsync(null, "one.example", "two.example", "*.wild.example");
        using TlsClient client = await ShakeAsync(options =>
        {
            options.TargetHost = host;
            options.RemoteCertificateValidationCallback = IsOurs;
        });
        Assert.Equal(expected, CommonNameOf(client));
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_names_no_host_gets_the_first_certificate()
    {
        await ServeAsync(null, "one.example", "two.example");
        using TlsClient client = await ShakeAsync(static options =>
        {
            options.TargetHost = "";
            options.RemoteCertificateValidationCallback = IsOurs;
        });
        Assert.Equal("one.example", CommonNameOf(client));
    }

    [Fact(Timeout = Patience)]
    public async Task Http_1_1_is_negotiated()
    {
        await ServeAsync();
        using TlsClient client = await ShakeAsync(static options => options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
        Assert.Equal(SslApplicationProtocol.Http11, client.Session.NegotiatedApplicationProtocol);
        using TlsClient silent = await ShakeAsync(static options => options.ApplicationProtocols = null);
        Assert.Equal(200, (await AskAsync(new ClientConnection(silent))).Status);
        // RFC 7301 section 3.2: no common protocol is the end.
        await Assert.ThrowsAsync<AuthenticationException>(() => ShakeAsync(static options => options.ApplicationProtocols = [SslApplicationProtocol.Http2]));
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(900_000)]
    public async Task Bodies_of_any_length_go_both_ways(int length)
    {
        await ServeAsync();
        using ClientConnection client = await ConnectAsync();
        byte[] body = new byte[length];
        new Random(length).NextBytes(body);
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync($"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
            await client.SendAsync(body);
            Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(body));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Pipelined_requests_are_answered_in_order_however_they_lie_in_records()
    {
        await ServeAsync();
        using ClientConnection client = await ConnectAsync();
        string all = string.Concat(Enumerable.Range(0, 200).Select(static i => $"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n{i:000}"));
        Task sending = Task.Run(async () =>
        {
            for (int at = 0, take = 1; at < all.Length; at += take, take = (take * 7 % 1021) + 1) await client.SendAsync(all.Substring(at, Math.Min(take, all.Length - at)));
        });
        for (int i = 0; i < 200; i++) Assert.Equal($"{i:000}", (await client.ReadAsync()).Text);
        await sending;
    }

    [Theory(Timeout = Patience)]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(3, 7)]
    public async Task The_network_may_split_records_anywhere(int receive, int send)
    {
        App.UseTestTls();
        MemoryNetwork network = App.UseMemory();
        network.MaxReceiveBytes = receive;
        network.MaxSendBytes = send;
        await App.StartAsync();
        using var client = new ClientConnection(await TlsClient.ConnectAsync(network.Connect(secure: true)));
        byte[] body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(static i => $"{i:00000} ")));
        await client.SendAsync($"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n");
        await client.SendAsync(body);
        Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(body));
        Assert.Equal("https True", (await AskAsync(client)).Text);
    }

    [Theory(Timeout = Patience)]
    [InlineData(int.MaxValue)]
    [InlineData(1000)]
    public async Task A_file_arrives_whole_however_little_fits(int send)
    {
        byte[] bytes = new byte[500_000];
        new Random(7).NextBytes(bytes);
        string path = Authority.At("large");
        await File.WriteAllBytesAsync(path, bytes);
        App.Get("/file", _ => Response.File(path));
        App.UseTestTls();
        MemoryNetwork network = App.UseMemory();
        network.MaxSendBytes = send;
        await App.StartAsync();
        using var client = new ClientConnection(await TlsClient.ConnectAsync(network.Connect(secure: true)));
        for (int i = 0; i < 2; i++) Assert.True((await AskAsync(client, "GET /file HTTP/1.1\r\nHost: a\r\n\r\n")).Body.Span.SequenceEqual(bytes));
    }

    [Fact(Timeout = Patience)]
    public async Task A_connection_that_closes_says_so_in_TLS()
    {
        await ServeAsync();
        using TlsClient client = await ShakeAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());
        // SslStream returns 0 for close_notify; a bare end of the connection is an error once a whole record must come.
        byte[] all = await new ClientConnection(client).ReadToEndAsync();
        Assert.EndsWith("https True", Encoding.ASCII.GetString(all), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_says_close_notify_after_its_request_gets_its_answer()
    {
        App.Get("/later", static async _ =>
        {
            await Task.Yield();
            return Response.Text("late");
        });
        await ServeAsync();
        using ClientConnection client = await ConnectAsync();
        await client.SendAsync("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        client.HalfClose();
        Assert.Equal("late", (await client.ReadAsync()).Text);
        Assert.Empty(await client.ReadToEndAsync());
    }

    // It came with the request, and no FIN behind it reports it a second time.
    [Fact(Timeout = Patience)]
    public async Task A_close_notify_in_one_segment_with_the_request_is_heard()
    {
        App.Options.Timeouts.Idle = TimeSpan.FromMinutes(10);
        await ServeAsync();
        var wire = new Corked(await TcpChannel.ConnectAsync(App.SecureAddress!));
        using var client = new ClientConnection(await TlsClient.ConnectAsync(wire, options => Trust(options, null)));
        wire.IsCorked = true;
        await client.SendAsync(Get);
        client.HalfClose();
        await wire.UncorkAsync();
        Assert.Equal("https True", (await client.ReadAsync()).Text);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Bytes_that_end_without_close_notify_are_a_client_that_is_gone()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Get("/park", async request =>
        {
            request.Aborted.Register(aborted.SetResult);
            entered.SetResult();
            await aborted.Task;
            return Response.Text("nobody");
        });
        await ServeAsync();
        using TcpChannel wire = await TcpChannel.ConnectAsync(App.SecureAddress!);
        using TlsClient client = await TlsClient.ConnectAsync(wire, options => Trust(options, null));
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"u8.ToArray());
        wire.HalfClose(); // a FIN that anybody on the way could have sent
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            if (await client.ReceiveAsync(new byte[100]) == 0) throw new IOException("closed");
        });
        await Until(() => App.Connections == 0);
        entered.TrySetResult();
        aborted.TrySetResult();
    }

    // Sends in one piece what was sent while it was corked, and says nothing of its end.
    private sealed class Corked(ClientChannel inner) : ClientChannel
    {
        private readonly List<byte> _held = [];

        public bool IsCorked { get; set; }

        public ValueTask UncorkAsync() => inner.SendAsync(_held.ToArray());

        public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
        {
            if (!IsCorked) return inner.SendAsync(bytes, cancellationToken);
            _held.AddRange(bytes.Span);
            return default;
        }

        public override ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken = default) => inner.ReceiveAsync(into, cancellationToken);

        public override void HalfClose()
        {
        }

        public override void Reset() => inner.Reset();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
        }
    }
}
