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
    private readonly State _state;

    private enum State : byte
    {
        Absent,
        Present,

        /// <summary>It is not among the fields that came before the file; what follows it is not read yet.</summary>
        AbsentBeforeFile,

        /// <summary>What it would be in could not be read; that is an error already.</summary>
        Unknown,

        /// <summary>It is there, but what it is in forbids such a value.</summary>
        Malformed,
    }

    private Input(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8, State state)
    {
        _name = name;
        _utf8 = utf8;
        _state = state;
    }

    private bool IsPresent => _state is State.Present or State.Malformed;

    /// <summary>A parameter that may be absent.</summary>
    public Input(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8, bool isPresent)
    {
        _name = name;
        _utf8 = utf8;
        _state = isPresent ? State.Present : State.Absent;
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

    /// <summary>The first cookie of that name.</summary>
    public static Input Cookie(Request request, ReadOnlySpan<byte> name)
    {
        bool isPresent = CookieString.TryFind(request.Headers, name, out ReadOnlySpan<byte> value, out bool isValid);
        return new(name, value, !isPresent ? State.Absent : isValid ? State.Present : State.Malformed);
    }

    /// <summary>The first field of a form; nothing is said of one that could not be read.</summary>
    public static Input Form(FormRead form, ReadOnlySpan<byte> name)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.TryFind(name, out ReadOnlySpan<byte> value) ? new(name, value, true)
            : new(name, default, form.Problem is not null ? State.Unknown : form.IsBeforeFile ? State.AbsentBeforeFile : State.Absent);
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
        if (IsPresent) return Read<T, TReads>(ref errors);
        if (_state != State.Unknown) errors.Add(Encoding.UTF8.GetString(_name), _state == State.Absent ? "is required" : "is required, and must come before the file");
        return default!;
    }

    /// <summary>The value; <paramref name="missing"/> when it is absent, or empty where empty is no value.</summary>
    public T Or<T, TReads>(T missing, ref BindingErrors errors) where TReads : struct, IReads<T> =>
        IsPresent && !(_utf8.IsEmpty && typeof(T) != typeof(string)) ? Read<T, TReads>(ref errors) : missing;

    /// <summary>The value; null when it is absent or empty.</summary>
    public T? Optional<T, TReads>(ref BindingErrors errors) where T : struct where TReads : struct, IReads<T> =>
        IsPresent && !_utf8.IsEmpty ? Read<T, TReads>(ref errors) : null;

    private T Read<T, TReads>(ref BindingErrors errors) where TReads : struct, IReads<T>
    {
        if (_state != State.Malformed && TReads.TryRead(_utf8, out T value)) return value;
        string expected = _state == State.Malformed ? "a cookie's value without blanks, commas, quotes or backslashes"
            : Wording.Beyond(typeof(T), _utf8) ?? TReads.Expected;
        errors.Add(Encoding.UTF8.GetString(_name), "must be " + expected);
        return default!;
    }
}
