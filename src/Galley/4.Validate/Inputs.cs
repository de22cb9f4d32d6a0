// A parameter that may come several times: ?tag=a&tag=b, or several field lines of one name.

using System.ComponentModel;
using System.Text;

namespace Galley.Validating;

/// <summary>Reads every value of a parameter. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Inputs
{
    /// <summary>Every value of the query; null when there is none.</summary>
    public static T[]? Query<T, TReads>(Request request, ReadOnlySpan<byte> name, ref BindingErrors errors) where TReads : struct, IReads<T> =>
        Query<T, TReads>(request.Query, name, ref errors);

    /// <summary>Every value in a query; null when there is none.</summary>
    public static T[]? Query<T, TReads>(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name, ref BindingErrors errors) where TReads : struct, IReads<T>
    {
        List<T>? values = null;
        foreach (Range at in query.Split((byte)'&'))
        {
            if (QueryString.TryMatch(query[at], name, out ReadOnlySpan<byte> text)) Add<T, TReads>(ref values, name, text, ref errors);
        }
        return values?.ToArray();
    }

    /// <summary>Every field line of that name; null when there is none.</summary>
    public static T[]? Header<T, TReads>(Request request, ReadOnlySpan<byte> name, ref BindingErrors errors) where TReads : struct, IReads<T>
    {
        List<T>? values = null;
        Headers headers = request.Headers;
        for (int i = 0; i < headers.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(headers.NameAt(i), name)) Add<T, TReads>(ref values, name, headers.ValueAt(i), ref errors);
        }
        return values?.ToArray();
    }

    /// <summary>Every field of a form; null when there is none.</summary>
    public static T[]? Form<T, TReads>(FormRead form, ReadOnlySpan<byte> name, ref BindingErrors errors) where TReads : struct, IReads<T>
    {
        ArgumentNullException.ThrowIfNull(form);
        List<T>? values = null;
        for (int index = 0; form.Fields.TryFind(name, ref index, out ReadOnlySpan<byte> text);) Add<T, TReads>(ref values, name, text, ref errors);
        return values?.ToArray();
    }

    /// <summary>The arguments are bound: what follows is the handler's own time.</summary>
    public static void Bound(Request request) => request.Exchange.Stamp(Stage.Validate);

    /// <summary>A service of the request. That it is registered was checked when the backend started.</summary>
    /// <exception cref="InvalidOperationException">Its factory made none; the message names it and the route.</exception>
    public static T Service<T>(Request request) where T : class =>
        typeof(T) == typeof(Database) ? (T)(object)request.Database : (T?)request.Services.GetService(typeof(T)) ?? throw new InvalidOperationException(
        $"{request.Route} takes a {typeof(T)}, and its factory returned null. Return an instance, or make the parameter nullable.");

    private static void Add<T, TReads>(ref List<T>? values, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ref BindingErrors errors)
        where TReads : struct, IReads<T>
    {
        values ??= [];
        bool isRead = TReads.TryRead(text, out T value);
        values.Add(value); // also where it is none: the next one keeps its number
        if (!isRead) errors.Add(Encoding.UTF8.GetString(name), $"value {values.Count} must be {Wording.Beyond(typeof(T), text) ?? TReads.Expected}");
    }
}
