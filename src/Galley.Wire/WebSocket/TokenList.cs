// A comma-separated list of tokens in one field value, read without copying. RFC 9110 section 5.6.1: empty elements are skipped.

using Galley.Wire.Http1;

namespace Galley.Wire.WebSocket;

ref struct TokenList
{
    ReadOnlySpan<byte> _rest;
    bool _hasRest;

    public TokenList(ReadOnlySpan<byte> value)
    {
        _rest = value;
        _hasRest = true;
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    // The element as it stands, whether it is a token or not.
    public bool Next()
    {
        while (_hasRest)
        {
            int comma = _rest.IndexOf((byte)',');
            _hasRest = comma >= 0;
            Current = Octets.Trim(_hasRest ? _rest[..comma] : _rest);
            _rest = _hasRest ? _rest[(comma + 1)..] : default;
            if (!Current.IsEmpty)
                return true;
        }
        return false;
    }
}
