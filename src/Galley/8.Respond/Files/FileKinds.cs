// Media types by the endings of names: those a web page and its downloads are made of. RFC 9110 section 8.3; names from the IANA registry.

using System.Collections.Frozen;
using System.Text;

namespace Galley.Responding;

/// <summary>Tells the kind of a file by its name. Text is UTF-8: there is no way to know, and nothing else is written any more.</summary>
internal static class FileKinds
{
    private const int LongestEnding = 16;
    private const string Text = "; charset=utf-8";

    /// <summary>Bytes of whatever kind: browsers save them.</summary>
    public static readonly FileBody Unknown = new("application/octet-stream");

    // The ones that compress are marked with a plus.
    private static readonly string[] s_table =
    [
        "+text/html .html .htm", "+text/css .css", "+text/javascript .js .mjs .cjs", "+text/plain .txt .log .text .ini .conf", "+text/markdown .md .markdown",
        "+text/csv .csv", "+text/tab-separated-values .tsv", "+text/calendar .ics", "+text/vcard .vcf", "+text/vtt .vtt", "+text/xml .xml .xsl .xslt",
        "+text/x-component .htc", "+application/json .json .map .webapp", "+application/ld+json .jsonld", "+application/geo+json .geojson", "+application/manifest+json .webmanifest",
        "+application/x-ndjson .ndjson", "+application/yaml .yaml .yml", "+application/toml .toml", "+application/sql .sql", "+application/graphql .graphql",
        "+application/xhtml+xml .xhtml", "+application/atom+xml .atom", "+application/rss+xml .rss", "+application/wasm .wasm", "+application/vnd.ms-fontobject .eot",
        "+application/rtf .rtf", "+image/svg+xml .svg", "+image/bmp .bmp", "+image/x-icon .ico", "+font/ttf .ttf", "+font/otf .otf", "+font/collection .ttc",
        "+model/gltf+json .gltf", "+application/postscript .ps .eps .ai", "+application/dicom .dcm", "+application/x-subrip .srt",
        "image/png .png", "image/apng .apng", "image/jpeg .jpg .jpeg .jfif", "image/gif .gif", "image/webp .webp", "image/avif .avif", "image/heic .heic",
        "image/heif .heif", "image/jxl .jxl", "image/tiff .tif .tiff", "font/woff .woff", "font/woff2 .woff2",
        "audio/mpeg .mp3", "audio/mp4 .m4a", "audio/aac .aac", "audio/ogg .ogg .oga .opus", "audio/wav .wav", "audio/flac .flac", "audio/webm .weba", "audio/midi .mid .midi",
        "video/mp4 .mp4 .m4v", "video/webm .webm", "video/ogg .ogv", "video/quicktime .mov", "video/x-msvideo .avi", "video/mpeg .mpeg .mpg", "video/mp2t .ts .m2ts",
        "video/x-matroska .mkv", "video/3gpp .3gp", "application/vnd.apple.mpegurl .m3u8", "application/dash+xml .mpd",
        "application/pdf .pdf", "application/zip .zip", "application/gzip .gz .tgz", "application/zstd .zst", "application/x-bzip2 .bz2", "application/x-xz .xz",
        "application/x-7z-compressed .7z", "application/x-tar .tar", "application/vnd.rar .rar", "application/java-archive .jar", "application/epub+zip .epub",
        "application/vnd.android.package-archive .apk", "application/octet-stream .bin .exe .dll .so .iso .img .dmg .deb .rpm .br",
        "application/msword .doc", "application/vnd.ms-excel .xls", "application/vnd.ms-powerpoint .ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document .docx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet .xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation .pptx", "application/vnd.oasis.opendocument.text .odt",
        "application/vnd.oasis.opendocument.spreadsheet .ods", "application/vnd.oasis.opendocument.presentation .odp", "application/vnd.sqlite3 .sqlite .sqlite3",
        "model/gltf-binary .glb", "application/pkix-cert .cer .crt", "application/x-pem-file .pem", "application/x-x509-ca-cert .der",
    ];

    private static readonly FrozenDictionary<string, FileBody> s_byEnding = Read(out s_compressing);
    private static readonly FrozenSet<FileBody> s_compressing;

    /// <summary>The media type of a file.</summary>
    /// <param name="path">UTF-8; the ending of the last name decides, whatever its case.</param>
    /// <param name="own">Endings that have another one here.</param>
    public static FileBody Of(ReadOnlySpan<byte> path, Dictionary<string, FileBody>? own = null)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        int dot = name.LastIndexOf((byte)'.');
        if (dot < 0 || name.Length - dot > LongestEnding) return Unknown;
        Span<char> ending = stackalloc char[LongestEnding];
        int length = Encoding.Latin1.GetChars(name[dot..], ending);
        ending = ending[..length];
        if (own is { Count: > 0 } && own.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(ending, out FileBody? chosen)) return chosen;
        return s_byEnding.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(ending, out FileBody? kind) ? kind : Unknown;
    }

    /// <summary>Whether files of this kind become smaller when they are compressed: only for those a compressed one is looked for.</summary>
    public static bool Compresses(FileBody kind) => s_compressing.Contains(kind) || kind.ContentType.StartsWith("text/"u8);

    private static FrozenDictionary<string, FileBody> Read(out FrozenSet<FileBody> compressing)
    {
        Dictionary<string, FileBody> kinds = new(StringComparer.OrdinalIgnoreCase);
        HashSet<FileBody> marked = [];
        foreach (string row in s_table)
        {
            string[] words = row.Split(' ');
            string type = words[0].TrimStart('+');
            var kind = new FileBody(type.StartsWith("text/", StringComparison.Ordinal) ? type + Text : type);
            if (row[0] == '+') marked.Add(kind);
            foreach (string ending in words[1..]) kinds.Add(ending, kind);
        }
        compressing = marked.ToFrozenSet();
        return kinds.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
