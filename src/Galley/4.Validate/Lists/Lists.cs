// Reads what a client asks of a list out of the query: order, filters, size and place. Everything that is wrong is told at once, beside what is wrong with
// the handler's other parameters.

using System.ComponentModel;

namespace Galley.Validating;

/// <summary>Reads questions to lists. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Lists
{
    /// <summary>The question of a request to the list of <typeparamref name="T"/>; not to be used when there are errors.</summary>
    /// <param name="request">The request.</param>
    /// <param name="others">Names in the query that are not the list's.</param>
    /// <param name="errors">What is wrong.</param>
    public static ListQuery<T> Asked<T>(Request request, scoped ReadOnlySpan<string> others, ref BindingErrors errors) where T : IListed<T>
    {
        Listing<T> list = Listing.Of<T>();
        ListText text = new(request.Query, list.Filters);
        Names(list, text, others, ref errors);
        return new(request, list, ListAsked<T>.Read(list, text, request, ref errors));
    }

    // A name with a letter missing would be a filter that silently filters nothing.
    private static void Names<T>(Listing<T> list, ListText text, scoped ReadOnlySpan<string> others, ref BindingErrors errors)
    {
        foreach (string name in text.Strangers)
        {
            if (others.Contains(name) || (name == "page" && list.MostSkipped > 0) || (name == "count" && list.HasCount)) continue;
            IEnumerable<string> known = list.Filters.Select(static filter => filter.Name).Concat(["sort", "limit", "cursor"]);
            if (list.MostSkipped > 0) known = known.Append("page");
            if (list.HasCount) known = known.Append("count");
            errors.Add(name, "is no parameter of this list, which has " + string.Join(", ", known));
        }
    }
}
