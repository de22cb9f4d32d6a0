// The check values at the end of compressed streams: CRC-32 (RFC 1952 section 8) and Adler-32 (RFC 1950 section 9). The framework has neither.

using System.Buffers.Binary;

namespace Galley.Wire.Deflate;

/// <summary>Running checksums. Thread-safe.</summary>
static class Checksums
{
    // Eight octets at a time, each with a table of its own: 2 KiB become 16, and a table look-up per octet remains.
    static readonly uint[] _crc = CrcTables();

    /// <summary>The CRC-32 of what <paramref name="crc"/> covers with <paramref name="data"/> behind it. It begins as 0.</summary>
    public static uint Crc32(uint crc, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> table = _crc;
        crc = ~crc;
        while (data.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = table[(int)(1792 + (low & 0xFF))] ^ table[(int)(1536 + ((low >> 8) & 0xFF))]
                ^ table[(int)(1280 + ((low >> 16) & 0xFF))] ^ table[(int)(1024 + (low >> 24))]
                ^ table[(int)(768 + (high & 0xFF))] ^ table[(int)(512 + ((high >> 8) & 0xFF))]
                ^ table[(int)(256 + ((high >> 16) & 0xFF))] ^ table[(int)(high >> 24)];
            data = data[8..];
        }
        foreach (byte octet in data)
            crc = table[(int)((crc ^ octet) & 0xFF)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>The Adler-32 of what <paramref name="adler"/> covers with <paramref name="data"/> behind it. It begins as 1.</summary>
    public static uint Adler32(uint adler, ReadOnlySpan<byte> data)
    {
        const uint modulus = 65521;
        const int most = 5552; // so many octets cannot overflow 32 bits
        uint low = adler & 0xFFFF;
        uint high = adler >> 16;
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> part = data[..Math.Min(most, data.Length)];
            data = data[part.Length..];
            foreach (byte octet in part)
            {
                low += octet;
                high += low;
            }
            low %= modulus;
            high %= modulus;
        }
        return (high << 16) | low;
    }

    static uint[] CrcTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint n = 0; n < 256; n++)
        {
            uint value = n;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            tables[n] = value;
        }
        for (int n = 256; n < tables.Length; n++)
            tables[n] = (tables[n - 256] >> 8) ^ tables[tables[n - 256] & 0xFF];
        return tables;
    }
}
