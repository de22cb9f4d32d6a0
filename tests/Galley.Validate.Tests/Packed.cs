// Bodies under a content coding, made by the framework's compressors.

using System.IO.Compression;
using System.Net.Http.Headers;

namespace Galley.Validate.Tests;

internal static class Packed
{
    public static readonly string[] Codings = ["gzip", "deflate", "br"];

    public static byte[] Pack(ReadOnlySpan<byte> data, string coding, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (Stream stream = Into(packed, coding, level)) stream.Write(data);
        return packed.ToArray();
    }

    /// <summary>So many zeros, made without ever having them.</summary>
    public static byte[] Bomb(long zeros, string coding)
    {
        using var packed = new MemoryStream();
        using (Stream stream = Into(packed, coding, CompressionLevel.SmallestSize))
        {
            byte[] piece = new byte[1024 * 1024];
            for (; zeros > 0; zeros -= piece.Length) stream.Write(piece, 0, (int)Math.Min(zeros, piece.Length));
        }
        return packed.ToArray();
    }

    public static byte[] Unpack(byte[] packed, string coding)
    {
        using Stream stream = coding == "br" ? new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress) : new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var data = new MemoryStream();
        stream.CopyTo(data);
        return data.ToArray();
    }

    public static HttpContent Content(byte[] body, string coding, string mediaType = "application/json", bool isChunked = false)
    {
        HttpContent content = isChunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        content.Headers.ContentEncoding.Add(coding);
        return content;
    }

    private static Stream Into(Stream packed, string coding, CompressionLevel level) => coding switch
    {
        "gzip" => new GZipStream(packed, level, leaveOpen: true),
        "deflate" => new ZLibStream(packed, level, leaveOpen: true),
        _ => new BrotliStream(packed, level == CompressionLevel.SmallestSize ? CompressionLevel.Optimal : level, leaveOpen: true),
    };
}
