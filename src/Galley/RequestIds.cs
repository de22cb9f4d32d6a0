// Request ids: unique in a process by a counter, across processes and restarts by 64 random bits. Text only when somebody asks.

using System.Runtime.InteropServices;

namespace Galley;

/// <summary>Numbers requests and writes the numbers as 22 characters.</summary>
internal static class RequestIds
{
    // Crockford's base 32: nothing that reads like something else.
    private static ReadOnlySpan<byte> Alphabet => "0123456789abcdefghjkmnpqrstvwxyz"u8;

    private static readonly ulong s_process = Random64();

    /// <summary>The characters of an id.</summary>
    public const int Length = 22;

    private const int ProcessLength = 13; // the rest is the number, five bits a character

    // From a Guid, which takes its bits from the kernel: RandomNumberGenerator would load OpenSSL, 4 MB resident, for eight bytes. A Guid
    // has six bits that are fixed; folded onto the other half, which is random throughout, all 64 are random.
    private static ulong Random64()
    {
        Span<ulong> halves = stackalloc ulong[2];
        _ = Guid.NewGuid().TryWriteBytes(MemoryMarshal.AsBytes(halves));
        return halves[0] ^ halves[1];
    }

    public static string Text(long number)
    {
        Span<byte> text = stackalloc byte[Length];
        Write(number, text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    public static void Write(long number, Span<byte> text)
    {
        ulong process = s_process;
        for (int i = ProcessLength - 1; i >= 0; i--, process >>= 5) text[i] = Alphabet[(int)(process & 31)];
        for (int i = Length - 1; i >= ProcessLength; i--, number >>= 5) text[i] = Alphabet[(int)(number & 31)];
    }
}
