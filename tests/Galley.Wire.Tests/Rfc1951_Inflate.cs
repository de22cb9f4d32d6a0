// Compressed streams: RFC 1951 within RFC 1950 and RFC 1952. The framework's compressor is the other side; every small input is also split at every byte.

using System.IO.Compression;
using System.Text;
using CsCheck;
using Galley.Wire.Deflate;

namespace Galley.Wire.Tests;

public sealed class Rfc1951_Inflate
{
    private static readonly byte[] s_text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(static i => $"{{\"dish\":\"Aligot {i}\",\"price\":{i * 7}}},")));

    public static TheoryData<DeflateFormat, CompressionLevel> Forms => [
        (DeflateFormat.Gzip, CompressionLevel.NoCompression), (DeflateFormat.Gzip, CompressionLevel.Fastest), (DeflateFormat.Gzip, CompressionLevel.SmallestSize),
        (DeflateFormat.Zlib, CompressionLevel.NoCompression), (DeflateFormat.Zlib, CompressionLevel.Fastest), (DeflateFormat.Zlib, CompressionLevel.SmallestSize)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_stream_is_the_same_however_it_is_split(DeflateFormat format, CompressionLevel level)
    {
        byte[] data = s_text[..700];
        byte[] packed = Pack(data, format, level);
        for (int at = 0; at <= packed.Length; at++)
        {
            var reader = new Reader(format);
            Assert.Equal(InflateRejection.None, reader.Read(packed[..at], packed[at..]));
            Assert.Equal(data, reader.Data);
        }
        var slow = new Reader(format);
        Assert.Equal(InflateRejection.None, slow.Read([.. packed.Select(static octet => new[] { octet })]));
        Assert.Equal(data, slow.Data);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Data_longer_than_the_window_comes_back(DeflateFormat format, CompressionLevel level)
    {
        var random = new Random(1951);
        byte[] noise = new byte[70_000];
        random.NextBytes(noise);
        // Runs that reach back to the edge of the window, overlap themselves, and cannot be compressed at all.
        byte[] data = [.. noise, .. new byte[300_000], .. noise[^32_768..], .. Enumerable.Repeat(s_text, 20).SelectMany(static one => one), .. noise];
        byte[] packed = Pack(data, format, level);
        foreach (int piece in new[] { 1, 13, 4096, packed.Length })
        {
            var reader = new Reader(format);
            Assert.Equal(InflateRejection.None, reader.Read([.. packed.Chunk(piece)]));
            Assert.True(data.AsSpan().SequenceEqual(reader.Data), $"pieces of {piece}");
        }
    }

    [Fact]
    public void Any_bytes_at_any_level_in_any_pieces_come_back()
    {
        // Bytes from a few values, so that there is something to repeat.
        Gen<byte[]> some = Gen.Select(Gen.Int[1, 255], Gen.Byte.Array[0, 3000]).Select(static (most, bytes) => bytes.Select(octet => (byte)(octet % most)).ToArray());
        Gen.Select(some, Gen.Int[1, 60], Gen.Enum<CompressionLevel>(), Gen.Bool).Sample((data, piece, level, isGzip) =>
        {
            DeflateFormat format = isGzip ? DeflateFormat.Gzip : DeflateFormat.Zlib;
            var reader = new Reader(format);
            return reader.Read([.. Pack(data, format, level).Chunk(piece)]) == InflateRejection.None && reader.Data.AsSpan().SequenceEqual(data);
        }, iter: 500);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_stream_that_is_cut_anywhere_is_refused(DeflateFormat format, CompressionLevel level)
    {
        byte[] packed = Pack(s_text[..300], format, level);
        for (int length = 0; length < packed.Length; length++)
            Assert.Equal(InflateRejection.Incomplete, new Reader(format).Read(packed[..length]));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_byte_behind_the_end_is_refused(DeflateFormat format, CompressionLevel level)
    {
        byte[] packed = Pack(s_text[..300], format, level);
        for (int octet = 0; octet < 256; octet++)
        {
            // The first byte of a member may be one.
            InflateRejection expected = format == DeflateFormat.Gzip && octet == 0x1F ? InflateRejection.Incomplete : InflateRejection.Trailing;
            Assert.Equal(expected, new Reader(format).Read([.. packed, (byte)octet]));
            Assert.Equal(expected, new Reader(format).Read(packed, [(byte)octet]));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_bit_that_flipped_never_yields_other_data(DeflateFormat format, CompressionLevel level)
    {
        byte[] data = s_text[..300];
        byte[] packed = Pack(data, format, level);
        for (int bit = 0; bit < packed.Length * 8; bit++)
        {
            byte[] broken = [.. packed];
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            var reader = new Reader(format);
            InflateRejection whole = reader.Read(broken);
            // Some bits say nothing: the time and the system of a gzip head, the padding before a stored block and behind the last one.
            if (whole == InflateRejection.None) Assert.Equal(data, reader.Data);
            var split = new Reader(format);
            Assert.Equal(whole, split.Read([.. broken.Select(static octet => new[] { octet })]));
        }
    }

    [Fact]
    public void Any_bytes_are_data_or_a_refusal_and_the_same_in_any_pieces() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 20], Gen.Bool).Sample(static (noise, piece, isGzip) =>
        {
            DeflateFormat format = isGzip ? DeflateFormat.Gzip : DeflateFormat.Zlib;
            byte[] input = isGzip ? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, .. noise] : [0x78, 0x9C, .. noise];
            var whole = new Reader(format);
            var split = new Reader(format);
            return whole.Read(input) == split.Read([.. input.Chunk(piece)]) && whole.Data.AsSpan().SequenceEqual(split.Data);
        }, iter: 3000);

    [Fact]
    public void Section_3_2_3_A_block_of_the_fourth_type_is_refused() => Refused(InflateRejection.InvalidBlock, 0x78, 0x9C, 0b111);

    [Fact]
    public void Section_3_2_4_A_stored_length_that_contradicts_itself_is_refused() => Refused(InflateRejection.InvalidBlock, 0x78, 0x9C, 1, 5, 0, 5, 0);

    [Fact]
    public void Section_3_2_5_A_distance_before_the_beginning_is_refused() =>
        Refused(InflateRejection.InvalidDistance, 0x78, 0x9C, 0x63, 0x00, 0x42, 0x00); // 'a zero', then a run from further back than that

    [Fact]
    public void Section_3_2_7_Too_many_codes_are_refused() => Refused(InflateRejection.InvalidCodes, 0x78, 0x9C, 0b11111101, 0xFF, 0xFF);

    [Fact]
    public void Rfc1950_A_head_is_checked()
    {
        Refused(InflateRejection.InvalidHeader, 0x78, 0x9D); // the check
        Refused(InflateRejection.InvalidHeader, 0x79, 0x9B); // another method
        Refused(InflateRejection.InvalidHeader, 0x88, 0x1C); // a window of 64 KiB
        Refused(InflateRejection.InvalidHeader, 0x78, 0x20 | 0x1B); // a dictionary
    }

    [Fact]
    public void Rfc1952_Every_optional_part_of_a_head_is_passed_over()
    {
        byte[] data = s_text[..100];
        byte[] body = Pack(data, DeflateFormat.Gzip, CompressionLevel.Fastest)[10..];
        byte[] head = [0x1F, 0x8B, 8, 0b00011101, 1, 2, 3, 4, 0, 3, 4, 0, 9, 9, 9, 9, .. "name\0"u8, .. "comment\0"u8];
        byte[] packed = [.. head, .. body];
        for (int at = 0; at <= packed.Length; at++)
        {
            var reader = new Reader(DeflateFormat.Gzip);
            Assert.Equal(InflateRejection.None, reader.Read(packed[..at], packed[at..]));
            Assert.Equal(data, reader.Data);
        }
    }

    [Fact]
    public void Rfc1952_The_check_of_a_head_is_checked()
    {
        byte[] body = Pack(s_text[..100], DeflateFormat.Gzip, CompressionLevel.Fastest)[10..];
        byte[] head = [0x1F, 0x8B, 8, 2, 0, 0, 0, 0, 0, 255];
        ushort check = (ushort)Checksums.Crc32(0, head);
        Assert.Equal(InflateRejection.None, new Reader(DeflateFormat.Gzip).Read([.. head, (byte)check, (byte)(check >> 8), .. body]));
        Assert.Equal(InflateRejection.InvalidHeader, new Reader(DeflateFormat.Gzip).Read([.. head, (byte)(check ^ 1), (byte)(check >> 8), .. body]));
    }

    [Fact]
    public void Rfc1952_Members_in_a_row_are_one_stream()
    {
        byte[] packed = [.. Pack(s_text[..100], DeflateFormat.Gzip, CompressionLevel.Fastest), .. Pack([], DeflateFormat.Gzip, CompressionLevel.Fastest),
            .. Pack(s_text[100..300], DeflateFormat.Gzip, CompressionLevel.SmallestSize)];
        for (int at = 0; at <= packed.Length; at++)
        {
            var reader = new Reader(DeflateFormat.Gzip);
            Assert.Equal(InflateRejection.None, reader.Read(packed[..at], packed[at..]));
            Assert.Equal(s_text[..300], reader.Data);
        }
    }

    [Fact]
    public void A_decoder_is_as_new_after_a_stream_that_was_refused()
    {
        var inflater = new Inflater(DeflateFormat.Gzip);
        byte[] broken = Pack(s_text, DeflateFormat.Gzip, CompressionLevel.Fastest);
        broken[^1] ^= 1;
        Assert.Equal(InflateRejection.InvalidCheck, new Reader(inflater).Read(broken));
        inflater.Reset(DeflateFormat.Zlib);
        var reader = new Reader(inflater);
        Assert.Equal(InflateRejection.None, reader.Read(Pack(s_text, DeflateFormat.Zlib, CompressionLevel.Optimal)));
        Assert.Equal(s_text, reader.Data);
    }

    [Fact]
    public void Every_refusal_is_told_in_words() =>
        Assert.All(Enum.GetValues<InflateRejection>().Where(static reason => reason != InflateRejection.None), static reason => Assert.EndsWith(".", InflateRejections.TextOf(reason)));

    private static void Refused(InflateRejection expected, params byte[] input)
    {
        Assert.Equal(expected, new Reader(DeflateFormat.Zlib).Read(input));
        Assert.Equal(expected, new Reader(DeflateFormat.Zlib).Read([.. input.Select(static octet => new[] { octet })]));
    }

    private static byte[] Pack(byte[] data, DeflateFormat format, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (Stream stream = format == DeflateFormat.Gzip ? new GZipStream(packed, level) : new ZLibStream(packed, level)) stream.Write(data);
        // The framework makes nothing of nothing.
        if (data.Length == 0) return format == DeflateFormat.Gzip ? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0] : [0x78, 0x9C, 3, 0, 0, 0, 0, 1];
        return packed.ToArray();
    }

    private sealed class Reader(Inflater inflater)
    {
        private readonly System.Buffers.ArrayBufferWriter<byte> _data = new();

        public Reader(DeflateFormat format) : this(new Inflater(format))
        {
        }

        public byte[] Data => _data.WrittenSpan.ToArray();

        public InflateRejection Read(params byte[][] pieces)
        {
            foreach (byte[] piece in pieces)
            {
                ReadOnlySpan<byte> rest = piece;
                while (true)
                {
                    InflateStatus status = inflater.Next(rest, out int consumed, out ReadOnlyMemory<byte> data);
                    rest = rest[consumed..];
                    System.Buffers.BuffersExtensions.Write(_data, data.Span);
                    Assert.InRange(data.Length, status == InflateStatus.Data ? 1 : 0, 65_536 + 258);
                    if (status == InflateStatus.Rejected) return inflater.Reason;
                    if (status == InflateStatus.Data) continue;
                    Assert.Equal(0, rest.Length);
                    break;
                }
            }
            return inflater.End() ? InflateRejection.None : inflater.Reason;
        }
    }
}
