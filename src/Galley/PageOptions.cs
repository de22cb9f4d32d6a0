// How large pages are, and what their cursors are signed with.

namespace Galley;

/// <summary>Pages of lists, as far as a list does not say otherwise.</summary>
/// <remarks>Filled from the sections <c>Galley:Pages</c> and <c>Galley:Cursors</c>; a program may change it before it runs.</remarks>
public sealed class PageOptions
{
    internal const int ShortestKey = 32;

    /// <summary>Rows of a page when the client does not say. Default 50. Setting <c>Galley:Pages:Rows</c>.</summary>
    public int Rows { get; set; } = 50;

    /// <summary>The most rows that a client may ask for. Default 200. Beyond: 422. Setting <c>Galley:Pages:MostRows</c>.</summary>
    public int MostRows { get; set; } = 200;

    /// <summary>The longest <c>Link</c> field of a page, in bytes; a page whose links are longer comes without the field, and says in its body alone where to
    /// go on. 0 for never. Default 2 KiB: proxies read an answer's head into a buffer of as little as 4 KiB. Setting <c>Galley:Pages:LinkBytes</c>.</summary>
    public int LinkBytes { get; set; } = 2048;

    /// <summary>What cursors are signed with, at least 32 characters each: the first signs, the others still verify. Settings <c>Galley:Cursors:Key</c>
    /// and <c>Galley:Cursors:KeyFile</c>. In development a process without one makes its own.</summary>
    public IList<string> CursorKeys { get; } = [];
}
