// What takes one content coding off, step by step. Memory is bounded whatever the input says.

namespace Galley.Validating;

/// <summary>What a step of a decoder found.</summary>
internal enum Decoded : byte
{
    /// <summary>All of the input was taken, and the end is not reached.</summary>
    NeedMore,

    /// <summary>There is data.</summary>
    Data,

    /// <summary>The end; nothing has followed it so far.</summary>
    Complete,

    /// <summary>The input is malformed.</summary>
    Rejected,
}

/// <summary>Decodes one body. Not thread-safe.</summary>
internal abstract class BodyDecoder
{
    /// <summary>What is wrong, for the client.</summary>
    public abstract string Wrong { get; }

    /// <summary>Reads on. The data is valid until the next call.</summary>
    public abstract Decoded Next(ReadOnlySpan<byte> input, out int consumed, out ReadOnlyMemory<byte> data);

    /// <summary>The input has ended. False when the coded data has not.</summary>
    public abstract bool End();

    /// <summary>Gives back what was borrowed; nothing may be decoded any more.</summary>
    public abstract void Release();
}
