// What a target saw, as text, in which slices of data are joined because where they are cut means nothing. It also holds the step budget:
// a codec that takes more calls than a small multiple of its bytes does not come to an end.

using System.Text;

namespace Galley.Fuzzing;

/// <summary>Collects the outcome of one reading. Reusable; not thread-safe.</summary>
sealed class Transcript
{
    readonly StringBuilder _text = new();
    int _budget;
    int _steps;
    bool _isInData;

    /// <summary>Forgets what was told, and allows so many calls for an input of that size and that many deliveries.</summary>
    public void Begin(int bytes, int deliveries)
    {
        _text.Clear();
        _isInData = false;
        _steps = 0;
        _budget = 4 * bytes + 2 * deliveries + 16;
    }

    /// <summary>One more call of the codec.</summary>
    public void Step()
    {
        if (++_steps > _budget)
            throw new OracleException($"More than {_budget} calls: this does not come to an end.");
    }

    /// <summary>Something happened.</summary>
    public void Tell(string what)
    {
        Close();
        _text.Append(what).Append(' ');
    }

    public void Tell(long number)
    {
        Close();
        _text.Append(number).Append(' ');
    }

    /// <summary>Some bytes as a whole.</summary>
    public void Tell(string what, ReadOnlySpan<byte> value)
    {
        Close();
        _text.Append(what).Append('=');
        Append(value);
        _text.Append('\n');
    }

    /// <summary>More data of a stream; it is joined to the data before it.</summary>
    public void Data(ReadOnlySpan<byte> slice)
    {
        if (slice.IsEmpty)
            return;
        if (!_isInData)
            _text.Append('<');
        _isInData = true;
        Append(slice);
    }

    public bool IsSame(Transcript other)
    {
        Close();
        other.Close();
        return _text.Equals(other._text);
    }

    public override string ToString()
    {
        Close();
        return _text.ToString();
    }

    void Close()
    {
        if (_isInData)
            _text.Append('>');
        _isInData = false;
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        Span<char> characters = stackalloc char[256];
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, characters.Length);
            Encoding.Latin1.GetChars(bytes[..count], characters);
            _text.Append(characters[..count]);
            bytes = bytes[count..];
        }
    }
}
