// RFC 6455 chapter 7: Closing the Connection, and the close frame of section 5.5.1.

using System.Text;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc6455_07_Closing
{
    static byte[] Close(int code, string reason = "") => Frames.Frame(0x88, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    [Fact]
    public void Section_5_5_1_A_close_frame_is_empty_or_a_code_and_a_reason()
    {
        Assert.Equal("Close 1005 ", Frames.Read(Frames.Frame(0x88, "")));
        Assert.Equal("Close 1000 ", Frames.Read(Close(1000)));
        Assert.Equal("Close 1001 bye", Frames.Read(Close(1001, "bye")));
        Assert.Equal($"Close 4999 {new string('x', 123)}", Frames.Read(Close(4999, new string('x', 123))));
        Frames.Rejects(RefusalReason.InvalidClose, [0x88, 0x81]);
    }

    [Fact]
    public void Section_7_4_Every_code_is_judged_as_the_table_says()
    {
        for (int code = 0; code <= 65535; code++)
        {
            bool mayTravel = code is 1000 or 1001 or 1002 or 1003 or (>= 1007 and <= 1014) or (>= 3000 and < 5000);
            Assert.Equal(mayTravel, CloseCodes.CanTravel(code));
            byte[] frame = Close(code);
            Assert.Equal(mayTravel ? $"Close {code} " : "Rejected InvalidCloseCode", Frames.Feed(frame, [frame.Length]));
        }
    }

    [Theory]
    [InlineData("03e8 ff")]
    [InlineData("03e8 c3")]
    [InlineData("03e8 61 ed a0 80")]
    public void Section_8_1_The_reason_is_UTF_8(string payload) =>
        Frames.Rejects(RefusalReason.InvalidCloseReason, Frames.Frame(0x88, Frames.Hex(payload)));

    [Fact]
    public void Section_5_5_1_Nothing_after_a_close_frame_means_anything()
    {
        Assert.Equal("Close 1000 ", Frames.Read([.. Close(1000), .. Frames.Frame(0x81, "ghost"), 0xff, 0xff]));
        Assert.Equal("<He>Close 1000 ", Frames.Read([.. Frames.Frame(0x01, "He"), .. Close(1000), .. Frames.Frame(0x80, "llo")]));
    }

    [Fact]
    public void Section_7_1_7_Nothing_after_a_rejected_frame_is_read()
    {
        MessageReader reader = new(Role.Server, new MessageLimits(), false);
        Assert.Equal(ReadStatus.Rejected, reader.Next([0x83], out _, out _, out _));
        Assert.Equal(ReadStatus.Rejected, reader.Next(Frames.Frame(0x81, "ghost"), out int consumed, out _, out int length));
        Assert.Equal((0, 0, RefusalReason.ReservedOpcode), (consumed, length, reader.Reason));
    }

    [Theory]
    [InlineData(1000, "", null, "88 02 03 e8")]
    [InlineData(1001, "bye", null, "88 05 03 e9 62 79 65")]
    [InlineData(1005, "left out", null, "88 00")]
    [InlineData(1005, "", Frames.Key, "88 80 37 fa 21 3d")]
    [InlineData(1000, "", Frames.Key, "88 82 37 fa 21 3d 34 12")]
    public void Section_5_5_1_A_close_frame_is_written(int code, string reason, uint? key, string wire)
    {
        byte[] buffer = new byte[131];
        Assert.True(FrameWriter.TryWriteClose(buffer, (ushort)code, Driver.Bytes(reason), key, out int written));
        Assert.Equal(Frames.Hex(wire), buffer[..written]);
        Assert.False(FrameWriter.TryWriteClose(buffer.AsSpan(0, written - 1), (ushort)code, Driver.Bytes(reason), key, out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData("x", 123)]
    [InlineData("\u00e4", 122)]
    [InlineData("\u20ac", 123)]
    [InlineData("\U0001F600", 120)]
    public void Section_5_5_1_A_long_reason_is_cut_between_two_characters(string character, int bytes)
    {
        byte[] buffer = new byte[127];
        byte[] reason = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(character, 200)));
        Assert.True(FrameWriter.TryWriteClose(buffer, 1000, reason, null, out int written));
        Assert.Equal(bytes + 4, written);
        string told = Frames.Read(buffer[..written], new Peer(Role.Client));
        Assert.Equal($"Close 1000 {Encoding.Latin1.GetString(reason, 0, bytes)}", told);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(2999)]
    [InlineData(5000)]
    public void Section_7_4_A_code_that_may_not_travel_is_not_written(int code)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameWriter.TryWriteClose(new byte[131], (ushort)code, default, null, out _));
        Assert.Throws<ArgumentException>(() => FrameWriter.TryWriteClose(new byte[131], 1000, [0xff], null, out _));
    }

    [Theory]
    [InlineData(Role.Server, AfterClose.Disconnect)]
    [InlineData(Role.Client, AfterClose.Wait)]
    public void Section_7_1_1_The_server_closes_the_transport_first(Role role, AfterClose last)
    {
        SessionState peerBegins = new(role);
        Assert.Equal((SessionPhase.Open, true, true, CloseCodes.Abnormal), (peerBegins.Phase, peerBegins.MaySend, peerBegins.MayReceive, peerBegins.Code));
        Assert.Equal(AfterClose.Answer, peerBegins.CloseReceived(4000));
        Assert.Equal((SessionPhase.CloseReceived, true, false, 4000), (peerBegins.Phase, peerBegins.MaySend, peerBegins.MayReceive, peerBegins.AnswerCode));
        Assert.False(peerBegins.IsClean);
        Assert.Equal(last, peerBegins.CloseSent(peerBegins.AnswerCode));
        Assert.Equal((SessionPhase.Closing, false, false, true), (peerBegins.Phase, peerBegins.MaySend, peerBegins.MayReceive, peerBegins.IsClean));
        Assert.Equal((4000, 4000), (peerBegins.Code, peerBegins.SentCode));

        SessionState thisBegins = new(role);
        Assert.Equal(AfterClose.Wait, thisBegins.CloseSent(1001));
        Assert.Equal((SessionPhase.CloseSent, false, true), (thisBegins.Phase, thisBegins.MaySend, thisBegins.MayReceive));
        Assert.Equal(last, thisBegins.CloseReceived(CloseCodes.NoCode));
        Assert.Equal((SessionPhase.Closing, CloseCodes.NoCode, CloseCodes.GoingAway, true), (thisBegins.Phase, thisBegins.Code, thisBegins.SentCode, thisBegins.IsClean));
        thisBegins.Disconnected();
        Assert.Equal((SessionPhase.Closed, true), (thisBegins.Phase, thisBegins.IsClean));
    }

    [Fact]
    public void Section_7_1_7_A_peer_that_broke_the_protocol_is_told_so_once_and_disconnected()
    {
        SessionState state = new(Role.Server);
        Assert.Equal(AfterClose.Answer, state.Refused(RefusalReason.InvalidText));
        Assert.Equal((SessionPhase.Failing, false, false, CloseCodes.InvalidData), (state.Phase, state.MaySend, state.MayReceive, state.AnswerCode));
        Assert.Equal(AfterClose.Disconnect, state.CloseSent(state.AnswerCode));
        Assert.Equal((SessionPhase.Closing, false, CloseCodes.Abnormal), (state.Phase, state.IsClean, state.Code));

        state = new SessionState(Role.Client);
        state.CloseSent(1000);
        Assert.Equal(AfterClose.Disconnect, state.Refused(RefusalReason.MaskUnexpected));
        Assert.Equal((SessionPhase.Closing, false), (state.Phase, state.IsClean));
    }

    [Fact]
    public void Section_7_1_5_A_connection_that_just_ends_has_code_1006()
    {
        SessionState state = new(Role.Server);
        state.Disconnected();
        Assert.Equal((SessionPhase.Closed, CloseCodes.Abnormal, false), (state.Phase, state.Code, state.IsClean));
    }

    [Fact]
    public void Section_7_1_An_event_in_the_wrong_phase_is_a_bug_of_the_engine()
    {
        static void Throws(Action<SessionState> act, params Action<StrongBox>[] before)
        {
            StrongBox box = new();
            foreach (Action<StrongBox> step in before)
                step(box);
            Assert.Throws<InvalidOperationException>(() => act(box.State));
        }
        Throws(state => state.CloseSent(1006));
        Throws(state => state.CloseSent(1000), box => box.State.CloseSent(1000));
        Throws(state => state.CloseReceived(1000), box => box.State.CloseReceived(1000));
        Throws(state => state.Refused(RefusalReason.InvalidText), box => box.State.CloseReceived(1000));
        Throws(state => state.CloseReceived(1000), box => box.State.Refused(RefusalReason.InvalidText));
        Throws(state => state.CloseSent(1000), box => box.State.Disconnected());
        Throws(state => state.CloseReceived(1000), box => box.State.Disconnected());
    }

    sealed class StrongBox
    {
        public SessionState State = new(Role.Server);
    }
}
