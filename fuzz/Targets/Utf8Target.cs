// UTF-8 in pieces against the framework's whole. RFC 3629.

using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Galley.Wire.WebSocket;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class Utf8Target : Target
{
    public override string Name => "utf8";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        Utf8Checker checker = default;
        int before = 0;
        foreach (int end in ends)
        {
            told.Step();
            ReadOnlySpan<byte> piece = input.Bytes[before..end];
            int good = checker.Check(piece);
            Require(good >= 0 && good <= piece.Length);
            if (good < piece.Length)
            {
                Require(!IsValid(input.Bytes));
                told.Tell(before + good);
                return Ending.Rejection;
            }
            before = end;
        }
        Require(checker.IsComplete == IsValid(input.Bytes));
        if (checker.IsComplete)
            return Ending.Value;
        // Something may follow that makes it good.
        Require(Rune.DecodeLastFromUtf8(input.Bytes, out _, out _) != OperationStatus.Done);
        return Ending.NeedMore;
    }

    static bool IsValid(ReadOnlySpan<byte> text) => Utf8.IsValid(text);
}
