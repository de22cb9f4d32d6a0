// What a request says about compression: one walk over its fields.

using Galley.Wire.Http1;

namespace Galley.Responding;

/// <summary>The codings a client takes, and whether it shows who it is.</summary>
internal readonly record struct RequestNotes(AcceptedCodings Codings, bool HasCredentials)
{
    public static RequestNotes Of(Exchange exchange)
    {
        var codings = default(AcceptedCodings);
        bool hasCredentials = false;
        foreach (ref readonly FieldSlice field in exchange.Head.Fields)
        {
            if (field.Known == KnownField.AcceptEncoding) codings.Add(field.Value(exchange.Bytes));
            else if (field.Known is KnownField.Cookie or KnownField.Authorization) hasCredentials = true;
        }
        return new(codings, hasCredentials);
    }
}
