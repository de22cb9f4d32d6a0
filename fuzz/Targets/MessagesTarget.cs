// WebSocket frames to messages. RFC 6455 section 5, RFC 7692 section 6. Flags: c a client reads, z compression was agreed on, t tight limits.

using System.Text.Unicode;
using Galley.Wire.WebSocket;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class MessagesTarget : Target
{
    public override string Name => "messages";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        Role role = input.Has('c') ? Role.Client : Role.Server;
        MessageLimits limits = input.Has('t') ? new() { MaxFrameBytes = 20, MaxMessageBytes = 30 } : new();
        MessageReader reader = new(role, limits, input.Has('z'));
        SessionState session = new(role);
        List<byte> message = [];
        int before = 0;
        int messages = 0;
        foreach (int end in ends)
        {
            // Payload is unmasked in place, so each delivery is a copy; what the reader may not touch is not in it.
            byte[] arrived = input.Bytes[before..end].ToArray();
            before = end;
            int at = 0;
            while (true)
            {
                told.Step();
                ReadStatus status = reader.Next(arrived.AsSpan(at), out int consumed, out int start, out int length);
                Require(consumed >= 0 && consumed <= arrived.Length - at && start >= 0 && length >= 0 && start + length <= consumed);
                Require(status == ReadStatus.Data == length > 0);
                ReadOnlySpan<byte> slice = arrived.AsSpan(at + start, length);
                at += consumed;
                switch (status)
                {
                    case ReadStatus.NeedMore:
                        Require(at == arrived.Length);
                        break;
                    case ReadStatus.Data:
                        Require(reader.MessageBytes <= limits.MaxMessageBytes);
                        message.AddRange(slice);
                        told.Data(slice);
                        continue;
                    case ReadStatus.MessageEnd:
                        Require(message.Count == reader.MessageBytes);
                        Require(reader.Opcode != Opcode.Text || reader.IsCompressed || Utf8.IsValid(message.ToArray()));
                        message.Clear();
                        messages++;
                        told.Tell($"{reader.Opcode} {reader.IsCompressed} {reader.MessageBytes}");
                        continue;
                    case ReadStatus.Close:
                        Require(Utf8.IsValid(reader.CloseReason) && (reader.CloseCode == CloseCodes.NoCode || CloseCodes.CanTravel(reader.CloseCode)));
                        told.Tell($"close {reader.CloseCode}", reader.CloseReason);
                        Require(session.CloseReceived(reader.CloseCode) == AfterClose.Answer);
                        Require(reader.Next(arrived.AsSpan(at), out consumed, out _, out _) == ReadStatus.Ended && consumed == arrived.Length - at);
                        return Ending.Value;
                    case ReadStatus.Rejected:
                        Require(Refusals.Of(reader.Reason).CloseCode >= 1000);
                        told.Tell(reader.Reason.ToString());
                        session.Refused(reader.Reason);
                        Require(reader.Next(arrived.AsSpan(at), out consumed, out _, out _) == ReadStatus.Rejected && consumed == 0);
                        return Ending.Rejection;
                    default:
                        Require(status is ReadStatus.Ping or ReadStatus.Pong);
                        told.Tell(status.ToString(), reader.ControlPayload);
                        continue;
                }
                break;
            }
        }
        return messages > 0 ? Ending.Value : Ending.NeedMore;
    }
}
