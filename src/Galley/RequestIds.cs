// Request ids: unique in a process by a counter, across processes and restarts by 64 random bits. Text only when somebody asks.

using System.Security.Cryptography;

namespace Galley;

/// <summary>Numbers requests and writes the numbers as 22 characters.</summary>
internal static class RequestIds
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32: nothing that reads like something else

    private static readonly ulong s_process = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    public static string Text(long number) => string.Create(22, (ulong)number, static (text, value) =>
    {
        ulong process = s_process;
        for (int i = 12; i >= 0; i--, process >>= 5) text[i] = Alphabet[(int)(process & 31)];
        for (int i = 21; i >= 13; i--, value >>= 5) text[i] = Alphabet[(int)(value & 31)];
    });
}
