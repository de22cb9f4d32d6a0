// Lists of what a client would like, with weights: Accept-Encoding and its kind. RFC 9110 sections 12.4.2 and 12.5.
//
//   list   = [ item ] *( OWS "," OWS [ item ] )          item = name *( OWS ";" OWS parameter ) [ weight ]
//   weight = OWS ";" OWS "q=" qvalue                     qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
//
// An item whose weight is not one is an item that is not wanted: nobody gets what he may have refused.

using System.Text;

namespace Galley.Wire.Http1;

/// <summary>Walks the items of one field value. No input makes it throw.</summary>
/// <example><code>
/// var list = new WeightedList(value);
/// while (list.TryNext(out ReadOnlySpan&lt;byte&gt; name, out int weight)) ...
/// </code></example>
public ref struct WeightedList
{
    /// <summary>The weight of what is wanted most, and of an item without a weight: weights are in thousandths.</summary>
    public const int MostWanted = 1000;

    ReadOnlySpan<byte> _rest;

    /// <summary>A walk over <paramref name="value"/>.</summary>
    public WeightedList(ReadOnlySpan<byte> value) => _rest = value;

    /// <summary>The next item that is not empty. False after the last.</summary>
    /// <param name="name">What comes before the first semicolon, without white space.</param>
    /// <param name="weight">0, not wanted, to <see cref="MostWanted"/>.</param>
    public bool TryNext(out ReadOnlySpan<byte> name, out int weight) => TryNext(out name, out _, out weight);

    /// <summary>The next item that is not empty, with its parameters. False after the last.</summary>
    /// <param name="name">What comes before the first semicolon, without white space.</param>
    /// <param name="parameters">What lies between the name and the weight, from its first semicolon on; empty without.</param>
    /// <param name="weight">0, not wanted, to <see cref="MostWanted"/>.</param>
    public bool TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> parameters, out int weight)
    {
        while (!_rest.IsEmpty)
        {
            int end = Find(_rest, (byte)',');
            ReadOnlySpan<byte> item = Octets.Trim(_rest[..end]);
            _rest = end < _rest.Length ? _rest[(end + 1)..] : default;
            if (item.IsEmpty)
                continue;
            int at = Find(item, (byte)';');
            name = Octets.Trim(item[..at]);
            parameters = item[at..];
            weight = TakeWeight(ref parameters);
            return true;
        }
        name = parameters = default;
        weight = 0;
        return false;
    }

    /// <summary>The weight of one name in a list of names, whatever their case.</summary>
    /// <param name="value">The value of a field.</param>
    /// <param name="name">The name to look for.</param>
    /// <returns>0 to <see cref="MostWanted"/>; that of <c>*</c> when the name is not listed, and -1 when neither is.</returns>
    public static int WeightOf(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name)
    {
        int any = -1;
        var list = new WeightedList(value);
        while (list.TryNext(out ReadOnlySpan<byte> item, out int weight))
        {
            if (Ascii.EqualsIgnoreCase(item, name))
                return weight;
            if (item.SequenceEqual("*"u8) && any < 0)
                any = weight;
        }
        return any;
    }

    // The weight is the last parameter (what RFC 7231 allowed behind it, nobody sends).
    static int TakeWeight(ref ReadOnlySpan<byte> parameters)
    {
        for (int at = 0; at < parameters.Length;)
        {
            ReadOnlySpan<byte> rest = parameters[(at + 1)..];
            int length = Find(rest, (byte)';');
            ReadOnlySpan<byte> parameter = Octets.Trim(rest[..length]);
            if (parameter.Length >= 2 && (parameter[0] | 0x20) == 'q' && parameter[1] == '=')
            {
                parameters = parameters[..at];
                return length == rest.Length ? Weight(parameter[2..]) : 0;
            }
            at += 1 + length;
        }
        return MostWanted;
    }

    static int Weight(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > 5 || text[0] is not ((byte)'0' or (byte)'1') || (text.Length > 1 && text[1] != '.'))
            return 0;
        int weight = (text[0] - '0') * MostWanted;
        int unit = 100;
        for (int at = 2; at < text.Length; at++, unit /= 10)
        {
            if (text[at] is < (byte)'0' or > (byte)'9')
                return 0;
            weight += (text[at] - '0') * unit;
        }
        return weight <= MostWanted ? weight : 0;
    }

    // Where the separator is, or the end; one inside a quoted string is none.
    static int Find(ReadOnlySpan<byte> text, byte separator)
    {
        bool isQuoted = false;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '"')
                isQuoted = !isQuoted;
            else if (isQuoted && text[at] == '\\')
                at++;
            else if (!isQuoted && text[at] == separator)
                return at;
        }
        return text.Length;
    }
}
