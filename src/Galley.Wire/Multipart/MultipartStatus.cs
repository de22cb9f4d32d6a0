// The ways a call of the reader ends.

namespace Galley.Wire.Multipart;

/// <summary>What <see cref="MultipartReader.Next"/> found.</summary>
public enum MultipartStatus : byte
{
    /// <summary>Everything given was consumed; more bytes must arrive.</summary>
    NeedMore,
    /// <summary>A part begins: <see cref="MultipartReader.Part"/> has its head.</summary>
    PartBegins,
    /// <summary>Data of the part, as a range of the input.</summary>
    Data,
    /// <summary>Data of the part that looked like a delimiter when the input before ended: <see cref="MultipartReader.Held"/>.</summary>
    HeldData,
    /// <summary>The part has ended.</summary>
    PartEnds,
    /// <summary>The last part has ended. What still arrives is to be given, too: only an empty line may follow.</summary>
    Complete,
    /// <summary>The form is not valid: <see cref="MultipartReader.Reason"/>.</summary>
    Rejected,
}
