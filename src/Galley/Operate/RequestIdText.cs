// A request id as bytes, without the string that Request.Id makes: the log writes one for every request.

using System.Text;

namespace Galley.Operating;

/// <summary>Writes the same 22 characters as <see cref="RequestIds"/>.</summary>
internal static class RequestIdText
{
    public const int Length = 22;

    private const int ProcessLength = 13; // the rest is the number, five bits a character

    private static readonly byte[] s_process = Encoding.ASCII.GetBytes(RequestIds.Text(0)[..ProcessLength]);

    private static ReadOnlySpan<byte> Alphabet => "0123456789abcdefghjkmnpqrstvwxyz"u8;

    public static void Write(long number, Span<byte> text)
    {
        s_process.CopyTo(text);
        for (int i = Length - 1; i >= ProcessLength; i--, number >>= 5) text[i] = Alphabet[(int)(number & 31)];
    }
}
