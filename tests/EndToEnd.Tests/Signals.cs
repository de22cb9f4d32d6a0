// SIGTERM and SIGINT: who is in the backlog is accepted, the address closes, requests in flight are answered in full and told that theirs was the
// last of the connection, what the program opened is closed, exit code 0.

using System.Net.Sockets;
using System.Text;

namespace Galley.EndToEnd;

public sealed class Signals
{
    [Theory]
    [InlineData(Child.Terminate, "SIGTERM", "epoll")]
    [InlineData(Child.Interrupt, "SIGINT", "epoll")]
    [InlineData(Child.Terminate, "SIGTERM", "sockets")]
    public async Task A_signal_under_load_cuts_no_request(int signal, string name, string transport)
    {
        await using Served served = await Served.StartAsync("--transport", transport);
        using var begun = new CountdownEvent(6 + 4 + 2);
        int sent = 0, answered = 0;

        // Six that ask again and again until they are told that it was the last time; four that wait; two that block a thread.
        Task load = Crowd.RunAsync(12, number =>
        {
            using Client client = served.Connect();
            string path = number < 6 ? "/fast" : number < 10 ? $"/slow?ms={1200 + (number * 50)}" : "/block?ms=1000";
            if (number >= 6) Assert.Equal("fast", client.Get("/fast").Body);
            while (true)
            {
                Interlocked.Increment(ref sent);
                client.Send(Client.RequestOf(path));
                if (!begun.IsSet) begun.Signal();
                Answer answer = client.Read();
                Assert.Equal(200, answer.Status);
                Interlocked.Increment(ref answered);
                if (answer.Closes) break;
                Assert.True(number < 6, "An answer after the signal did not say Connection: close.");
            }
            Assert.Equal("", client.ReadToEnd());
        });
        Assert.True(begun.Wait(20_000));
        // A request that was sent after those is answered: so those are in hand.
        served.AnswersStill();
        served.Child.Signal(signal);
        Assert.Contains(name, await served.EventAsync("BackendStopping"), StringComparison.Ordinal);
        Task refused = RefusedAsync(served, load);
        await load;
        await refused;
        Assert.Equal(0, await served.Child.ExitAsync());
        Assert.Equal(sent, answered);
        Assert.Contains("marker stopped", served.Child.Lines);
        Assert.Contains("event BackendStopped { Cut = 0 }", served.Child.Lines);
        Assert.Empty(served.Child.Errors);
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task Connections_in_the_backlog_are_accepted_and_answered(string transport)
    {
        await using Served served = await Served.StartAsync("--transport", transport);
        served.AnswersStill();
        served.Child.Signal(Child.Halt); // the kernel goes on shaking hands
        List<Client> clients = [];
        for (int i = 0; i < 200; i++)
        {
            Client client = served.Connect();
            client.Send(Client.RequestOf($"/n/{i}"));
            clients.Add(client);
        }
        served.Child.Signal(Child.Terminate);
        served.Child.Signal(Child.Continue);
        for (int i = 0; i < clients.Count; i++)
        {
            Assert.Equal($"{i}", clients[i].Read().Body);
            clients[i].Dispose();
        }
        Assert.Equal(0, await served.Child.ExitAsync());
        Assert.Contains("event BackendStopped { Cut = 0 }", served.Child.Lines);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_soon_and_one_that_asks_meanwhile_is_answered()
    {
        await using Served served = await Served.StartAsync();
        using Client idle = served.Connect();
        using Client late = served.Connect();
        using Client slow = served.Connect();
        idle.Get("/fast");
        late.Get("/fast");
        slow.Send(Client.RequestOf("/slow?ms=2000"));
        served.AnswersStill();
        served.Child.Signal(Child.Terminate);
        await served.EventAsync("BackendStopping");
        Answer last;
        do // the event comes first, the drain a moment later
        {
            last = late.Get("/fast");
            Assert.Equal("fast", last.Body);
        }
        while (!last.Closes);
        Assert.Equal("", idle.ReadToEnd());
        Assert.True(slow.Read().Closes);
        Assert.Equal(0, await served.Child.ExitAsync());
    }

    [Fact]
    public async Task A_stream_and_an_upload_in_flight_are_finished()
    {
        await using Served served = await Served.StartAsync();
        using Client download = served.Connect();
        using Client upload = served.Connect();
        download.Send(Client.RequestOf("/stream?pieces=400&bytes=65536")); // more than any buffer: it waits for its reader
        download.AwaitBytes();
        upload.Send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
        upload.Send(new byte[100_000]);
        served.AnswersStill();
        served.Child.Signal(Child.Terminate);
        await served.EventAsync("BackendStopping");
        await RefusedAsync(served, new TaskCompletionSource().Task); // the event comes first; with the address closed every loop drains
        upload.Send(new byte[100_000]);
        Answer answer = upload.Read();
        Assert.Equal("200000", answer.Body);
        Assert.True(answer.Closes);
        string all = download.ReadToEnd();
        Assert.EndsWith("\r\n0\r\n\r\n", all, StringComparison.Ordinal);
        Assert.InRange(all.Length, 400 * 65536, 401 * 65536);
        Assert.Equal(0, await served.Child.ExitAsync());
        Assert.Contains("event BackendStopped { Cut = 0 }", served.Child.Lines);
    }

    [Fact]
    public async Task The_database_is_closed_after_the_last_request_and_holds_every_row_that_was_promised()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("0001_orders.sql"), "CREATE TABLE orders (id INTEGER PRIMARY KEY, made INTEGER NOT NULL);");
        string database = folder.File("app.db");
        await using Served served = await Served.StartAsync("--Test:Sqlite=true", "--database", "sqlite:" + database, "--Test:Migrations=" + folder.Path, "--migrations", "apply");
        using var begun = new CountdownEvent(4);
        Task load = Crowd.RunAsync(4, _ =>
        {
            using Client client = served.Connect();
            while (true)
            {
                client.Send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                Answer answer = client.Read();
                if (!begun.IsSet) begun.Signal();
                Assert.Equal(204, answer.Status);
                if (answer.Closes) return;
            }
        });
        Assert.True(begun.Wait(20_000));
        Assert.True(File.Exists(database + "-wal"));
        served.Child.Signal(Child.Terminate);
        await load;
        Assert.Equal(0, await served.Child.ExitAsync());
        Assert.False(File.Exists(database + "-wal"), "The write-ahead log is there: the database was not closed.");
        Assert.Equal("marker stopped", served.Child.Lines.Last(static line => !line.StartsWith("event", StringComparison.Ordinal)));
        Assert.Empty(served.Child.Errors);
    }

