// Dates in fields. RFC 9110 section 5.6.7: three forms are read, the first is written.
//
//   IMF-fixdate    Sun, 06 Nov 1994 08:49:37 GMT
//   rfc850-date    Sunday, 06-Nov-94 08:49:37 GMT
//   asctime-date   Sun Nov  6 08:49:37 1994
//
// The name of the day has to be one, and is not compared with the date: a sender that counts days wrongly still means the date.

namespace Galley.Wire.Http1;

/// <summary>Reads and writes HTTP dates as seconds since 1970-01-01 00:00:00 UTC. Thread-safe.</summary>
public static class HttpDate
{
    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public const int Length = 29;

    // 0001-01-01 and 9999-12-31 23:59:59.
    const long First = -62135596800;
    const long Last = 253402300799;

    static ReadOnlySpan<byte> Days => "MonTueWedThuFriSatSun"u8;

    static ReadOnlySpan<byte> LongDays => "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday,"u8;

    static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>Reads a date in one of the three forms.</summary>
    /// <param name="text">The value of a field.</param>
    /// <param name="thisYear">The year now: two digits that seem to lie more than 50 years ahead mean the century before.</param>
    /// <param name="seconds">Since 1970.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, int thisYear, out long seconds)
    {
        seconds = 0;
        if (text.Length < 24)
            return false;
        if (text[3] == ',')
            return IsDay(text) && TryReadFixed(text[4..], out seconds);
        return text[3] == ' ' ? IsDay(text) && TryReadAsctime(text[4..], out seconds) : TryReadLong(text, thisYear, out seconds);
    }

    /// <summary>Writes the preferred form, <see cref="Length"/> bytes. Dates beyond the years 1 to 9999 become the first or the last of them.</summary>
    public static void Write(long seconds, Span<byte> destination)
    {
        DateTime date = DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds, First, Last));
        int day = ((int)date.DayOfWeek + 6) % 7;
        Days.Slice(day * 3, 3).CopyTo(destination);
        ", "u8.CopyTo(destination[3..]);
        WriteNumber(destination[5..], date.Day, 2);
        destination[7] = Octets.Space;
        Months.Slice((date.Month - 1) * 3, 3).CopyTo(destination[8..]);
        destination[11] = Octets.Space;
        WriteNumber(destination[12..], date.Year, 4);
        destination[16] = Octets.Space;
        WriteNumber(destination[17..], date.Hour, 2);
        destination[19] = (byte)':';
        WriteNumber(destination[20..], date.Minute, 2);
        destination[22] = (byte)':';
        WriteNumber(destination[23..], date.Second, 2);
        " GMT"u8.CopyTo(destination[25..]);
    }

    // " 06 Nov 1994 08:49:37 GMT"
    static bool TryReadFixed(ReadOnlySpan<byte> rest, out long seconds)
    {
        seconds = 0;
        return rest.Length == 25 && rest[0] == ' ' && rest[3] == ' ' && rest[7] == ' ' && rest[12] == ' ' && rest[21..].SequenceEqual(" GMT"u8)
            && TryNumber(rest.Slice(1, 2), out int day) && TryMonth(rest.Slice(4, 3), out int month) && TryNumber(rest.Slice(8, 4), out int year)
            && TryTime(rest.Slice(13, 8), out int time) && TryCompose(year, month, day, time, out seconds);
    }

    // "Nov  6 08:49:37 1994"
    static bool TryReadAsctime(ReadOnlySpan<byte> rest, out long seconds)
    {
        seconds = 0;
        if (rest.Length != 20 || rest[3] != ' ' || rest[6] != ' ' || rest[15] != ' ')
            return false;
        int padding = rest[4] == ' ' ? 1 : 0;
        return TryMonth(rest[..3], out int month) && TryNumber(rest[(4 + padding)..6], out int day) && TryNumber(rest.Slice(16, 4), out int year)
            && TryTime(rest.Slice(7, 8), out int time) && TryCompose(year, month, day, time, out seconds);
    }

    // "Sunday, 06-Nov-94 08:49:37 GMT"
    static bool TryReadLong(ReadOnlySpan<byte> text, int thisYear, out long seconds)
    {
        seconds = 0;
        int comma = text.IndexOf((byte)',');
        if (comma < 6 || LongDays.IndexOf(text[..(comma + 1)]) is var at && (at < 0 || (at > 0 && LongDays[at - 1] != ',')))
            return false;
        ReadOnlySpan<byte> rest = text[(comma + 1)..];
        if (rest.Length != 23 || rest[0] != ' ' || rest[3] != '-' || rest[7] != '-' || rest[10] != ' ' || !rest[19..].SequenceEqual(" GMT"u8))
            return false;
        if (!TryNumber(rest.Slice(1, 2), out int day) || !TryMonth(rest.Slice(4, 3), out int month) || !TryNumber(rest.Slice(8, 2), out int year))
            return false;
        year += thisYear / 100 * 100;
        if (year > thisYear + 50)
            year -= 100;
        return TryTime(rest.Slice(11, 8), out int time) && TryCompose(year, month, day, time, out seconds);
    }

    static bool IsDay(ReadOnlySpan<byte> text) => Days.IndexOf(text[..3]) % 3 == 0;

    static bool TryMonth(ReadOnlySpan<byte> text, out int month)
    {
        int at = Months.IndexOf(text);
        month = at / 3 + 1;
        return at >= 0 && at % 3 == 0;
    }

    static bool TryTime(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text[2] != ':' || text[5] != ':')
            return false;
        if (!TryNumber(text[..2], out int hour) || !TryNumber(text.Slice(3, 2), out int minute) || !TryNumber(text.Slice(6, 2), out int second))
            return false;
        seconds = hour * 3600 + minute * 60 + second;
        return hour < 24 && minute < 60 && second <= 60; // a leap second is grammar
    }

    static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            number = number * 10 + digit - '0';
        }
        return !digits.IsEmpty;
    }

    static bool TryCompose(int year, int month, int day, int time, out long seconds)
    {
        seconds = 0;
        if (year is < 1 or > 9999 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        seconds = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerSecond + First + time;
        return true;
    }

    static void WriteNumber(Span<byte> destination, int number, int digits)
    {
        for (int i = digits - 1; i >= 0; i--, number /= 10)
            destination[i] = (byte)('0' + number % 10);
    }
}
