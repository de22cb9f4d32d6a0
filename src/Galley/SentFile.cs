// An open file whose bytes are the body of an answer, and which of them: stage 8 decides that, stage 1 sends them. It belongs to its exchange and is
// closed with it, whatever becomes of the answer.

using Microsoft.Win32.SafeHandles;

namespace Galley;

/// <summary>A stretch of a body: text that stands between parts, or bytes of the file.</summary>
/// <param name="Text">The text; null for bytes of the file.</param>
/// <param name="Start">Where in the file.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct FilePiece(byte[]? Text, long Start, long Length);

/// <summary>What an answer sends of a file.</summary>
internal sealed class SentFile : IDisposable
{
    private readonly long _size;
    private readonly long _modified;

    /// <summary>Takes over an open file.</summary>
    /// <param name="handle">The file; null when nothing of it will be sent (HEAD).</param>
    /// <param name="pieces">What is sent, in order.</param>
    /// <param name="size">How long the file was when the head was made.</param>
    /// <param name="modified">When it had last changed then, in ticks of UTC.</param>
    public SentFile(SafeFileHandle? handle, FilePiece[] pieces, long size, long modified)
    {
        Handle = handle;
        Pieces = pieces;
        _size = size;
        _modified = modified;
        foreach (FilePiece piece in pieces) Length += piece.Length;
    }

    /// <summary>The file, while it is open.</summary>
    public SafeFileHandle? Handle { get; private set; }

    /// <summary>Whether its exchange has ended, or has another answer.</summary>
    public bool IsClosed { get; private set; }

    public FilePiece[] Pieces { get; }

    /// <summary>Bytes of the whole body.</summary>
    public long Length { get; }

    /// <summary>Whether the file is still the one the head speaks of. Bytes of two states must not look like one: the head has named the state.</summary>
    public bool IsUnchanged()
    {
        try
        {
            return RandomAccess.GetLength(Handle!) == _size && File.GetLastWriteTimeUtc(Handle!).Ticks == _modified;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Nothing more is read from the file.</summary>
    public void CloseFile()
    {
        Handle?.Dispose();
        Handle = null;
    }

    public void Dispose()
    {
        IsClosed = true;
        CloseFile();
    }
}
