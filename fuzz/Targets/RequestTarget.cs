// Requests one after another, head and body, as a connection carries them. RFC 9112.
// Flags: t tight limits, k CONNECT is understood, d body data in slices of at most three bytes.

using System.Text;
using Galley.Wire.Http1;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class RequestTarget : Target
{
    const int MaxRequests = 8;

    static readonly HeadLimits s_tight = new() { MaxHeadBytes = 200, MaxTargetBytes = 24, MaxFields = 5, MaxBodyBytes = 20 };

    public override string Name => "request";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        HeadLimits limits = (input.Has('t') ? s_tight : new HeadLimits()) with { AcceptConnect = input.Has('k') };
        int maxData = input.Has('d') ? 3 : int.MaxValue;
        RequestHead head = new();
        BodyReader body = default;
        int at = 0;
        int requests = 0;
        bool isInBody = false;
        foreach (int end in ends)
        {
            while (requests < MaxRequests)
            {
                ReadOnlySpan<byte> arrived = input.Bytes[at..end];
                told.Step();
                if (!isInBody)
                {
                    ParseResult result = HeadParser.Parse(arrived, limits, head);
                    if (result.Status == ParseStatus.NeedMore)
                        break;
                    if (result.Status == ParseStatus.Rejected)
                        return Rejected(told, result, arrived, limits, head);
                    Require(result.Consumed > 0 && result.Consumed <= Math.Min(arrived.Length, limits.MaxHeadBytes));
                    Tell(told, head, arrived[..result.Consumed]);
                    at += result.Consumed;
                    body = new BodyReader(head, limits);
                    isInBody = true;
                    continue;
                }
                DecodeStatus status = body.Next(arrived, maxData, out int consumed, out int start, out int length);
                Require(consumed >= 0 && consumed <= arrived.Length && start >= 0 && length >= 0 && start + length <= consumed);
                Require(status == DecodeStatus.Data == length > 0);
                told.Data(arrived.Slice(start, length));
                at += consumed;
                if (status == DecodeStatus.Rejected)
                {
                    Require(body.Reason != RejectionReason.None);
                    told.Tell(body.Reason.ToString());
                    return Ending.Rejection;
                }
                if (status == DecodeStatus.NeedMore)
                {
                    Require(consumed == arrived.Length);
                    break;
                }
                if (status != DecodeStatus.Complete)
                    continue;
                Require(body.IsComplete && body.Remaining == 0);
                told.Tell("end");
                requests++;
                isInBody = false;
                if (!head.KeepAlive)
                    return Ending.Value;
                head.Reset();
            }
        }
        return requests > 0 ? Ending.Value : Ending.NeedMore;
    }

    static Ending Rejected(Transcript told, in ParseResult result, ReadOnlySpan<byte> arrived, in HeadLimits limits, RequestHead head)
    {
        Require(result.Reason != RejectionReason.None && result.Rejection.Status is >= 400 and < 600);
        Require(HeadParser.Parse(arrived, limits, head).Reason == result.Reason, "a refused head stays refused");
        told.Tell(result.Reason.ToString());
        return Ending.Rejection;
    }

    internal static void Tell(Transcript told, RequestHead head, ReadOnlySpan<byte> bytes)
    {
        told.Tell(head.Method.ToString(), head.MethodToken(bytes));
        told.Tell(head.TargetForm.ToString(), head.Target(bytes));
        told.Tell("path", head.Path(bytes));
        told.Tell("query", head.Query(bytes));
        told.Tell("host", head.Host(bytes));
        foreach (ref readonly FieldSlice field in head.Fields)
        {
            ReadOnlySpan<byte> name = field.Name(bytes);
            ReadOnlySpan<byte> value = field.Value(bytes);
            Require(!value.ContainsAny("\0\r\n"u8));
            Require(head.TryGetField(bytes, name, out _));
            // The hashed table against a plain comparison.
            Require(field.Known == KnownField.Other || Ascii.EqualsIgnoreCase(KnownFields.Name(field.Known), name));
            told.Tell(field.Known.ToString(), name);
            told.Tell("", value);
        }
        told.Tell(head.BodyKind.ToString());
        told.Tell(head.ContentLength);
        told.Tell((head.IsHttp11 ? 1 : 0) | (head.KeepAlive ? 2 : 0) | (head.ExpectContinue ? 4 : 0) | (head.HasUpgrade ? 8 : 0) | (head.PathIsPlain ? 16 : 0));
    }
}
