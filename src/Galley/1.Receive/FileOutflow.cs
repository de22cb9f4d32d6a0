// A response body that is a file, or parts of one. The system sends it without the bytes passing through this process where the transport can. What
// is not in memory is read first by another thread, because a device would keep the whole loop waiting; and after a share of it the others come first.

using System.Buffers;

namespace Galley.Receiving;

/// <summary>Sends a file behind its head. One per answer.</summary>
internal sealed class FileOutflow : IOutflow
{
    // What is asked to be in memory before it is sent. Reading it takes a device a millisecond or a few.
    private const int WindowBytes = 512 * 1024;

    // As much as leaves at once before others get their turn: about as long as 64 small answers take.
    private const int RoundBytes = 1024 * 1024;

    private const int ReadBytes = 128 * 1024;
    private const int PageBytes = 4096;

    private readonly Turn _turn;
    private readonly SentFile _file;
    private readonly WarmLetter _letter;
    private int _piece;
    private long _sent;
    private long _warmUntil = -1;
    private int _round = RoundBytes;
    private bool _isWarming;

    public FileOutflow(Turn turn, SentFile file)
    {
        _turn = turn;
        _file = file;
        _letter = new WarmLetter(this);
    }

    /// <inheritdoc/>
    public bool HasEnded => !_isWarming && (IsTruncated || _piece == _file.Pieces.Length);

    /// <summary>Whether the file has changed or ended early: its length was promised, so that only a reset says so.</summary>
    public bool IsTruncated { get; private set; }

    /// <inheritdoc/>
    public bool ShowsItsEnd => false;

    /// <inheritdoc/>
    public bool WaitsForRound { get; private set; }

    /// <inheritdoc/>
    public bool TryMove(Link link)
    {
        if (WaitsForRound)
        {
            WaitsForRound = false;
            _round = RoundBytes;
        }
        if (_isWarming || HasEnded) return false;
        FilePiece piece = _file.Pieces[_piece];
        if (piece.Text is { } text)
        {
            link.Write(text);
            _piece++;
            return true;
        }
        if (_sent == piece.Length)
        {
            _sent = 0;
            _piece++;
            return !HasEnded;
        }
        // What was written comes before what the system takes from the file.
        if (!link.HasSentAll && (!link.TrySend() || link.IsBlocked)) return false;
        if (link.IsBlocked) return false;
        if (_round <= 0)
        {
            WaitsForRound = true;
            return false;
        }
        return SendPart(link, piece);
    }

    /// <inheritdoc/>
    public void WriteEnd(Link link)
    {
    }

    /// <inheritdoc/>
    public void Continue()
    {
    }

    /// <inheritdoc/>
    public void Fail(Exception reason)
    {
    }

    private bool SendPart(Link link, FilePiece piece)
    {
        long offset = piece.Start + _sent;
        long rest = piece.Length - _sent;
        if (offset >= _warmUntil)
        {
            long window = Math.Min(rest, WindowBytes);
            if (!IsInMemory(offset, window))
            {
                Warm(offset, window);
                return false;
            }
            _warmUntil = offset + window;
        }
        int count = (int)Math.Min(rest, Math.Min(_warmUntil - offset, _round));
        // The last bytes make it whole to the client, so they go only if the file is still what the head says it is.
        bool isLast = count == rest && _piece >= _file.Pieces.Length - 2;
        int sent = isLast && !_file.IsUnchanged() ? 0 : link.SendFile(_file.Handle!, offset, count);
        if (sent == Transport.Broken) return false;
        if (sent == 0)
        {
            IsTruncated = !link.IsBlocked;
            if (IsTruncated) _turn.Home.Raise(new FileChanged(_turn.Exchange.Route));
            return false;
        }
        _sent += sent;
        _round -= sent;
        if (link.IsBlocked) _round = RoundBytes;
        return true;
    }

    private bool IsInMemory(long offset, long length)
    {
        if (!Epoll.Libc.IsSupported) return false;
        int file = (int)_file.Handle!.DangerousGetHandle();
        if (Epoll.Libc.TryCountCached(file, offset, length, out long pages))
            return pages >= ((offset + length - 1) / PageBytes) - (offset / PageBytes) + 1;
        return Epoll.Libc.IsAtHand(file, offset) && Epoll.Libc.IsAtHand(file, offset + length - 1);
    }

    private void Warm(long offset, long length)
    {
        _isWarming = true;
        _turn.IsInHand = true; // the file is read elsewhere: the turn is not pooled before that is done
        _warmUntil = offset + length;
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Body.Read(work.Offset, work.Length), (Body: this, Offset: offset, Length: length), preferLocal: false);
    }

    // Brings a stretch into the system's memory. What cannot be read shows when it is sent.
    private void Read(long offset, long length)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            for (long at = offset; at < offset + length;)
            {
                int read = RandomAccess.Read(_file.Handle!, buffer.AsSpan(0, (int)Math.Min(buffer.Length, offset + length - at)), at);
                if (read == 0) break;
                at += read;
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _turn.Home.Mail.Post(_letter);
        }
    }

    private sealed class WarmLetter(FileOutflow body) : Letter
    {
        public override bool Deliver(EventLoop loop)
        {
            body._isWarming = false;
            if (body._turn.Connection is { } connection)
            {
                body._turn.IsInHand = false;
                return connection.Pump(body._turn);
            }
            loop.Release(body._turn);
            return true;
        }
    }
}
