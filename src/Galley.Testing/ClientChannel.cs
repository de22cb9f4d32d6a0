// A client's end of a connection, as tests need it: with the half-close and the reset that Stream and HttpClient do not have.

namespace Galley.Testing;

/// <summary>Bytes to and from a backend. One may send while another receives.</summary>
public abstract class ClientChannel : IDisposable
{
    /// <summary>Sends all of <paramref name="bytes"/>; waits while the backend does not read.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Receives what is there, waiting until something is. 0 when the backend has closed in order.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellationToken = default);

    /// <summary>Says that no more will be sent (FIN); receiving goes on.</summary>
    public abstract void HalfClose();

    /// <summary>Breaks the connection (RST).</summary>
    public abstract void Reset();

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the connection.</summary>
    protected abstract void Dispose(bool disposing);
}
