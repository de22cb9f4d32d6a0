// A chunked body and what follows it. RFC 9112 section 7.1. Flags: t tight limits, d data in slices of at most three bytes.

using Galley.Wire.Http1;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class ChunkedTarget : Target
{
    public override string Name => "chunked";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        long maxBodyBytes = input.Has('t') ? 20 : 1 << 20;
        int maxData = input.Has('d') ? 3 : int.MaxValue;
        ChunkedDecoder decoder = new(maxBodyBytes, input.Has('t') ? 2 : 100);
        int at = 0;
        long data = 0;
        foreach (int end in ends)
        {
            while (true)
            {
                told.Step();
                ReadOnlySpan<byte> arrived = input.Bytes[at..end];
                DecodeStatus status = decoder.Next(arrived, maxData, out int consumed, out int start, out int length);
                Require(consumed >= 0 && consumed <= arrived.Length && start >= 0 && length >= 0 && start + length <= consumed);
                Require(status == DecodeStatus.Data == length > 0);
                told.Data(arrived.Slice(start, length));
                at += consumed;
                data += length;
                Require(data <= maxBodyBytes && data <= decoder.TotalBytes);
                if (status == DecodeStatus.Rejected)
                {
                    Require(decoder.Next(arrived[consumed..], maxData, out int more, out _, out _) == status && more == 0);
                    told.Tell(decoder.Reason.ToString());
                    return Ending.Rejection;
                }
                if (status == DecodeStatus.Complete)
                {
                    Require(decoder.IsComplete && data == decoder.TotalBytes);
                    told.Tell(at);
                    return Ending.Value;
                }
                if (status == DecodeStatus.NeedMore)
                {
                    Require(consumed == arrived.Length);
                    break;
                }
            }
        }
        return Ending.NeedMore;
    }
}
