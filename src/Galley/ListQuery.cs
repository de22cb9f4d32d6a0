// What one client asks of a list: already checked when the handler gets it. Reading it is one query for a page, and another one only where a count was
// asked for.

using System.Text;
using Galley.Storing;

namespace Galley;

/// <summary>A client's question to a list, checked: a parameter of typed handlers, or <see cref="RequestLists.ReadList"/>.</summary>
/// <remarks>Immutable; valid while its request is.</remarks>
/// <typeparam name="T">The row.</typeparam>
public sealed class ListQuery<T> where T : IListed<T>
{
    private readonly Request _request;
    private readonly Listing<T> _list;
    private readonly ListAsked<T> _asked;
    private readonly Sql? _where;

    internal ListQuery(Request request, Listing<T> list, ListAsked<T> asked, Sql? where = null) => (_request, _list, _asked, _where) = (request, list, asked, where);

    /// <summary>At most so many rows are on the page.</summary>
    public int Limit => _asked.Limit;

    internal Position? Position => _asked.Position;

    /// <summary>The same question about fewer rows: <c>orders.Where($"user_id = {user}")</c>. Names are those of the list's columns; several conditions
    /// must all hold. A cursor of a list that was restricted otherwise is refused.</summary>
    public ListQuery<T> Where(Sql condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new(_request, _list, _asked, _where is null ? Sql.Of($"({condition})") : Sql.Of($"{_where} AND ({condition})"));
    }

    /// <summary>The page.</summary>
    /// <param name="db">The database, or a transaction.</param>
    /// <param name="cancellation">Stops the query.</param>
    /// <exception cref="StoreException">The database could not answer.</exception>
    /// <exception cref="ProblemException">400: the cursor belongs to rows that were restricted otherwise.</exception>
    public async ValueTask<Page<T>> ReadAsync(Queries db, CancellationToken cancellation = default)
    {
        ulong scope = Scope();
        Position? position = Position;
        if (position is not null && position.Scope != scope)
            throw new ProblemException(new Problem(400, "The request has parameters that are missing or malformed.") { Errors = new Dictionary<string, string[]> { ["cursor"] = [ListAsked.NotOurs] } });

        List<T> rows = await RowShapes.For<T>().QueryAsync(db, Select(position), cancellation).ConfigureAwait(false);
        bool hasMore = rows.Count > _asked.Limit;
        if (hasMore) rows.RemoveAt(_asked.Limit);
        bool isBackward = position is { IsBackward: true };
        if (isBackward) rows.Reverse();
        foreach (T row in rows)
        {
            foreach ((SortKey<T> key, _) in _asked.Order) key.Check(row);
        }
        bool hasBefore = isBackward ? hasMore : position is not null || _asked.Skipped > 0;
        bool hasBehind = isBackward || hasMore;
        string? next = hasBehind && rows.Count > 0 ? Cursor(rows[^1], isBackward: false, scope) : null;
        string? previous = hasBefore && rows.Count > 0 ? Cursor(rows[0], isBackward: true, scope) : null;
        long? count = _asked.IsCounted ? await RowShapes.For<long>().QueryFirstAsync(db, Count(), cancellation).ConfigureAwait(false) : null;
        return new(rows, next, previous, count, PageLinks.Of(_request, next, previous, _asked.LinkBytes));
    }

    // One row more than fits, to see whether there is another page.
    internal Sql Select(Position? position)
    {
        OrderKey[] order = [.. _asked.Order.Select(static one => one.Key.In(one.IsDescending))];
        bool isBackward = position is { IsBackward: true };
        Sql sql = From(Sql.Raw("*"), position is null ? null : Keyset.Beyond(order, position.Keys, isBackward));
        sql = Spliced($"{sql} ORDER BY {Keyset.Order(order, isBackward)} LIMIT {_asked.Limit + 1}");
        return _asked.Skipped > 0 ? Spliced($"{sql} OFFSET {_asked.Skipped}") : sql;
    }

    private Sql Count() => From(Sql.Raw("count(*)"), null);

    private Sql From(Sql what, Sql? beyond)
    {
        List<Sql> conditions = [];
        if (_where is not null) conditions.Add(_where);
        foreach (Sql filter in _asked.Filters) conditions.Add(Sql.Of($"({filter})"));
        if (beyond is not null) conditions.Add(beyond);
        Sql sql = Spliced($"SELECT {what} FROM ({_list.Query!}) AS listed");
        return conditions.Count == 0 ? sql : Spliced($"{sql} WHERE {Sql.Join($" AND ", conditions)}");
    }

    // What goes wrong with it is found where the list is declared.
    private Sql Spliced(Sql sql)
    {
        Sql placed = new(0, 0, _list.Query!.CallSite.File ?? "", _list.Query.CallSite.Line);
        placed.AppendFormatted(sql);
        return placed;
    }

    private string Cursor(T row, bool isBackward, ulong scope) =>
        new Position([.. _asked.Order.Select(one => one.Key.Read(row))], isBackward, scope).ToCursor(_asked.Keys, _asked.Question);

    private ulong Scope()
    {
        if (_where is null) return 0;
        StringBuilder text = new(string.Join('\u0001', _where.Segments.ToArray()));
        foreach (object? value in _where.Values) text.Append('\u0001').Append(System.Globalization.CultureInfo.InvariantCulture, $"{value}");
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(Fingerprint.Of(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>Asks lists from handlers that take the request itself.</summary>
public static class RequestLists
{
    /// <summary>The question of the request's query to the list of <typeparamref name="T"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="others">Names of parameters in the query that are not the list's.</param>
    /// <exception cref="ProblemException">Something in it is wrong; every error is named.</exception>
    public static ListQuery<T> ReadList<T>(this Request request, params ReadOnlySpan<string> others) where T : IListed<T>
    {
        Validating.BindingErrors errors = new(request);
        ListQuery<T> query = Validating.Lists.Asked<T>(request, others, ref errors);
        return errors.Any ? throw new ProblemException(errors.ToProblem()) : query;
    }
}
