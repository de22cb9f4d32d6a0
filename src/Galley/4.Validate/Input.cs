// One parameter of a request before it is a value: where it comes from, then what becomes of it. Generated binding code reads
// `Input.Route(request, "id"u8).Required<Guid, Utf8<Guid>>(ref errors)`.

using System.ComponentModel;
using System.Text;

namespace Galley.Validating;

/// <summary>The text of one parameter, as UTF-8. Allocates nothing unless a query value is percent-encoded.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct Input
{
    private readonly ReadOnlySpan<byte> _name;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly bool _isPresent;

    /// <summary>A parameter that may be absent.</summary>
    public Input(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8, bool isPresent)
    {
        _name = name;
        _utf8 = utf8;
        _isPresent = isPresent;
    }

    /// <summary>A value of the route.</summary>
    public static Input Route(Request request, ReadOnlySpan<byte> name)
    {
        bool isPresent = request.TryGetRouteValue(name, out ReadOnlySpan<byte> value);
        return new(name, value, isPresent);
    }

    /// <summary>The first value of the query.</summary>
    public static Input Query(Request request, ReadOnlySpan<byte> name) => Query(request.Query, name);

    /// <summary>A value of the route where its pattern has the name (a group's prefix may), else of the query.</summary>
    public static Input RouteOrQuery(Request request, ReadOnlySpan<byte> name) =>
        request.TryGetRouteValue(name, out ReadOnlySpan<byte> value) ? new(name, value, true) : Query(request, name);

    /// <summary>The first field line of that name.</summary>
    public static Input Header(Request request, ReadOnlySpan<byte> name)
    {
        bool isPresent = request.Headers.TryGet(name, out ReadOnlySpan<byte> value);
        return new(name, value, isPresent);
    }

    /// <summary>The first value in a query.</summary>
    public static Input Query(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name)
    {
        foreach (Range at in query.Split((byte)'&'))
        {
            if (QueryString.TryMatch(query[at], name, out ReadOnlySpan<byte> value)) return new(name, value, true);
        }
        return new(name, default, false);
    }

    /// <summary>The value; an error when it is absent or malformed.</summary>
    public T Required<T, TReads>(ref BindingErrors errors) where TReads : struct, IReads<T>
    {
        if (_isPresent) return Read<T, TReads>(ref errors);
        errors.Add(Encoding.UTF8.GetString(_name), "is required");
        return default!;
    }

    /// <summary>The value; <paramref name="missing"/> when it is absent, or empty where empty is no value.</summary>
    public T Or<T, TReads>(T missing, ref BindingErrors errors) where TReads : struct, IReads<T> =>
        _isPresent && !(_utf8.IsEmpty && typeof(T) != typeof(string)) ? Read<T, TReads>(ref errors) : missing;

    /// <summary>The value; null when it is absent or empty.</summary>
    public T? Optional<T, TReads>(ref BindingErrors errors) where T : struct where TReads : struct, IReads<T> =>
        _isPresent && !_utf8.IsEmpty ? Read<T, TReads>(ref errors) : null;

    private T Read<T, TReads>(ref BindingErrors errors) where TReads : struct, IReads<T>
    {
        if (TReads.TryRead(_utf8, out T value)) return value;
        errors.Add(Encoding.UTF8.GetString(_name), "must be " + (Wording.Beyond(typeof(T), _utf8) ?? TReads.Expected));
        return default!;
    }
}
