// How generated code hands over what it knows about an operation: as a function to text in the data of the assembly. Declaring a route copies and
// parses nothing; only who asks for the document pays for it.

using System.ComponentModel;

namespace Galley.Operating;

/// <summary>JSON in UTF-8. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate ReadOnlySpan<byte> JsonText();
