// What was read of a request for a list, between the stage that reads it and the one that answers it.

using System.Text;
using Galley.Storing;
using Galley.Validating;

namespace Galley;

/// <summary>What does not depend on the row.</summary>
internal static class ListAsked
{
    public const string NotOurs = "is not one that this list gave for this order and these filters: leave it out to begin anew";
}

/// <summary>A question, checked.</summary>
/// <param name="Order">By what, the last one unique.</param>
/// <param name="Filters">Conditions that must all hold.</param>
/// <param name="Limit">At most so many rows.</param>
/// <param name="Position">Where the page begins; null for the beginning.</param>
/// <param name="Skipped">How many rows are before the page, where it is asked for by number.</param>
/// <param name="IsCounted">Whether all rows are to be counted.</param>
/// <param name="Question">What cursors answer: the list, its order and its filters, hashed.</param>
/// <param name="Keys">What signs them.</param>
/// <param name="LinkBytes">The longest Link field.</param>
internal sealed record ListAsked<T>((SortKey<T> Key, bool IsDescending)[] Order, IReadOnlyList<Sql> Filters, int Limit, Position? Position, int Skipped, bool IsCounted,
    byte[] Question, CursorKeys Keys, int LinkBytes)
{
    /// <summary>Reads it; not to be used when there are errors.</summary>
    public static ListAsked<T> Read(Listing<T> list, ListText text, Request request, ref BindingErrors errors)
    {
        IServiceProvider services = request.Exchange.Root ?? throw new InvalidOperationException("A list needs a backend that runs.");
        var pages = (PageOptions)services.GetService(typeof(PageOptions))!;
        var keys = (CursorKeys)services.GetService(typeof(CursorKeys))!;
        foreach (string name in text.Twice.Distinct()) errors.Add(name, "must come once");
        (IReadOnlyList<Sql> filters, string spelled) = text.Filters(list.Filters, ref errors);

        (SortKey<T> Key, bool IsDescending)[] order = list.Order;
        if (text.Find("sort") is { } sort)
        {
            if (list.TryOrder(Encoding.UTF8.GetString(sort)) is { } given) order = given;
            else errors.Add("sort", $"must be some of {list.Names()}, each once, with commas between them and - before what is to begin with the greatest");
        }
        int most = list.MostRows ?? pages.MostRows;
        int limit = text.Number("limit", most, $"must be between 1 and {most}", ref errors) ?? list.Rows ?? Math.Min(pages.Rows, most);
        int skipped = 0;
        if (list.MostSkipped > 0)
        {
            int last = (list.MostSkipped / limit) + 1;
            skipped = ((text.Number("page", last, $"must be between 1 and {last} with pages of {limit}: follow next beyond", ref errors) ?? 1) - 1) * limit;
        }
        bool isCounted = list.HasCount && text.IsTrue("count", ref errors);

        StringBuilder question = new(list.Identity);
        foreach ((SortKey<T> key, bool isDescending) in order) question.Append(isDescending ? '-' : '+').Append(key.Name);
        byte[] hash = Fingerprint.Of(Encoding.UTF8.GetBytes(question.Append(spelled).ToString()));
        Position? position = null;
        if (text.Find("cursor") is { } cursor)
        {
            position = Position.TryRead(cursor, keys, hash, [.. order.Select(static one => one.Key.Type)]);
            if (position is null) errors.Add("cursor", ListAsked.NotOurs);
            if (list.MostSkipped > 0 && text.Find("page") is not null) errors.Add("page", "cannot come with a cursor, which says where the page is");
        }
        return new(order, filters, limit, position, skipped, isCounted, hash, keys, pages.LinkBytes);
    }
}
