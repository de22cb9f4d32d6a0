// The fields of a form that were read: names and values one behind the other in one array, found by walking it. Bounded by Galley:Limits.

namespace Galley.Validating;

/// <summary>Fields in the order they came.</summary>
internal sealed class FormFields
{
    private readonly List<(int Start, int NameLength, int ValueLength)> _all = [];
    private byte[] _bytes = [];
    private int _length;

    public int Bytes => _length;

    /// <summary>Begins a field; its value follows in pieces.</summary>
    public void Begin(ReadOnlySpan<byte> name)
    {
        _all.Add((_length, name.Length, 0));
        Append(name);
    }

    /// <summary>Adds to the value of the field that was begun last.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        Append(value);
        (int start, int name, int before) = _all[^1];
        _all[^1] = (start, name, before + value.Length);
    }

    /// <summary>The first field of that name from <paramref name="index"/> on; the index behind it.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, scoped ref int index, out ReadOnlySpan<byte> value)
    {
        while (index < _all.Count)
        {
            (int start, int nameLength, int valueLength) = _all[index++];
            if (!_bytes.AsSpan(start, nameLength).SequenceEqual(name)) continue;
            value = _bytes.AsSpan(start + nameLength, valueLength);
            return true;
        }
        value = default;
        return false;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length) Array.Resize(ref _bytes, Math.Max(_length + bytes.Length, Math.Max(256, _bytes.Length * 2)));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
