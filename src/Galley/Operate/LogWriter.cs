// Lines on their way to standard output. Whoever has a line copies it into the batch that is being filled; one thread writes batches. Whatever happens
// to standard output - a reader that stopped reading, a closed pipe - costs lines, which are counted, and never the time of a request.

using Microsoft.Extensions.Logging;

namespace Galley.Operating;

/// <summary>Takes lines from any thread, at once and without allocating, and writes them in order from one thread.</summary>
internal sealed class LogWriter : IDisposable
{
    // Long enough that a busy backend writes a thousand lines with one system call, short enough for a person at a terminal.
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(20);

    // How long the end of the program waits for a reader that does not read.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static JsonLine? t_json;

    [ThreadStatic]
    private static TextLine? t_text;

    private readonly object _gate = new();
    private readonly Stream _output;
    private readonly TimeProvider _time;
    private readonly bool _isJson;
    private readonly int _capacity;
    private readonly Thread _thread;
    private byte[] _filling = new byte[8 * 1024];
    private byte[] _writing = new byte[8 * 1024];
    private int _filled;
    private long _lines;
    private long _dropped;
    private bool _isUrgent;
    private bool _isWaiting;
    private bool _isClosed;

    /// <param name="output">Where batches go; only the writer's thread touches it.</param>
    /// <param name="isJson">JSON, or text for a person.</param>
    /// <param name="capacity">Bytes that may wait.</param>
    /// <param name="time">The clock of the lines.</param>
    public LogWriter(Stream output, bool isJson, int capacity, TimeProvider time)
    {
        _output = output;
        _isJson = isJson;
        _capacity = capacity;
        _time = time;
        _thread = new Thread(WriteBatches) { IsBackground = true, Name = "galley log" };
        _thread.UnsafeStart();
    }

    /// <summary>Begins a line. It is out of its thread's slot until <see cref="Write"/>: formatting a value may log something itself.</summary>
    public LogLine Begin(LogLevel level, ReadOnlySpan<byte> happened)
    {
        LogLine line;
        if (_isJson)
        {
            line = t_json ?? new JsonLine();
            t_json = null;
        }
        else
        {
            line = t_text ?? new TextLine();
            t_text = null;
        }
        line.Begin(_time.GetUtcNow(), level, happened);
        return line;
    }

    /// <summary>Ends a line and takes it over.</summary>
    /// <param name="line">What <see cref="Begin"/> gave; not to be used afterwards.</param>
    /// <param name="isUrgent">Whether it is written at once, because what follows may be the end of the process.</param>
    public void Write(LogLine line, bool isUrgent = false)
    {
        line.End();
        Take(line.Written, isUrgent);
        GiveBack(line);
    }

    /// <summary>Writes what there is, and ends. Waits two seconds at most.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
        if (Thread.CurrentThread != _thread) _thread.Join(s_patience);
    }

    private void Take(ReadOnlySpan<byte> line, bool isUrgent)
    {
        lock (_gate)
        {
            if (_isClosed) return;
            if (line.Length > _capacity - _filled)
            {
                _dropped++;
                return;
            }
            if (line.Length > _filling.Length - _filled)
                Array.Resize(ref _filling, Math.Min(_capacity, Math.Max(_filling.Length * 2, _filled + line.Length)));
            line.CopyTo(_filling.AsSpan(_filled));
            bool isFirst = _filled == 0;
            _filled += line.Length;
            _lines++;
            _isUrgent |= isUrgent;
            // A wake-up costs more than a line: one for the first of a batch, one when the batch should go.
            if (!_isWaiting || !(isFirst || isUrgent || IsDue)) return;
            _isWaiting = false;
            Monitor.Pulse(_gate);
        }
    }

    private bool IsDue => _isUrgent || _isClosed || _filled > _capacity / 2;

    private void WriteBatches()
    {
        while (NextBatch(out int length, out long lines, out long dropped))
        {
            try
            {
                _output.Write(_writing, 0, length);
                if (dropped > 0) WriteDropped(dropped);
                _output.Flush();
            }
            catch (Exception)
            {
                // A closed pipe, a full disk: there is nowhere to say so, and a log is no reason to stop serving.
                lock (_gate) _dropped += lines + dropped;
            }
        }
    }

    private bool NextBatch(out int length, out long lines, out long dropped)
    {
        lock (_gate)
        {
            while (_filled == 0 && !_isClosed) Rest(Timeout.InfiniteTimeSpan);
            if (!IsDue) Rest(s_gather);
            (_filling, _writing) = (_writing, _filling);
            (length, lines, dropped) = (_filled, _lines, _dropped);
            (_filled, _lines, _dropped, _isUrgent) = (0, 0, 0, false);
            return length > 0 || (dropped > 0 && !_isClosed);
        }
    }

    private void Rest(TimeSpan longest)
    {
        _isWaiting = true;
        Monitor.Wait(_gate, longest);
        _isWaiting = false;
    }

    private void WriteDropped(long count)
    {
        LogLine line = Begin(LogLevel.Warning, "log_dropped"u8);
        line.Add("lines"u8, count);
        line.Add("setting"u8, "Galley:Log:BufferBytes");
        line.End();
        _output.Write(line.Written);
        GiveBack(line);
    }

    private static void GiveBack(LogLine line)
    {
        if (!line.MayBeKept) return;
        if (line is JsonLine json) t_json = json;
        else t_text = (TextLine)line;
    }
}
