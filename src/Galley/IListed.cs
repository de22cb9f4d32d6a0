// What makes a type a list: it declares what a client may ask of it.

// The declaration belongs to the type, so that everything that has to know of it finds it by the type.
#pragma warning disable CA1000

namespace Galley;

/// <summary>A row that clients may list page by page: which rows there are, by what they may be sorted and filtered. A typed handler takes a
/// <see cref="ListQuery{T}"/> of it.</summary>
/// <example><code>
/// sealed record OrderRow(long Id, OrderState State, long Total, DateTimeOffset PlacedAt) : IListed&lt;OrderRow&gt;
/// {
///     public static void Declare(Listing&lt;OrderRow&gt; orders) => orders
///         .From($"SELECT id, state, total, placed_at FROM orders")
///         .Unique("id", row => row.Id).Sort("placed_at", row => row.PlacedAt).Sort("total", row => row.Total)
///         .Filter&lt;OrderState&gt;("state").Range&lt;long&gt;("total")
///         .InOrder("-placed_at");
/// }
///
/// app.Get("/orders", (ListQuery&lt;OrderRow&gt; orders, Database db) => orders.ReadAsync(db));
/// </code></example>
/// <typeparam name="TSelf">The row itself.</typeparam>
public interface IListed<TSelf> where TSelf : IListed<TSelf>
{
    /// <summary>Declares the list. Called once.</summary>
    static abstract void Declare(Listing<TSelf> list);
}
