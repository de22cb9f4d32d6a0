// A form, part by part. RFC 2046 section 5.1.1, RFC 7578. Flags: x a boundary of one letter, h one of hyphens, t small part heads.

using System.Text;
using Galley.Wire.Multipart;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class MultipartTarget : Target
{
    public override string Name => "multipart";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        ReadOnlySpan<byte> boundary = input.Has('x') ? "x"u8 : input.Has('h') ? "--"u8 : "AaB03x"u8;
        MultipartReader reader = new(boundary, input.Has('t') ? 64 : 4096);
        bool isInPart = false;
        int at = 0;
        foreach (int end in ends)
        {
            while (true)
            {
                told.Step();
                ReadOnlySpan<byte> arrived = input.Bytes[at..end];
                MultipartStatus status = reader.Next(arrived, out int consumed, out int start, out int length);
                Require(consumed >= 0 && consumed <= arrived.Length && start >= 0 && length >= 0 && start + length <= consumed);
                at += consumed;
                switch (status)
                {
                    case MultipartStatus.PartBegins:
                        Require(!isInPart);
                        isInPart = true;
                        told.Tell("part", Encoding.UTF8.GetBytes(reader.Part.ToString()));
                        Require(reader.TryGetField("content-disposition"u8, out ReadOnlySpan<byte> disposition));
                        told.Tell("disposition", disposition);
                        continue;
                    case MultipartStatus.Data:
                        Require(isInPart && length > 0);
                        told.Data(arrived.Slice(start, length));
                        continue;
                    case MultipartStatus.HeldData:
                        Require(isInPart && !reader.Held.IsEmpty);
                        told.Data(reader.Held.Span);
                        continue;
                    case MultipartStatus.PartEnds:
                        Require(isInPart);
                        isInPart = false;
                        told.Tell("end");
                        continue;
                    case MultipartStatus.Rejected:
                        Require(reader.Reason != MultipartRejection.None && MultipartRejections.TextOf(reader.Reason).Length > 0);
                        Require(!reader.End());
                        told.Tell(reader.Reason.ToString());
                        return Ending.Rejection;
                    default:
                        Require(consumed == arrived.Length);
                        Require(status == MultipartStatus.Complete == reader.IsComplete);
                        break;
                }
                break;
            }
        }
        return reader.IsComplete ? Ending.Value : Ending.NeedMore;
    }
}
