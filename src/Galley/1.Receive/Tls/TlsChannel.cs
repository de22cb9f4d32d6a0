// One client behind TLS: an SslStream that never waits, fed record by record from the loop. What comes out is plaintext in the manner of any transport, so
// that the connection above knows nothing of it. Everything is called by whoever holds the loop's baton.

using System.Buffers;
using System.ComponentModel;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Galley.Receiving.Tls;

/// <summary>The TLS session of a connection. Holds no buffers while it is idle.</summary>
internal sealed class TlsChannel(Peer inner, TlsServer server) : Secured, IDisposable
{
    private readonly CipherStream _cipher = new(inner);
    private SslStream? _ssl;
    private Task? _handshake;
    private int _handshakeBytes;
    private byte[]? _kept;
    private int _keptLength;
    private Task<int>? _reading;
    private byte[]? _readInto;
    private byte[]? _plain;
    private int _plainStart;
    private int _plainEnd;
    private int _held;
    private End _end;
    private bool _isOpen;
    private bool _saidGoodbye;

    private enum End : byte
    {
        None,

        /// <summary>The client said that it has finished (close_notify).</summary>
        Orderly,

        /// <summary>There will be no session: what had to be said was said, and the connection may close in order.</summary>
        Refused,

        /// <summary>The bytes ended, or made no sense, in the middle of a session: nobody may take that for an orderly end.</summary>
        Broken,
    }

    public Peer Inner => inner;

    public bool IsWatched => _cipher.IsWatched;

    public override bool HasEnded => _end != End.None;

    public override X509Certificate2? ClientCertificate => _isOpen ? _ssl!.RemoteCertificate as X509Certificate2 : null;

    public void Watch(Transport transport, ulong token) => _cipher.Watch(transport, token);

    /// <summary>Decrypts what is there; returns less than fits only when the network has no more.</summary>
    public int Receive(TlsTransport loop, Span<byte> into)
    {
        if (!_cipher.TrySend()) _end = End.Broken;
        byte[] buffer = loop.Received;
        int start = 0;
        int end = Unkeep(buffer);
        int count = TakePlain(loop, into);
        bool isShort = false;
        while (count < into.Length && _end == End.None)
        {
            int length = TlsRecord.LengthOf(buffer.AsSpan(start, end - start));
            if (length == 0)
            {
                if (isShort && count > 0) break; // and what comes from now on is reported again
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
                // Hardly more than what fits decrypted: the rest has to be kept.
                int asked = Math.Min(buffer.Length - end, Math.Max(into.Length - count + 512, TlsRecord.MostBytes));
                int received = loop.Inner.Receive(inner, buffer.AsSpan(end, asked));
                if (received == Transport.WouldBlock) break;
                if (received <= 0)
                {
                    _end = End.Broken; // a FIN without close_notify may be an attacker's (RFC 8446 section 6.1)
                    break;
                }
                end += received;
                isShort = received < asked;
                continue;
            }
            if (length == TlsRecord.NotTls || (_handshake is null && !TlsRecord.IsGreeting(buffer[start])))
            {
                RefuseWhatIsNotTls(loop, buffer[start]);
                break;
            }
            if (_isOpen) Decrypt(loop, buffer, start, length);
            else Shake(loop, buffer, start, length);
            start += length;
            count += TakePlain(loop, into[count..]);
        }
        if (_cipher.IsBroken) _end = End.Broken;
        if (_end == End.None) Keep(buffer.AsSpan(start, end - start));
        if (count > 0) return count;
        return _end switch
        {
            End.None => Transport.WouldBlock,
            End.Broken => Transport.Broken,
            _ => 0,
        };
    }

    /// <summary>Encrypts and sends record by record. A record that the system did not take whole counts as sent when the rest of it is: until then the
    /// connection is blocked, knows it, and offers the same bytes again.</summary>
    public unsafe int Send(TlsTransport loop, ReadOnlySpan<byte> bytes)
    {
        if (!_isOpen || _end == End.Broken || !_cipher.TrySend()) return Transport.Broken;
        if (_cipher.HasUnsent) return Transport.WouldBlock;
        int sent = Math.Min(_held, bytes.Length);
        _held -= sent;
        while (sent < bytes.Length)
        {
            int length = Math.Min(TlsRecord.PlainBytes, bytes.Length - sent);
            fixed (byte* from = bytes[sent..])
            {
                if (!TryEncrypt(loop.Pinned.Over(from, length))) return Transport.Broken;
                loop.Pinned.Forget();
            }
            if (_cipher.HasUnsent)
            {
                _held = length;
                return sent > 0 ? sent : Transport.WouldBlock;
            }
            sent += length;
        }
        return sent;
    }

    /// <summary>Says close_notify, and that no more bytes come.</summary>
    public void HalfClose(TlsTransport loop)
    {
        SayGoodbye();
        _cipher.HalfClose(loop.Inner);
    }

    /// <summary>Ends the session and the connection.</summary>
    public void Close(TlsTransport loop, bool abortive)
    {
        if (!abortive) SayGoodbye();
        loop.Inner.Close(inner, abortive);
        if (_plain is not null) loop.Return(_plain);
        _plain = null;
        if (_kept is not null) ArrayPool<byte>.Shared.Return(_kept);
        _kept = null;
        _cipher.Release();
        Dispose();
    }

    /// <summary>Lets go of the session. A handshake or a read that still waits is never completed, and collected with the rest.</summary>
    public void Dispose()
    {
        _end = End.Broken;
        _isOpen = false;
        _ssl?.Dispose();
        _cipher.Dispose();
    }

