// Honest clients while others attack: every answer is checked and timed. One keeps its connection, the other comes anew each time; both ask at a
// modest pace, as people do.

using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Galley.EndToEnd;

internal sealed class Honest : IAsyncDisposable
{
    private readonly IPEndPoint _address;
    private readonly List<double> _milliseconds = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Pulse _pulse = new();
    private readonly Task _clients;

    public Honest(IPEndPoint address)
    {
        _address = address;
        using (Client first = new(_address)) Assert.Equal("fast", first.Get("/fast").Body); // a program's first answers load its code
        _clients = Crowd.RunAsync(2, number =>
        {
            if (number == 0) Stay();
            else Come();
        });
    }

    /// <summary>What of the slowest hundredth is the machine's own, in milliseconds.</summary>
    public double Excuse => _pulse.Excuse;

    /// <summary>Ends them. The slowest hundredth began here; every answer was right, or this throws.</summary>
    public async Task<(int Answers, double P99, double Longest)> EndAsync()
    {
        await _stop.CancelAsync();
        await _clients;
        _milliseconds.Sort();
        return (_milliseconds.Count, _milliseconds[_milliseconds.Count * 99 / 100], _milliseconds[^1]);
    }

    /// <summary>Connections of the server, the asking one left out.</summary>
    public static int ConnectionsOf(Client client)
    {
        using var state = JsonDocument.Parse(client.Get("/state").Body);
        return state.RootElement.GetProperty("connections").GetInt32() - 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _clients.ContinueWith(static _ => { }, TaskScheduler.Default);
        _pulse.Dispose();
        _stop.Dispose();
    }

    private void Stay()
    {
        using var client = new Client(_address);
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            int number = i;
            Timed(() => Assert.Equal($"{number}", client.Get($"/n/{number}").Body));
        }
    }

    private void Come()
    {
        string body = new('x', 2000);
        while (!_stop.IsCancellationRequested)
        {
            Timed(() =>
            {
                using var client = new Client(_address);
                client.Send($"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
                Assert.Equal(body, client.Read().Body);
            });
        }
    }

    private void Timed(Action ask)
    {
        long began = Stopwatch.GetTimestamp();
        ask();
        lock (_milliseconds) _milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        _stop.Token.WaitHandle.WaitOne(5);
    }
}
