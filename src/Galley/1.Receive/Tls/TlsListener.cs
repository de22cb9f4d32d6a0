// The addresses of a backend with TLS: what was bound, with a TLS transport for every loop.

namespace Galley.Receiving.Tls;

/// <summary>Puts <see cref="TlsTransport"/> over the transports of another listener.</summary>
internal sealed class TlsListener(Listener inner, TlsServer server) : Listener
{
    public override IReadOnlyList<Place> Places => inner.Places;

    public override string Name => inner.Name;

    public override Transport CreateTransport() => new TlsTransport(inner.CreateTransport(), server);

    public override void Dispose() => inner.Dispose();
}
