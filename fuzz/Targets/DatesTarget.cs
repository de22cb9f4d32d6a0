// HTTP dates against the framework's, and back. RFC 9110 section 5.6.7.

using System.Globalization;
using Galley.Wire.Http1;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class DatesTarget : FieldTarget
{
    static readonly string[] s_forms = ["dd MMM yyyy HH':'mm':'ss 'GMT'", "dd'-'MMM'-'yyyy HH':'mm':'ss 'GMT'", "MMM dd HH':'mm':'ss yyyy", "MMM  d HH':'mm':'ss yyyy"];

    public override string Name => "dates";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        bool isRead = HttpDate.TryRead(value, 2026, out long seconds);
        if (!isRead)
        {
            // What the framework reads in the form that is written today, this reads.
            Require(!DateTime.TryParseExact(Text(value), "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date)
                || !Text(value).EndsWith("GMT", StringComparison.Ordinal) || value.Length != HttpDate.Length || !IsSpelledWell(Text(value), date));
            return Ending.Rejection;
        }
        told.Tell(seconds);
        Span<byte> written = stackalloc byte[HttpDate.Length];
        HttpDate.Write(seconds, written);
        Require(HttpDate.TryRead(written, 2026, out long again));
        // The last second of the year 9999 may be a leap second.
        Require(again == Math.Min(seconds, 253402300799));
        Require(Naive(Text(value)) is not { } expected || expected == seconds);
        return Ending.Value;
    }

    // The framework reads names in any case.
    static bool IsSpelledWell(string text, DateTime date) => text.StartsWith(date.ToString("ddd, dd MMM yyyy", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    // Without the name of the day, which the framework would compare, and without leap seconds, which it does not know.
    static long? Naive(string text)
    {
        string rest = text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (rest.Length > 9 && rest[2] == '-' && rest[6] == '-')
            rest = rest.Insert(7, string.CompareOrdinal(rest, 7, "76", 0, 2) > 0 ? "19" : "20");
        foreach (string form in s_forms)
            if (DateTime.TryParseExact(rest, form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date))
                return (date - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        return null;
    }
}
