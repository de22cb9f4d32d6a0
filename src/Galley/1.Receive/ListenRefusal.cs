// One text per reason why an address cannot be listened on, for every transport.

using System.Net;

namespace Galley.Receiving;

/// <summary>Says why listening failed and which setting to change.</summary>
internal static class ListenRefusal
{
    public enum Cause
    {
        InUse,
        NotAllowed,
        NotOurs,
        Other,
    }

    public static StartException Of(Place place, Cause cause, string systemText)
    {
        IPEndPoint address = place.Address;
        string settings = place.IsSecure ? "Galley:Tls:Port" : "--port, PORT or Galley:Port";
        return cause switch
        {
            Cause.InUse => new($"port {address.Port} on {address.Address} is in use by another program",
                $"stop that program, or choose another port with {settings} (0 takes any free one)"),
            Cause.NotAllowed => new($"listening on {address} is not allowed for this user",
                $"choose a port above 1023 with {settings}, or grant CAP_NET_BIND_SERVICE"),
            Cause.NotOurs => new($"{address.Address} is not an address of this machine",
                "set --host, HOST or Galley:Host to one that is, for example 127.0.0.1, ::1 or 0.0.0.0"),
            _ => new($"listening on {address} failed: {systemText}", "check --host and --port (Galley:Host, Galley:Port)"),
        };
    }
}