    [Theory]
    [InlineData("/slow?ms=60000")]
    [InlineData("/block?ms=60000")]
    public async Task A_second_signal_ends_it_at_once(string path)
    {
        await using Served served = await Served.StartAsync();
        using Client client = served.Connect();
        client.Send(Client.RequestOf(path));
        if (path.StartsWith("/block", StringComparison.Ordinal)) await served.EventAsync("HandlerStalled");
        served.AnswersStill();
        served.Child.Signal(Child.Terminate);
        await served.EventAsync("BackendStopping");
        served.Child.Signal(Child.Terminate);
        await served.Child.ExitAsync(seconds: 5);
        Assert.Contains("event BackendStopped { Cut = 1 }", served.Child.Lines);
        Assert.Contains("marker stopped", served.Child.Lines);
    }

    [Theory]
    [InlineData("/slow?ms=60000", "epoll")]
    [InlineData("/block?ms=60000", "epoll")]
    [InlineData("/slow?ms=60000", "sockets")]
    public async Task A_request_longer_than_the_drain_deadline_is_cut_and_the_process_ends(string path, string transport)
    {
        await using Served served = await Served.StartAsync("--Galley:Timeouts:Drain=1", "--transport", transport);
        using Client client = served.Connect();
        client.Send(Client.RequestOf(path));
        if (path.StartsWith("/block", StringComparison.Ordinal)) await served.EventAsync("HandlerStalled");
        served.AnswersStill();
        served.Child.Signal(Child.Terminate);
        await served.Child.ExitAsync(seconds: 10);
        Assert.Contains("event BackendStopped { Cut = 1 }", served.Child.Lines);
        Assert.Contains("marker stopped", served.Child.Lines);
        Assert.Throws<SocketException>(() => client.AwaitBytes());
    }

