// The head of one part: what it is called, what it carries.

namespace Galley.Wire.Multipart;

/// <summary>The head of a part. Its texts come from a client: a file name is no path.</summary>
/// <param name="Name">The name of the field.</param>
/// <param name="FileName">The name of the file, as it was sent; null for a part that is no file.</param>
/// <param name="ContentType">The media type, as it was sent; null when there is none.</param>
public readonly record struct MultipartPart(string Name, string? FileName, string? ContentType);
