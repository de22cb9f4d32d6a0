// Optimistic concurrency: the version column of a row is its entity tag, a client that changes the row names the version it means (If-Match, RFC 9110
// section 13.1.1), and the statement that changes it compares in the same breath. Of all who name one version, one wins; nothing is locked while people think.

using System.Globalization;
using Galley.Responding;
using Galley.Wire.Http1;

namespace Galley;

/// <summary>Changes of rows that have a version, a whole number that each change counts up.</summary>
/// <example><code>
/// dishes.Put("/{id}", async Task&lt;Response&lt;DishRow&gt;&gt; (long id, NewDish dish, Request request, Database db) =>
/// {
///     DishRow? row = await db.QueryFirstOrDefaultAsync&lt;DishRow&gt;($"""
///         UPDATE dishes SET name = {dish.Name}, version = version + 1 WHERE id = {id} AND {request.IfMatch($"version")} RETURNING id, name, version
///         """);
///     return row is null ? await request.LostAsync(db, $"SELECT version FROM dishes WHERE id = {id}") : Response.Ok(row).With(ETag.Of(row.Version));
/// }).RequireIfMatch();
/// </code></example>
public static class RequestVersions
{
    /// <summary>The condition that the row has a version that the request names. One that names none, or any (<c>*</c>), means whichever there is.</summary>
    /// <param name="request">The request.</param>
    /// <param name="column">The column of the version.</param>
    public static Sql IfMatch(this Request request, Sql column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (Read(request) is not { } versions) return Sql.Raw("1 = 1");
        return versions.Count switch
        {
            0 => Sql.Raw("1 = 0"),
            1 => Sql.Of($"{column} = {versions[0]}"),
            _ => Sql.Of($"{column} IN ({Sql.Join($", ", versions.Select(static version => Sql.Of($"{version}")))})"),
        };
    }

    /// <summary>Why a change with <see cref="IfMatch"/> found no row: 404 when it is gone, else 412 with the tag of the version that is there.</summary>
    /// <param name="request">The request.</param>
    /// <param name="db">The database, or the transaction of the change.</param>
    /// <param name="current">The query of the row's version, whatever it is: <c>$"SELECT version FROM dishes WHERE id = {id}"</c>.</param>
    /// <param name="cancellation">Stops the query.</param>
    public static async ValueTask<Response> LostAsync(this Request request, Queries db, Sql current, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        // The row may have come back to a version that the request names: what was not changed was not changed all the same.
        if (await RowShapes.For<long?>().QueryFirstOrDefaultAsync(db, current, cancellation).ConfigureAwait(false) is not { } version) return Response.NotFound();
        string detail = Read(request) is null ? "The thing was changed at the same moment." : "The thing has been changed since: read it again, and decide again.";
        return new Problem(412, detail).ToResponse().With(ETag.Of(version));
    }

    /// <summary>The middleware of <see cref="Route.RequireIfMatch"/>.</summary>
    internal static ValueTask<Response> Require(Request request, Handler next) => request.Headers.TryGet("If-Match"u8, out _) ? next(request)
        : new Problem(428, "Say which version you mean: send If-Match with the ETag of the thing as you have read it.");

    // Null for whichever there is. A list that is none, weak tags and tags that are no versions name nothing.
    private static List<long>? Read(Request request)
    {
        bool isThere = false;
        List<long> versions = [];
        foreach (ref readonly FieldSlice field in request.Exchange.Head.Fields)
        {
            if (field.Known != KnownField.IfMatch) continue;
            isThere = true;
            ReadOnlySpan<byte> list = field.Value(request.Exchange.Bytes);
            switch (EntityTagList.Find(list, default, strongly: true))
            {
                case TagMatch.Any: return null;
                case TagMatch.Malformed: return [];
                default: Add(versions, list, request.Exchange.Encoder is not null); break;
            }
        }
        return isThere ? versions : null;
    }

    private static void Add(List<long> versions, ReadOnlySpan<byte> list, bool mayBeCoded)
    {
        while (!list.IsEmpty)
        {
            if (!EntityTag.TryRead(list, out EntityTag tag, out int length))
            {
                list = list[1..];
                continue;
            }
            ReadOnlySpan<byte> name = tag.Quoted[1..^1];
            // Compression has given the same version another tag in each coding, and clients give that one back.
            if (mayBeCoded && EntityTags.CodingOf(name) is var suffix and > 0) name = name[..^suffix];
            // One spelling for each number: +7 and 007 are no tags of ours.
            if (!tag.IsWeak && long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long version) &&
                name.SequenceEqual(System.Text.Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture))) && !versions.Contains(version)) versions.Add(version);
            list = list[length..];
        }
    }
}