    private void Shake(TlsTransport loop, byte[] buffer, int start, int length)
    {
        _handshakeBytes += length;
        if (_handshakeBytes > server.Options.HandshakeBytes)
        {
            server.Raise(new LimitReached("Galley:Tls:HandshakeBytes", server.Options.HandshakeBytes, loop.AddressOf(inner)));
            Refuse(loop);
            return;
        }
        _cipher.Feed(buffer, start, length);
        if (_handshake is null)
        {
            _ssl = new SslStream(_cipher, leaveInnerStreamOpen: true);
            _handshake = _ssl.AuthenticateAsServerAsync(TlsServer.Choose, server, CancellationToken.None);
        }
        _cipher.EndFeed();
        if (!_handshake.IsCompleted) return;
        if (_handshake.IsCompletedSuccessfully)
        {
            _isOpen = true;
            return;
        }
        server.Raise(new HandshakeFailed("refused", Innermost(_handshake.Exception!), loop.Inner.AddressOf(inner)));
        Refuse(loop);
    }

    private void Decrypt(TlsTransport loop, byte[] buffer, int start, int length)
    {
        _cipher.Feed(buffer, start, length);
        if (_reading is null)
        {
            _readInto = loop.Rent();
            Read(loop, BeginRead());
        }
        else if (_reading.IsCompleted)
        {
            Read(loop, new ValueTask<int>(_reading));
        }
        _cipher.EndFeed();
    }

    private ValueTask<int> BeginRead()
    {
        try
        {
            return _ssl!.ReadAsync(_readInto.AsMemory(0, TlsRecord.PlainBytes));
        }
        catch (Exception broken) when (IsOfSession(broken))
        {
            return ValueTask.FromException<int>(broken);
        }
    }

    private void Read(TlsTransport loop, ValueTask<int> read)
    {
        if (!read.IsCompleted)
        {
            _reading = read.AsTask(); // the record was the protocol's own: the read waits for the next one
            return;
        }
        _reading = null;
        byte[] into = _readInto!;
        _readInto = null;
        _plainStart = _plainEnd = 0;
        try
        {
            _plainEnd = read.GetAwaiter().GetResult();
            if (_plainEnd == 0) _end = End.Orderly;
        }
        catch (Exception broken) when (IsOfSession(broken))
        {
            server.Raise(new HandshakeFailed("broken_record", Innermost(broken), loop.Inner.AddressOf(inner)));
            _end = End.Broken;
        }
        if (_plainEnd > 0) _plain = into;
        else loop.Return(into);
    }

    private int TakePlain(TlsTransport loop, Span<byte> into)
    {
        if (_plain is null) return 0;
        int count = Math.Min(into.Length, _plainEnd - _plainStart);
        _plain.AsSpan(_plainStart, count).CopyTo(into);
        _plainStart += count;
        if (_plainStart < _plainEnd) return count;
        loop.Return(_plain);
        _plain = null;
        return count;
    }

    private void RefuseWhatIsNotTls(TlsTransport loop, byte first)
    {
        if (_handshake is not null)
        {
            _end = End.Broken;
            return;
        }
        bool isHttp = TlsRecord.IsPlainHttp(first);
        server.Raise(new HandshakeFailed(isHttp ? "plain_http" : "not_tls", null, loop.Inner.AddressOf(inner)));
        // In clear text, for that is what the client understands.
        if (isHttp) loop.Inner.Send(inner, Transport.ListenerToken, server.AnswerToPlainHttp());
        Refuse(loop);
    }

    // Closing over bytes that are here already would be a reset, and may destroy what was just said. A few reads, no waiting.
    private void Refuse(TlsTransport loop)
    {
        _end = End.Refused;
        _cipher.HalfClose(loop.Inner);
        for (int i = 0; i < 8 && loop.Inner.Receive(inner, loop.Received) > 0; i++)
        {
        }
    }

    private void SayGoodbye()
    {
        if (!_isOpen || _saidGoodbye || _end == End.Broken) return;
        _saidGoodbye = true;
        try
        {
            Task goodbye = _ssl!.ShutdownAsync();
            if (goodbye.IsFaulted) _ = goodbye.Exception;
        }
        catch (Exception broken) when (IsOfSession(broken))
        {
            // The connection closes, with or without it.
        }
    }

    private int Unkeep(byte[] buffer)
    {
        if (_kept is null) return 0;
        _kept.AsSpan(0, _keptLength).CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(_kept);
        _kept = null;
        return _keptLength;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty) return;
        _kept = ArrayPool<byte>.Shared.Rent(rest.Length);
        _keptLength = rest.Length;
        rest.CopyTo(_kept);
    }

    // SslStream would wait for a renegotiation only, which is off.
    private bool TryEncrypt(ReadOnlyMemory<byte> plain)
    {
        try
        {
            Task write = _ssl!.WriteAsync(plain).AsTask(); // completed: the one task of all completed ones
            return write.IsCompletedSuccessfully && !_cipher.IsBroken;
        }
        catch (Exception broken) when (IsOfSession(broken))
        {
            return false;
        }
    }

    // A session that fails takes its connection with it, and nothing else.
    private static bool IsOfSession(Exception error) =>
        error is IOException or AuthenticationException or InvalidOperationException or CryptographicException or Win32Exception;

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner) failure = inner;
        return failure.Message;
    }
}