    [Fact]
    public async Task A_handler_that_blocks_while_the_backlog_is_emptied_costs_nobody_in_it_his_answer()
    {
        // 400 in the backlog take 3 ms each, so that the signal comes in the middle; the handler of the 350th blocks, and another thread goes on.
        await using Served served = await Served.StartAsync("--Galley:Loops=1", "--Galley:Timeouts:Stall=0.05");
        using Client idle = served.Connect();
        idle.Get("/fast");
        served.Child.Signal(Child.Halt);
        List<Client> clients = [];
        for (int i = 0; i < 400; i++)
        {
            Client client = served.Connect();
            client.Send(Client.RequestOf(i == 350 ? "/block?ms=700" : "/pause?ms=3"));
            clients.Add(client);
        }
        served.Child.Signal(Child.Terminate);
        served.Child.Signal(Child.Continue);
        foreach (Client client in clients)
        {
            Assert.Equal(200, client.Read().Status);
            client.Dispose();
        }
        Assert.Equal("", idle.ReadToEnd());
        Assert.Equal(0, await served.Child.ExitAsync(seconds: 10)); // not the 25 s of the deadline: the idle connection is closed, too
        Assert.Contains("event BackendStopped { Cut = 0 }", served.Child.Lines);
    }

    [Fact]
    public async Task A_signal_while_it_starts_ends_it()
    {
        using var folder = new TemporaryFolder();
        await using Child child = Child.Start(Served.Program, ["--port", "0", "--Test:StartHangs=true", "--Galley:Log:Level=off"], folder.Path);
        await child.LineAsync(static line => line == "marker starting");
        child.Signal(Child.Terminate);
        await child.ExitAsync(seconds: 5);
        Assert.Contains("marker stopped", child.Lines);
        Assert.DoesNotContain(child.Errors, static line => line.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_signal_ends_it_even_when_what_runs_at_the_stop_hangs()
    {
        await using Served served = await Served.StartAsync("--Test:StopHangs=true");
        served.Child.Signal(Child.Terminate);
        await served.Child.LineAsync(static line => line == "marker stopping");
        served.Child.Signal(Child.Terminate);
        await served.Child.ExitAsync(seconds: 5);
    }

    [Fact]
    public async Task Pipelined_requests_that_arrived_before_the_signal_get_their_answers_up_to_the_last_one()
    {
        await using Served served = await Served.StartAsync();
        using Client client = served.Connect();
        client.Send(Client.RequestOf("/slow?ms=800") + Client.RequestOf("/fast"));
        served.AnswersStill();
        served.Child.Signal(Child.Terminate);
        await served.EventAsync("BackendStopping");
        // RFC 9112 section 9.6: the answer that says close is the last; what was pipelined behind it is the client's to repeat.
        Answer answer = client.Read();
        Assert.Equal("slow", answer.Body);
        Assert.True(answer.Closes);
        Assert.Equal("", client.ReadToEnd());
        Assert.Equal(0, await served.Child.ExitAsync());
    }

    // Connects until it is refused: while requests are still in flight, so the address closed before the process ended.
    private static async Task RefusedAsync(Served served, Task load)
    {
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(served.Address);
                await socket.SendAsync(Encoding.ASCII.GetBytes(Client.RequestOf("/fast")));
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                Assert.False(load.IsCompleted, "The address was open until the last request had ended.");
                return;
            }
            catch (SocketException)
            {
                // It was in the backlog when the address closed.
            }
            Assert.False(load.IsCompleted, "The address was open until the last request had ended.");
        }
    }
}
