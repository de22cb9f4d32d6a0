// Standard output as a test sees it: everything that was written, a gate that blocks the writer, or a pipe that is closed.

using System.Text;
using System.Text.Json;

namespace Galley.Operating.Tests;

/// <summary>Keeps what is written. Thread-safe.</summary>
public class CapturedStream : Stream
{
    private readonly MemoryStream _bytes = new();

    public string Text
    {
        get
        {
            lock (_bytes) return Encoding.UTF8.GetString(_bytes.GetBuffer(), 0, (int)_bytes.Length);
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement[] Json => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public IEnumerable<JsonElement> Of(string happened) => Json.Where(line => line.GetProperty("event").GetString() == happened);

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_bytes) _bytes.Write(buffer, offset, count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_bytes) _bytes.Write(buffer);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>A pipe whose reader has stopped reading until <see cref="Open"/>.</summary>
public sealed class BlockedStream : CapturedStream
{
    private readonly ManualResetEventSlim _open = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the writer is stuck.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.Set();

    public override void Write(byte[] buffer, int offset, int count)
    {
        _reached.TrySetResult();
        _open.Wait();
        base.Write(buffer, offset, count);
    }
}

/// <summary>A closed pipe, until <see cref="Mend"/>.</summary>
public sealed class BrokenStream : CapturedStream
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isMended;

    /// <summary>Completes when a write has failed.</summary>
    public Task Reached => _reached.Task;

    public void Mend() => _isMended = true;

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (_isMended)
        {
            base.Write(buffer, offset, count);
            return;
        }
        _reached.TrySetResult();
        throw new IOException("Broken pipe");
    }
}
