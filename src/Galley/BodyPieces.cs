// Where the pieces of a body go, whether it is the body of a request or a part of a form: a stream, a pipe, a file. A piece is written from where it was
// received, and the next is asked for when it is taken; so nothing is held, and who sends waits for who writes.

using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Galley;

/// <summary>Asks for the next piece of a body; an empty one is its end.</summary>
internal delegate ValueTask<ReadOnlyMemory<byte>> NextPiece();

/// <summary>Moves bodies.</summary>
internal static class BodyPieces
{
    public static async Task<long> CopyAsync(NextPiece next, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        long length = 0;
        while (await next.WaitAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            length += piece.Length;
        }
        return length;
    }

    public static async Task<long> CopyAsync(NextPiece next, PipeWriter destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        long length = 0;
        while (await next.WaitAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            FlushResult flushed = await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            length += piece.Length;
            if (flushed.IsCompleted || flushed.IsCanceled) break; // nobody reads the pipe any more
        }
        return length;
    }

    public static async Task<long> SaveAsync(NextPiece next, string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        // In the same folder: a rename is atomic only within one file system.
        string part = Path.Combine(Path.GetDirectoryName(path)!, "." + Path.GetRandomFileName() + ".part");
        try
        {
            long length = 0;
            using (SafeFileHandle file = File.OpenHandle(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous))
            {
                while (await next.WaitAsync(cancellationToken).ConfigureAwait(false) is { IsEmpty: false } piece)
                {
                    await RandomAccess.WriteAsync(file, piece, length, cancellationToken).ConfigureAwait(false);
                    length += piece.Length;
                }
                // Or a power cut could leave the new name with nothing behind it.
                RandomAccess.FlushToDisk(file);
            }
            File.Move(part, path, overwrite: true);
            return length;
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    /// <summary>The next piece, or the end of the wait for it. After that the body is still being read by nobody: it cannot be read any more.</summary>
    public static ValueTask<ReadOnlyMemory<byte>> WaitAsync(this NextPiece next, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ValueTask<ReadOnlyMemory<byte>> piece = next();
        return piece.IsCompleted || !cancellationToken.CanBeCanceled ? piece : new(piece.AsTask().WaitAsync(cancellationToken));
    }
}
