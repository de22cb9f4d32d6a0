// Names that clients give to files. They have been ../../etc/passwd, C:\fakepath\x, NUL, and names that read backwards.

using System.Globalization;
using System.Text;

namespace Galley.Validating;

/// <summary>Makes file names harmless on every system.</summary>
internal static class FileNames
{
    private const int Longest = 255;

    private static readonly HashSet<string> s_devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    public static string Safe(string sent)
    {
        // Both separators, wherever this runs: browsers of old sent whole paths.
        string last = sent[(sent.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = new StringBuilder(Math.Min(last.Length, Longest));
        foreach (Rune rune in last.EnumerateRunes())
        {
            if (safe.Length + rune.Utf16SequenceLength > Longest) break;
            if (IsHarmless(rune)) safe.Append(rune);
            else safe.Append('_');
        }
        // Windows drops dots and blanks at the end, so that "x.exe." would be x.exe.
        string name = safe.ToString().TrimEnd('.', ' ').TrimStart(' ');
        if (name.Length == 0) return "file";
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return s_devices.Contains(dot < 0 ? name : name[..dot]) ? "_" + name : name;
    }

    // Format characters turn the direction of reading around; private ones and halves of surrogates mean nothing anywhere else.
    private static bool IsHarmless(Rune rune) => rune != Rune.ReplacementChar && !(rune.IsAscii && "<>:\"|?*".Contains((char)rune.Value, StringComparison.Ordinal)) &&
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
