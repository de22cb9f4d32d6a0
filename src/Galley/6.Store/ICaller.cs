// Who asks a database. A pool writes it down with what it lends, so that "who holds all connections?" has an answer; and what was waited for is told
// back, so that the request's timeline has it.

namespace Galley;

/// <summary>Who asks: a request. May be held longer than the request lasts, by what was never given back.</summary>
public interface ICaller
{
    /// <summary>Its route, as in <c>GET /orders/{id}</c>.</summary>
    string Route { get; }

    /// <summary>The id of the request.</summary>
    string RequestId { get; }

    /// <summary>Notes a wait. After the end of the request it does nothing.</summary>
    /// <param name="what">For what, as in <c>pool main</c>.</param>
    /// <param name="time">How long.</param>
    void Waited(string what, TimeSpan time);
}
