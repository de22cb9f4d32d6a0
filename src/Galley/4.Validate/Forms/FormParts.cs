// The parts of a multipart body as they arrive: the codec of Galley.Wire over the pieces of the request's body. Data is handed on from where the
// connection received it, so that the client is slowed down by whoever reads, and nothing of a file is held.

using System.Text;
using Galley.Wire.Multipart;

namespace Galley.Validating;

/// <summary>Walks the parts of one form. One reader at a time; throws <see cref="InvalidOperationException"/> once the request has ended.</summary>
internal sealed class FormParts(Request request, MultipartReader reader, Limits limits, Action<string, long>? limitReached)
{
    private ReadOnlyMemory<byte> _piece;
    private ReadOnlyMemory<byte> _data;
    private bool _isInPart;
    private bool _hasEnded;

    /// <summary>Counts the parts: whoever holds an earlier one may not read any more.</summary>
    public int Number { get; private set; }

    public MultipartPart Part => reader.Part;

    public Request Request => request;

    public Limits Limits => limits;

    /// <summary>A field of the current part's head.</summary>
    public string? Header(string name)
    {
        _ = request.Exchange; // throws once the request has ended
        return reader.TryGetField(Encoding.UTF8.GetBytes(name), out ReadOnlySpan<byte> value) ? Encoding.UTF8.GetString(value) : null;
    }

    /// <summary>Goes to the next part, past what is left of this one. False at the end of the form.</summary>
    /// <exception cref="ProblemException">The form is malformed, or has too many parts.</exception>
    public async ValueTask<bool> NextAsync()
    {
        while (!_hasEnded)
        {
            if (await StepAsync().ConfigureAwait(false) != MultipartStatus.PartBegins) continue;
            _isInPart = true;
            if (++Number > limits.FormFields) throw TooMany("Galley:Limits:FormFields", limits.FormFields, null, $"The form has more than {limits.FormFields} fields.");
            return true;
        }
        return false;
    }

    /// <summary>More of the current part; empty at its end.</summary>
    /// <exception cref="ProblemException">The form is malformed.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        if (!_isInPart) return default;
        if (await StepAsync().ConfigureAwait(false) is MultipartStatus.Data or MultipartStatus.HeldData) return _data;
        return default;
    }

    public ProblemException TooMany(string setting, long limit, string? name, string detail)
    {
        limitReached?.Invoke(setting, limit);
        return new(new(413, detail) { Errors = name is null ? null : Named(name, $"has no room: the fields of a form hold at most {limit} bytes") });
    }

    public static Dictionary<string, string[]> Named(string name, string error) => new() { [name] = [error] };

    private async ValueTask<MultipartStatus> StepAsync()
    {
        // What was received belongs to the connection, which the next request has by now if a handler kept a file: then this throws.
        BodySource body = request.Exchange.Body;
        while (true)
        {
            MultipartStatus status = reader.Next(_piece.Span, out int consumed, out int start, out int length);
            _data = status == MultipartStatus.HeldData ? reader.Held : _piece.Slice(start, length);
            _piece = _piece[consumed..];
            switch (status)
            {
                case MultipartStatus.PartEnds:
                    _isInPart = false;
                    return status;
                case MultipartStatus.NeedMore or MultipartStatus.Complete:
                    // Behind the last part, too: the body ends where its framing says so.
                    _piece = await body.ReadAsync().ConfigureAwait(false);
                    if (!_piece.IsEmpty) continue;
                    _hasEnded = true;
                    _isInPart = false;
                    if (!reader.End()) throw Refused();
                    return MultipartStatus.Complete;
                case MultipartStatus.Rejected:
                    _hasEnded = true;
                    _isInPart = false;
                    throw Refused();
                default:
                    return status;
            }
        }
    }

    private ProblemException Refused() => reader.Reason == MultipartRejection.PartHeadTooLarge
        ? TooMany("Galley:Limits:FormPartHeadBytes", limits.FormPartHeadBytes, null, MultipartRejections.TextOf(reader.Reason))
        : new(new(400, MultipartRejections.TextOf(reader.Reason)));
}
