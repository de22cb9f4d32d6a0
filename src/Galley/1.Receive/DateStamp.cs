// The Date field's value, formatted once a second (RFC 9110 section 6.6.1, IMF-fixdate of section 5.6.7).

using System.Buffers.Text;

namespace Galley.Receiving;

/// <summary>Keeps the current date as 29 bytes. Belongs to a loop.</summary>
internal sealed class DateStamp
{
    private readonly byte[] _text = new byte[29];
    private long _updateAt = long.MinValue;

    public ReadOnlySpan<byte> Text => _text;

    /// <summary>Formats anew when the second has changed.</summary>
    public void Update(long milliseconds, TimeProvider time)
    {
        if (milliseconds < _updateAt) return;
        DateTimeOffset now = time.GetUtcNow();
        Utf8Formatter.TryFormat(now, _text, out _, 'R');
        _updateAt = milliseconds + 1000 - now.Millisecond;
    }
}
