// JSON pointers out of what the serializer says of an error. RFC 6901. The bytes are the name of a member of a document, which a client
// chooses freely; flag r takes them as the serializer's path itself.

using System.Text;
using System.Text.Json;
using Galley.Validating;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class PointersTarget : Target
{
    public override string Name => "pointers";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        string name = Encoding.UTF8.GetString(input.Bytes);
        string path = "$" + name;
        if (!input.Has('r'))
        {
            string step = Pointers.Escape(name);
            Require(!step.Contains('/', StringComparison.Ordinal));
            Require(name.Length > 64 || Pointers.Steps("/" + step) is [var same] && same == name);
            path = PathOf(name);
        }
        string pointer = Pointers.OfPath(path);
        Require(pointer.Length == 0 || pointer[0] == '/');
        Require(string.Concat(Pointers.Steps(pointer).Select(one => "/" + Pointers.Escape(one))) == pointer);
        told.Tell("pointer", Encoding.UTF8.GetBytes(pointer));
        return Ending.Value;
    }

    // What System.Text.Json reports for a bad value of that name.
    static string PathOf(string name)
    {
        try
        {
            JsonSerializer.Deserialize<Dictionary<string, int>>($"{{\"{JsonEncodedText.Encode(name)}\":true}}");
        }
        catch (JsonException exception)
        {
            return exception.Path ?? "$";
        }
        throw new OracleException("true is not a number");
    }
}
