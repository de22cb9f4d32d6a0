// The bodies of answers that are files: one that is open already, and one that is a path until stage 7 opens it.

using System.Buffers;

namespace Galley.Responding;

/// <summary>A file under a media type; the content is a <see cref="SentFile"/>. Small ones are read when they are serialized and leave with their head;
/// of the others nothing is done here, stage 1 sends them.</summary>
internal sealed class FileBody(string contentType) : Body
{
    // Up to here one read and one send beat sendfile(2): docs/decisions/0017-files.md.
    public const int ReadBytes = 32 * 1024;

    private readonly byte[] _contentType = ResponseField.CheckedValue("Content-Type", contentType);

    internal override bool IsOurs => true;

    public override ReadOnlySpan<byte> ContentType => _contentType;

    public override void Serialize(object? content, IBufferWriter<byte> output)
    {
        var file = (SentFile)content!;
        if (file.IsClosed) throw new InvalidOperationException("This answer is a file of another request: make one for each.");
        if (file.Handle is null || file.Pieces is not [{ Text: null, Length: <= ReadBytes } piece]) return;
        Span<byte> room = output.GetSpan((int)piece.Length)[..(int)piece.Length];
        int read = 0;
        while (read < room.Length)
        {
            int count = RandomAccess.Read(file.Handle, room[read..], piece.Start + read);
            if (count == 0) throw new IOException("A file became shorter while it was read.");
            read += count;
        }
        output.Advance(read);
        file.CloseFile();
    }
}

/// <summary>A file that the program named; the content is its path.</summary>
internal sealed class PathBody(FileBody? kind) : Body
{
    /// <summary>The name tells the media type.</summary>
    public static readonly PathBody ByName = new(null);

    internal override bool IsOurs => true;

    public override ReadOnlySpan<byte> ContentType => (kind ?? FileKinds.Unknown).ContentType;

    /// <summary>The answer that the path becomes.</summary>
    public Response Open(Exchange exchange, in Response response) => FileAnswer.OfPath(exchange, (string)response.Content!, kind, response);

    public override void Serialize(object? content, IBufferWriter<byte> output) => throw new InvalidOperationException("A path is opened, not serialized.");
}
