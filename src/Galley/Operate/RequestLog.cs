// PLACEHOLDER: the operate engineer writes it.
namespace Galley.Operating;

internal sealed class RequestLog : IDisposable
{
    public static RequestLog? Attach(Backend backend) => null;

    public void Dispose() { }
}
