// Files that others replace while the program runs: certificates, credentials. Kubernetes and certificate clients replace them by links and renames in
// ways that no watcher sees everywhere; their content is what counts, so it is looked at from time to time, and compared by its hash.

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Galley;

/// <summary>Looks at files from time to time, until it is stopped. A look that takes longer than the interval is not overtaken by the next one.</summary>
public sealed class WatchedFiles
{
    private readonly Func<Task> _look;
    private readonly ITimer _timer;
    private int _isLooking;

    /// <summary>Starts; the first look comes after <paramref name="every"/>.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="every">The time between two looks.</param>
    /// <param name="look">Looks. Called on the thread pool, once at a time; it is not for it to throw.</param>
    public WatchedFiles(TimeProvider time, TimeSpan every, Func<Task> look)
    {
        ArgumentNullException.ThrowIfNull(time);
        _look = look;
        _timer = time.CreateTimer(static watched => _ = ((WatchedFiles)watched!).LookAsync(), this, every, every);
    }

    /// <summary>Looks no more.</summary>
    public void Stop() => _timer.Dispose();

    /// <summary>One hash over what some files hold.</summary>
    public static string HashOf(params ReadOnlySpan<byte[]> contents)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (byte[] content in contents)
        {
            // With its length: what moves from the end of one file to the beginning of the next is a change.
            BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
            hash.AppendData(length);
            hash.AppendData(content);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private async Task LookAsync()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0) return;
        try
        {
            await _look().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            System.Diagnostics.Trace.TraceError("A look at watched files threw: " + fault.GetType());
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }
}
