// Compressed bodies against the framework's decompression. RFC 1950 to 1952. Flag z reads zlib, else gzip.

using System.IO.Compression;
using Galley.Wire.Deflate;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed class InflateTarget : Target
{
    // A small input can say a thousand times its size; beyond this it is read no further.
    const int MaxBytes = 1 << 18;

    // Reused, as an engine does: what one stream leaves behind must not reach the next.
    readonly Inflater _inflater = new(DeflateFormat.Gzip);
    readonly byte[] _data = new byte[MaxBytes];

    public override string Name => "inflate";

    public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told)
    {
        DeflateFormat format = input.Has('z') ? DeflateFormat.Zlib : DeflateFormat.Gzip;
        _inflater.Reset(format);
        int at = 0;
        int count = 0;
        InflateStatus status = InflateStatus.NeedMore;
        foreach (int end in ends)
        {
            while (true)
            {
                told.Step();
                ReadOnlySpan<byte> arrived = input.Bytes[at..end];
                status = _inflater.Next(arrived, out int consumed, out ReadOnlyMemory<byte> data);
                Require(consumed >= 0 && consumed <= arrived.Length && status == InflateStatus.Data == data.Length > 0);
                at += consumed;
                if (count + data.Length > MaxBytes)
                {
                    data.Span[..(MaxBytes - count)].CopyTo(_data.AsSpan(count));
                    told.Tell(Sum(_data));
                    return Ending.Value;
                }
                data.Span.CopyTo(_data.AsSpan(count));
                count += data.Length;
                if (status != InflateStatus.Data)
                    break;
            }
            if (status == InflateStatus.Rejected)
                break;
            Require(at == end);
        }
        ReadOnlySpan<byte> said = _data.AsSpan(0, count);
        told.Tell(count);
        told.Tell(Sum(said));
        if (status == InflateStatus.Rejected)
        {
            Require(_inflater.Reason != InflateRejection.None && InflateRejections.TextOf(_inflater.Reason).Length > 0 && !_inflater.End());
            told.Tell(_inflater.Reason.ToString());
            return Ending.Rejection;
        }
        if (status != InflateStatus.Complete)
            return Ending.NeedMore;
        // Once is enough, and the whole is what a transcript is compared with.
        Require(ends.Length > 1 || said.SequenceEqual(Framework(format, input.Bytes)));
        return Ending.Value;
    }

    static byte[] Framework(DeflateFormat format, ReadOnlySpan<byte> bytes)
    {
        using MemoryStream packed = new(bytes.ToArray());
        using Stream stream = format == DeflateFormat.Gzip ? new GZipStream(packed, CompressionMode.Decompress) : new ZLibStream(packed, CompressionMode.Decompress);
        using MemoryStream plain = new();
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    static long Sum(ReadOnlySpan<byte> data)
    {
        ulong sum = 14695981039346656037;
        foreach (byte octet in data)
            sum = (sum ^ octet) * 1099511628211;
        return (long)sum;
    }
}
