// Cursors of lists. The bytes begin with the kinds of the keys that the list sorts by, and a full stop: "ix.AQAA...". What stands behind it is a cursor as
// a client sends it; flag s takes it as what is inside of one and signs it, which no client can, so that reading goes on behind the signature.

using System.Buffers.Text;
using System.Text;
using Galley.Storing;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class CursorsTarget : Target
{
    const int MostKeys = 8;

    static readonly CursorKeys s_keys = new(["a key of thirty-two characters or so"u8.ToArray()]);
    static readonly byte[] s_question = "things by name"u8.ToArray();
    static readonly byte[] s_other = "things by price"u8.ToArray();

    public override string Name => "cursors";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        int stop = input.Bytes.IndexOf((byte)'.');
        if (stop is < 1 or > MostKeys)
            return Ending.Rejection;
        Type[] types = new Type[stop];
        for (int i = 0; i < stop; i++)
            if (TypeOf(input.Bytes[i]) is { } type)
                types[i] = type;
            else
                return Ending.Rejection;
        byte[] cursor = input.Has('s') ? Signed(input.Bytes[(stop + 1)..]) : input.Bytes[(stop + 1)..].ToArray();
        Position? read = Position.TryRead(cursor, s_keys, s_question, types);
        told.Tell(read is null ? "refused" : "read");
        if (read is null)
            return Ending.Rejection;
        // One place has one spelling, and answers one question.
        Require(read.ToCursor(s_keys, s_question) == Encoding.Latin1.GetString(cursor));
        Require(Position.TryRead(cursor, s_keys, s_other, types) is null);
        Require(read.Keys.Length == stop);
        for (int i = 0; i < stop; i++)
            Require(read.Keys[i] is null || read.Keys[i]!.GetType() == types[i]);
        return Ending.Value;
    }

    static byte[] Signed(ReadOnlySpan<byte> inside) =>
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString([.. inside, .. s_keys.Sign([.. s_question, .. inside])]));

    // The letters of Position.
    static Type? TypeOf(byte kind) => (char)kind switch
    {
        'b' => typeof(bool),
        'y' => typeof(byte),
        's' => typeof(short),
        'i' => typeof(int),
        'l' => typeof(long),
        'd' => typeof(double),
        'm' => typeof(decimal),
        'x' => typeof(string),
        'g' => typeof(Guid),
        't' => typeof(DateTime),
        'o' => typeof(DateTimeOffset),
        'a' => typeof(DateOnly),
        'e' => typeof(TimeOnly),
        _ => null,
    };
}
