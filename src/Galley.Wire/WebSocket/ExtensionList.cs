// extension-list = 1#( token *( ";" token [ "=" ( token / quoted-string ) ] ) ), a quoted value being a token inside its quotes.
// RFC 6455 section 9.1, whose lists are those of RFC 2616: empty elements are skipped, and whitespace may stand between any two words.

using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

// Walks one field value: NextExtension, then NextParameter until it is false, and so on. After IsMalformed nothing comes any more.
ref struct ExtensionList
{
    readonly ReadOnlySpan<byte> _list;
    int _at;
    bool _hasExtension;

    public ExtensionList(ReadOnlySpan<byte> value) => _list = value;

    public bool IsMalformed { get; private set; }

    // The name of the extension, or of the parameter.
    public ReadOnlySpan<byte> Name { get; private set; }

    // The value of the parameter: without quotes, but with backslashes in front of what needs none. TryReadNumber knows them.
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool HasValue { get; private set; }

    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        ExtensionList list = new(value);
        while (list.NextExtension()) { }
        return !list.IsMalformed;
    }

    public bool NextExtension()
    {
        // Parameters that the caller did not ask for are judged all the same.
        while (NextParameter()) { }
        if (IsMalformed)
            return false;
        for (SkipWhitespace(); _at < _list.Length && _list[_at] == ','; SkipWhitespace())
            _at++;
        if (_at == _list.Length)
            return !_hasExtension && Fail();
        _hasExtension = true;
        return ReadName() && EndsElement();
    }

    public bool NextParameter()
    {
        HasValue = false;
        Value = default;
        if (IsMalformed || _at == _list.Length || _list[_at] != ';')
            return false;
        _at++;
        SkipWhitespace();
        if (!ReadName())
            return false;
        SkipWhitespace();
        if (_at == _list.Length || _list[_at] != '=')
            return EndsElement();
        _at++;
        SkipWhitespace();
        HasValue = true;
        return (_at < _list.Length && _list[_at] == '"' ? ReadQuotedValue() : ReadValue()) && EndsElement();
    }

    // A number as RFC 7692 section 7.1.2 writes it: decimal, no leading zero. At most two digits are ever good.
    public readonly bool TryReadNumber(out int number)
    {
        number = 0;
        bool isEscaped = false;
        foreach (byte octet in Value)
        {
            if (octet == '\\' && !isEscaped)
            {
                isEscaped = true;
                continue;
            }
            isEscaped = false;
            if (!char.IsAsciiDigit((char)octet) || (octet == '0' && number == 0) || number > 9)
                return false;
            number = number * 10 + (octet - '0');
        }
        return number > 0;
    }

    bool ReadName()
    {
        Name = ReadToken();
        return !Name.IsEmpty || Fail();
    }

    bool ReadValue()
    {
        Value = ReadToken();
        return !Value.IsEmpty || Fail();
    }

    bool ReadQuotedValue()
    {
        int start = ++_at;
        for (; _at < _list.Length && _list[_at] != '"'; _at++)
        {
            if (_list[_at] == '\\' && ++_at == _list.Length)
                return Fail();
            if (!Octets.Token.Contains(_list[_at]))
                return Fail();
        }
        if (_at == _list.Length || _at == start)
            return Fail();
        Value = _list[start.._at++];
        return true;
    }

    ReadOnlySpan<byte> ReadToken()
    {
        ReadOnlySpan<byte> rest = _list[_at..];
        int length = rest.IndexOfAnyExcept(Octets.Token);
        ReadOnlySpan<byte> token = length < 0 ? rest : rest[..length];
        _at += token.Length;
        return token;
    }

    bool EndsElement()
    {
        SkipWhitespace();
        return _at == _list.Length || _list[_at] is (byte)';' or (byte)',' || Fail();
    }

    void SkipWhitespace()
    {
        while (_at < _list.Length && Octets.IsWhitespace(_list[_at]))
            _at++;
    }

    bool Fail()
    {
        IsMalformed = true;
        return false;
    }
}
