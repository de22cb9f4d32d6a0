// RFC 9112 chapter 7: Transfer Codings.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rfc9112_07_TransferCodings
{
    static string Chunked(string body) => Driver.With("Transfer-Encoding: chunked", body);

    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world")]
    [InlineData("a\r\n0123456789\r\nA\r\n0123456789\r\n00\r\n\r\n", "01234567890123456789")]
    [InlineData("0000000000000005\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n")]
    public void Section_7_1_Chunks_become_one_body(string wire, string body)
    {
        Verdict verdict = Driver.Complete(Chunked(wire + "GET"));
        Assert.Equal(body, verdict.BodyText);
        Assert.Equal(verdict.Head.Length + wire.Length, verdict.Consumed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5\r\nhel")]
    [InlineData("5\r\nhello\r\n")]
    [InlineData("0\r\n")]
    [InlineData("0\r\nX: y\r\n")]
    public void Section_7_1_An_unfinished_body_needs_more(string wire) => Driver.Incomplete(Chunked(wire));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("g\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("+1\r\n")]
    [InlineData("0x1\r\n")]
    [InlineData(" 1\r\n")]
    [InlineData("1 \r\n")]
    [InlineData("1\t\r\n")]
    [InlineData("1_0\r\n")]
    [InlineData("1,\r\n")]
    [InlineData(";x\r\n")]
    [InlineData("\0")]
    [InlineData("1\r\na\r\n\r\n0\r\n\r\n")]
    public void Section_7_1_A_size_is_hexadecimal_digits_and_nothing_else(string wire) =>
        Driver.Rejects(RejectionReason.InvalidChunkSize, Chunked(wire));

    [Theory]
    [InlineData("8000000000000000\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("00000000000000005\r\n")]
    [InlineData("10000000000000000\r\n")]
    public void Section_7_1_A_size_beyond_63_bits_or_16_digits_overflows(string wire) =>
        Driver.Rejects(RejectionReason.ChunkSizeOverflow, Chunked(wire));

    [Theory]
    [InlineData("5\nhello\r\n")]
    [InlineData("5;a\n")]
    [InlineData("5;a=\"\n")]
    [InlineData("0\r\n\n")]
    [InlineData("0\r\nX: y\n\r\n")]
    public void Section_7_1_A_bare_LF_ends_no_line_of_the_framing(string wire) => Driver.Rejects(RejectionReason.BareLf, Chunked(wire));

    [Theory]
    [InlineData("5\rhello")]
    [InlineData("5;a\rhello")]
    [InlineData("0\r\n\rX")]
    [InlineData("0\r\nX: y\rZ")]
    public void Section_7_1_Nor_does_a_bare_CR(string wire) => Driver.Rejects(RejectionReason.BareCr, Chunked(wire));

    [Theory]
    [InlineData("5\r\nhelloX")]
    [InlineData("5\r\nhello\n")]
    [InlineData("5\r\nhello\rX")]
    [InlineData("5\r\nhello world\r\n0\r\n\r\n")]
    public void Section_7_1_Chunk_data_is_followed_by_CRLF(string wire) => Driver.Rejects(RejectionReason.MissingChunkCrlf, Chunked(wire));

    [Theory]
    [InlineData("2;a\r\nhi\r\n0\r\n\r\n")]
    [InlineData("2;a=b\r\nhi\r\n0;c;d=e\r\n\r\n")]
    [InlineData("2;a=\"q \\\" ; \t\u00E4\";b\r\nhi\r\n0\r\n\r\n")]
    [InlineData("2;a=\"\"\r\nhi\r\n0\r\n\r\n")]
    public void Section_7_1_1_Extensions_are_checked_and_ignored(string wire) => Assert.Equal("hi", Driver.Complete(Chunked(wire)).BodyText);

    [Theory]
    [InlineData("2;\r\n")]
    [InlineData("2;;a\r\n")]
    [InlineData("2; a\r\n")]
    [InlineData("2;a \r\n")]
    [InlineData("2;a =b\r\n")]
    [InlineData("2;a= b\r\n")]
    [InlineData("2;a=\r\n")]
    [InlineData("2;=b\r\n")]
    [InlineData("2;a=b=c\r\n")]
    [InlineData("2;a=\"x\"y\r\n")]
    [InlineData("2;a=\"\0\"\r\n")]
    [InlineData("2;a=\"\r\n")]
    [InlineData("2;a=\"\\\r\n")]
    [InlineData("2;a\0\r\n")]
    [InlineData("2;\u00E4\r\n")]
    public void Section_7_1_1_A_malformed_extension_is_rejected(string wire) =>
        Driver.Rejects(RejectionReason.InvalidChunkExtension, Chunked(wire));

    [Fact]
    public void Section_7_1_1_Extensions_are_bounded_over_the_whole_body()
    {
        Driver.Complete(Chunked($"1;{new string('a', 4000)}\r\nx\r\n0\r\n\r\n"));
        Driver.Rejects(RejectionReason.ChunkExtensionTooLong, Chunked($"1;{new string('a', 5000)}\r\nx\r\n0\r\n\r\n"));
        string flood = string.Concat(Enumerable.Repeat("1;aaaaaaaa\r\nx\r\n", 600)) + "0\r\n\r\n";
        Driver.Rejects(RejectionReason.ChunkExtensionTooLong, Chunked(flood));
    }

    [Theory]
    [InlineData("0\r\nX: y\r\n\r\n")]
    [InlineData("0\r\nX-Checksum:  1 \r\nY:\r\nZ: \u00E4\t\r\n\r\n")]
    public void Section_7_1_2_Trailers_are_checked_and_dropped(string wire)
    {
        Verdict verdict = Driver.Complete(Chunked(wire));
        Assert.Null(verdict.Field("X"));
        Assert.Equal("", verdict.BodyText);
    }

    [Theory]
    [InlineData("0\r\n: y\r\n\r\n")]
    [InlineData("0\r\nX : y\r\n\r\n")]
    [InlineData("0\r\nX\r\n\r\n")]
    [InlineData("0\r\n X: y\r\n\r\n")]
    [InlineData("0\r\nX: y\r\n folded\r\n\r\n")]
    [InlineData("0\r\nX: \0\r\n\r\n")]
    [InlineData("0\r\nGET / HTTP/1.1\r\n")]
    public void Section_7_1_2_A_malformed_trailer_is_rejected(string wire) => Driver.Rejects(RejectionReason.InvalidTrailer, Chunked(wire));

    [Fact]
    public void Section_7_1_2_Trailers_are_bounded()
    {
        Driver.Rejects(RejectionReason.TrailersTooLarge, Chunked($"0\r\nX: {new string('y', 9000)}\r\n\r\n"));
        string fields = string.Concat(Enumerable.Repeat("X: y\r\n", 3));
        Driver.Complete(Chunked($"0\r\n{fields}\r\n"), new HeadLimits { MaxFields = 3 });
        Driver.Rejects(RejectionReason.TrailersTooLarge, Chunked($"0\r\n{fields}X: y\r\n\r\n"), new HeadLimits { MaxFields = 3 });
    }

    [Theory]
    [InlineData("6\r\n")]
    [InlineData("7fffffffffffffff\r\n")]
    [InlineData("5\r\nhello\r\n1\r\n")]
    [InlineData("5\r\nhello\r\n7fffffffffffffff\r\n")]
    public void Section_7_1_Chunks_beyond_the_body_limit_are_413_before_they_arrive(string wire)
    {
        HeadLimits limits = new() { MaxBodyBytes = 5 };
        Driver.Complete(Chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), limits);
        Driver.Rejects(RejectionReason.BodyTooLarge, Chunked(wire), limits);
    }

    [Theory]
    [InlineData(1, "1\r\n")]
    [InlineData(15, "f\r\n")]
    [InlineData(16, "10\r\n")]
    [InlineData(255, "ff\r\n")]
    [InlineData(4096, "1000\r\n")]
    [InlineData(long.MaxValue, "7fffffffffffffff\r\n")]
    public void Section_7_1_A_prefix_is_the_size_in_hexadecimal(long size, string prefix)
    {
        byte[] buffer = new byte[ChunkedEncoder.MaxPrefixBytes];
        Assert.True(ChunkedEncoder.TryWritePrefix(buffer, size, out int written));
        Assert.Equal(prefix, Encoding.ASCII.GetString(buffer, 0, written));
        Assert.Equal(written, ChunkedEncoder.PrefixLength(size));
        Assert.False(ChunkedEncoder.TryWritePrefix(buffer.AsSpan(0, written - 1), size, out int none));
        Assert.Equal(0, none);
        int start = ChunkedEncoder.WritePrefixBefore(buffer, size);
        Assert.Equal(prefix, Encoding.ASCII.GetString(buffer, start, buffer.Length - start));
    }

    [Fact]
    public void Section_7_1_An_empty_chunk_is_never_written_because_it_would_end_the_body()
    {
        byte[] buffer = new byte[32];
        Assert.True(ChunkedEncoder.TryWriteChunk(buffer, default, out int written));
        Assert.Equal(0, written);
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkedEncoder.TryWritePrefix(buffer, 0, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkedEncoder.WritePrefixBefore(new byte[2], 5));
    }

    [Fact]
    public void Section_7_1_2_Trailers_are_written_between_the_last_chunk_and_the_empty_line()
    {
        byte[] buffer = new byte[64];
        ChunkedEncoder.LastChunkBeforeTrailers.CopyTo(buffer);
        int at = ChunkedEncoder.LastChunkBeforeTrailers.Length;
        Assert.True(ChunkedEncoder.TryWriteTrailer(buffer.AsSpan(at), "X"u8, "y"u8, out int written, out _));
        ChunkedEncoder.Suffix.CopyTo(buffer.AsSpan(at + written));
        Driver.Complete(Chunked(Encoding.ASCII.GetString(buffer, 0, at + written + 2)));
        Assert.False(ChunkedEncoder.TryWriteTrailer(buffer, "X"u8, "a\r\nb"u8, out written, out HeadWriteFailure failure));
        Assert.Equal((0, HeadWriteFailure.InvalidValue), (written, failure));
    }
}
