// Ten thousand members on one thread, and the time from the moment a broadcast is asked for to the last byte of it at each of them.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Galley.Bench;

sealed class Crowd(int port, bool isSocket) : IDisposable
{
    readonly int _epoll = Epoll.Create();
    readonly List<Member> _members = [];
    readonly byte[] _buffer = new byte[64 * 1024];
    readonly int[] _ready = new int[1024];
    int _first;
    Socket? _speaker;

    static string Text(int number) => $"{number:D10} {new string('x', 89)}";

    /// <summary>Everybody comes in, and the server says that it has them all. An answer is no sign: ASP.NET Core sends the head with the first event.</summary>
    public void Gather(int count)
    {
        Await(0); // those of before have left
        for (int i = 0; i < count; i++)
        {
            Member member = Member.Connect(i, port, isSocket);
            _members.Add(member);
            Epoll.Watch(_epoll, member.Descriptor, i);
            if (i % 100 == 99)
                Await(i + 1);
        }
        Await(count);
    }

    /// <summary>One broadcast after another, each asked for when the last has reached everybody. The times of all members, in milliseconds.</summary>
    public List<double> Speak(int first, int broadcasts, int pauseMilliseconds)
    {
        _first = first - (_members.Count > 0 ? _members[0].Texts : 0);
        List<double> times = new(broadcasts * _members.Count);
        for (int i = 0; i < broadcasts; i++)
        {
            Thread.Sleep(pauseMilliseconds); // load, not synchronisation
            int left = _members.Count;
            long began = Stopwatch.GetTimestamp();
            Send(first + i);
            Listen(() => left == 0, () =>
            {
                left--;
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            });
        }
        return times;
    }

    public void Dispose()
    {
        _members.ForEach(static member => member.Dispose());
        _speaker?.Dispose();
    }

    void Await(int count)
    {
        using HttpClient client = new();
        Stopwatch patience = Stopwatch.StartNew();
        while (client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/crowd/count")).GetAwaiter().GetResult() is var said && said != $"{count}")
        {
            if (patience.Elapsed > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"The server has {said} clients, not {count}.");
            Thread.Sleep(10);
        }
    }

    void Send(int number)
    {
        if (_speaker is null)
        {
            _speaker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _speaker.Connect(IPAddress.Loopback, port);
        }
        while (_speaker.Available > 0)
            _speaker.Receive(_buffer); // the answer to the last one
        _speaker.Send(Encoding.ASCII.GetBytes($"POST /crowd/send?n={number} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n"));
    }

    void Listen(Func<bool> isDone, Action? gotText)
    {
        Stopwatch patience = Stopwatch.StartNew();
        while (!isDone())
        {
            int count = Epoll.Wait(_epoll, _ready, 1000);
            if (patience.Elapsed > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException("A member waits for a minute.");
            for (int i = 0; i < count; i++)
            {
                Member member = _members[_ready[i]];
                int received = Epoll.Receive(member.Descriptor, _buffer);
                if (received == 0)
                    throw new InvalidOperationException("A member was sent away.");
                if (received < 0)
                    continue;
                int before = member.Texts;
                if (!member.Take(_buffer.AsSpan(0, received), text => Text(_first + text)))
                    throw new InvalidOperationException($"A member got what was not sent: {Encoding.Latin1.GetString(_buffer, 0, Math.Min(received, 300))}");
                for (int text = before; text < member.Texts; text++)
                    gotText?.Invoke();
            }
        }
    }
}
