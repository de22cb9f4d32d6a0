// Which names a client may ask for below a folder. Everything that some file system reads as something else than one name after another is refused, on
// every system alike where that costs nothing; the path was decoded once before (PathDecoder in Galley.Wire) and is not decoded again.

using System.Buffers;
using System.Text;

namespace Galley.Responding;

/// <summary>Judges paths below a folder. A refusal is a 404: it is nobody's business why.</summary>
internal static class FilePath
{
    // NAME_MAX and PATH_MAX are 255 and 4096 on Linux; no system takes more.
    private const int LongestPath = 4000;

    private static readonly SearchValues<byte> s_notInWindowsNames = SearchValues.Create("<>\"|?*"u8);

    /// <summary>Whether <paramref name="path"/> names something that may be looked for. Empty is the folder itself; a slash at the end is allowed.</summary>
    /// <param name="path">Decoded, without a leading slash.</param>
    /// <param name="showsDotFiles">Whether names may begin with a dot.</param>
    /// <param name="isWindows">Whether names are Windows names.</param>
    public static bool IsAllowed(ReadOnlySpan<byte> path, bool showsDotFiles, bool isWindows)
    {
        if (path.Length > LongestPath) return false;
        // A backslash is a separator to Windows, a colon a drive or a stream of a file; a control character or NUL ends names early.
        if (path.IndexOfAny((byte)'\\', (byte)':') >= 0 || path.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0 || path.Contains((byte)0x7F)) return false;
        // The decoder leaves an encoded slash as it is. Whoever sends one wants it to become a separator somewhere.
        for (int at = path.IndexOf((byte)'%'); at >= 0;)
        {
            ReadOnlySpan<byte> rest = path[(at + 1)..];
            if (rest.Length >= 2 && rest[0] == '2' && (rest[1] | 0x20) == 'f') return false;
            int next = rest.IndexOf((byte)'%');
            at = next < 0 ? -1 : at + 1 + next;
        }
        while (!path.IsEmpty)
        {
            int slash = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? path : path[..slash];
            if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8)) return false;
            if (name[0] == '.' && !showsDotFiles) return false;
            if (isWindows && !IsWindowsName(name)) return false;
            path = slash < 0 ? default : path[(slash + 1)..];
        }
        return true;
    }

    // A dot or a space at the end is dropped by Windows, so that "a.config." is "a.config"; some names are devices, whatever their ending.
    private static bool IsWindowsName(ReadOnlySpan<byte> name)
    {
        if (name[^1] is (byte)'.' or (byte)' ') return false;
        if (name.ContainsAny(s_notInWindowsNames)) return false;
        int dot = name.IndexOf((byte)'.');
        ReadOnlySpan<byte> stem = (dot < 0 ? name : name[..dot]).TrimEnd((byte)' ');
        if (stem.Length == 3) return !(Is(stem, "con"u8) || Is(stem, "prn"u8) || Is(stem, "aux"u8) || Is(stem, "nul"u8));
        if (Is(stem, "conin$"u8) || Is(stem, "conout$"u8)) return false;
        // COM1 to COM9 and LPT1 to LPT9; the superscript digits 1, 2 and 3 count as well, in UTF-8 C2 B9, C2 B2 and C2 B3.
        if (stem.Length is not (4 or 5) || !(Is(stem[..3], "com"u8) || Is(stem[..3], "lpt"u8))) return true;
        return stem.Length == 4 ? stem[3] is < (byte)'0' or > (byte)'9' : !(stem[3] == 0xC2 && stem[4] is 0xB9 or 0xB2 or 0xB3);
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> device) => Ascii.EqualsIgnoreCase(name, device);
}
