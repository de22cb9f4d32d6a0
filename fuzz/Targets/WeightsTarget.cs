// Lists with weights, Accept-Encoding among them, against a naive reading of those without quotes. RFC 9110 sections 12.4.2 and 12.5.3.

using System.Globalization;
using System.Text.RegularExpressions;
using Galley.Wire.Http1;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed partial class WeightsTarget : FieldTarget
{
    static readonly ContentCoding[] s_offered = [ContentCoding.Brotli, ContentCoding.Gzip];

    public override string Name => "weights";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        WeightedList list = new(value);
        List<(string, int)> items = [];
        while (list.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> parameters, out int weight))
        {
            told.Step();
            Require(weight is >= 0 and <= WeightedList.MostWanted);
            told.Tell("item", name);
            told.Tell("parameters", parameters);
            told.Tell(weight);
            items.Add((Text(name), weight));
        }
        if (!value.Contains((byte)'"'))
            Require(items.SequenceEqual(Text(value).Split(',').Select(item => item.Trim(' ', '\t')).Where(item => item.Length > 0).Select(Naive)));
        int gzip = WeightedList.WeightOf(value, "gzip"u8);
        Require(gzip is >= -1 and <= WeightedList.MostWanted);

        AcceptedCodings accepted = default;
        accepted.Add(value);
        ContentCoding chosen = accepted.Choose(s_offered);
        Require(chosen == ContentCoding.Identity || (accepted.WeightOf(chosen) > 0 && s_offered.All(other => accepted.WeightOf(other) <= accepted.WeightOf(chosen))));
        told.Tell(chosen.ToString());
        return items.Any(item => item.Item2 > 0) ? Ending.Value : Ending.Rejection;
    }

    static (string, int) Naive(string item)
    {
        string[] parts = item.Split(';');
        string[] parameters = [.. parts[1..].Select(part => part.Trim(' ', '\t'))];
        int q = Array.FindIndex(parameters, part => part.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
        int weight = q < 0 ? WeightedList.MostWanted
            : q == parameters.Length - 1 && Weight().IsMatch(parameters[q]) ? (int)(decimal.Parse(parameters[q][2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 1000)
            : 0;
        return (parts[0].Trim(' ', '\t'), weight);
    }

    [GeneratedRegex(@"\A[qQ]=(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\z")]
    private static partial Regex Weight();
}
