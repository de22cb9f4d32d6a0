// Stage 4 for a body that is a form: the fields that a handler wants, and the file it reads, or the problem, never an exception. The reading stops at
// the file, which is still in the connection when the handler starts; hence fields must come before it.

using System.ComponentModel;
using System.Text;
using Galley.Wire.Multipart;

namespace Galley.Validating;

/// <summary>A form that was read up to its file. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FormRead
{
    private readonly FormFields _fields = new();
    private readonly FormShape? _shape;
    private FormParts? _parts;

    private FormRead(FormShape? shape) => _shape = shape;

    /// <summary>Why there is nothing; null when all is well.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>The file that the handler reads; null when the form has none of that name.</summary>
    public FormFile? File { get; private set; }

    /// <summary>The form itself, when the handler reads all of it.</summary>
    public Form Whole { get; private set; } = null!;

    internal bool IsBeforeFile => File is not null;

    /// <summary>Reads the fields of a form.</summary>
    public static ValueTask<FormRead> FromAsync(Request request, FormShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var form = new FormRead(shape);
        bool hasType = request.Headers.TryGet("content-type"u8, out ReadOnlySpan<byte> type);
        if (!hasType && request.Body.Length is 0) return new(form); // a form without fields
        if (RequestCoding.Refused(request) is { } coded)
        {
            form.Problem = coded;
            return new(form);
        }
        if (form.TryOpen(request, type)) return form.ReadPartsAsync();
        if (IsEncoded(type) && shape.File is null) return form.ReadEncodedAsync(request.Body, request.Exchange);
        form.Problem ??= shape.File is { } file
            ? new(415, "The body must be sent with Content-Type: multipart/form-data and a boundary.") { Errors = FormParts.Named(file, "must be a file in a multipart/form-data body") }
            : new(415, "The body must be sent with Content-Type: application/x-www-form-urlencoded, or multipart/form-data and a boundary.");
        return new(form);
    }

    /// <summary>Opens a form that the handler reads part by part.</summary>
    public static ValueTask<FormRead> WholeAsync(Request request)
    {
        return new(Opened(request));
    }

    /// <summary>A form to be read part by part, or the problem.</summary>
    internal static FormRead Opened(Request request)
    {
        var form = new FormRead(null) { Problem = RequestCoding.Refused(request) };
        if (form.Problem is not null) return form;
        _ = request.Headers.TryGet("content-type"u8, out ReadOnlySpan<byte> type);
        if (form.TryOpen(request, type)) form.Whole = new(form._parts!);
        else form.Problem = new(415, "The body must be sent with Content-Type: multipart/form-data and a boundary.");
        return form;
    }

    /// <summary>The file; an error when there is none.</summary>
    public FormFile RequiredFile(ref BindingErrors errors)
    {
        if (File is null && Problem is null) errors.Add(_shape!.File!, "is required, as a file");
        return File!;
    }

    /// <summary>The files of that name, one after the other.</summary>
    public async IAsyncEnumerable<FormFile> Files()
    {
        for (FormFile? file = File; file is not null; file = await NextFileAsync().ConfigureAwait(false)) yield return file;
    }

    internal bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int index = 0;
        return _fields.TryFind(name, ref index, out value);
    }

    internal FormFields Fields => _fields;

    /// <summary>After the file: what follows must be nothing that the handler was given without.</summary>
    internal async ValueTask<FormFile?> NextFileAsync()
    {
        while (await _parts!.NextAsync().ConfigureAwait(false))
        {
            MultipartPart part = _parts.Part;
            if (part.FileName is { Length: > 0 } && part.Name == _shape!.File) return new(_parts, part);
            if (part.FileName is null && _shape!.Has(part.Name))
                throw new ProblemException(new(400, "A field of the form comes too late.") { Errors = FormParts.Named(part.Name, "must come before the file") });
        }
        return null;
    }

    /// <summary>Reads on to the end of the form, for nothing but fields that come too late.</summary>
    internal async ValueTask CheckRestAsync()
    {
        while (await NextFileAsync().ConfigureAwait(false) is not null)
        {
        }
    }

    private bool TryOpen(Request request, ReadOnlySpan<byte> type)
    {
        if (!MultipartBoundary.TryRead(type, out ReadOnlySpan<byte> boundary)) return false;
        Limits limits = request.Exchange.Limits;
        _parts = new(request, new(boundary, limits.FormPartHeadBytes), limits, request.Exchange.LimitReached);
        return true;
    }

    private static bool IsEncoded(ReadOnlySpan<byte> type)
    {
        int end = type.IndexOf((byte)';');
        return Ascii.EqualsIgnoreCase((end < 0 ? type : type[..end]).Trim(" \t"u8), "application/x-www-form-urlencoded"u8);
    }

    private async ValueTask<FormRead> ReadPartsAsync()
    {
        try
        {
            while (await _parts!.NextAsync().ConfigureAwait(false))
            {
                MultipartPart part = _parts.Part;
                // A file input in which nothing was chosen is sent as an empty file without a name.
                if (part.FileName is { Length: > 0 } && part.Name == _shape!.File)
                {
                    File = new(_parts, part, _shape.IsMany ? null : this);
                    break;
                }
                if (part.FileName is null && _shape!.Has(part.Name)) await ReadFieldAsync(part.Name).ConfigureAwait(false);
            }
        }
        catch (ProblemException wrong)
        {
            Problem = wrong.Problem;
        }
        return this;
    }

    private async ValueTask ReadFieldAsync(string name)
    {
        _fields.Begin(Encoding.UTF8.GetBytes(name));
        while (true)
        {
            ReadOnlyMemory<byte> piece = await _parts!.ReadAsync().ConfigureAwait(false);
            if (piece.IsEmpty) return;
            int most = _parts.Limits.FormBytes;
            if (_fields.Bytes + piece.Length > most) throw _parts.TooMany("Galley:Limits:FormBytes", most, name, $"The fields of the form are longer than {most} bytes.");
            _fields.Add(piece.Span);
        }
    }

    private async ValueTask<FormRead> ReadEncodedAsync(RequestBody body, Exchange exchange)
    {
        int most = exchange.Limits.FormBytes;
        if (body.Length > most) return Refuse("Galley:Limits:FormBytes", most, $"The form is longer than {most} bytes.");
        var all = new System.Buffers.ArrayBufferWriter<byte>();
        while (await body.ReadAsync().ConfigureAwait(false) is { IsEmpty: false } piece)
        {
            if (all.WrittenCount + piece.Length > most) return Refuse("Galley:Limits:FormBytes", most, $"The form is longer than {most} bytes.");
            System.Buffers.BuffersExtensions.Write(all, piece.Span);
        }
        return Split(all.WrittenSpan) ? this : Refuse("Galley:Limits:FormFields", exchange.Limits.FormFields, $"The form has more than {exchange.Limits.FormFields} fields.");

        bool Split(ReadOnlySpan<byte> form)
        {
            int count = 0;
            foreach (Range at in form.Split((byte)'&'))
            {
                ReadOnlySpan<byte> pair = form[at];
                if (pair.IsEmpty) continue;
                if (++count > exchange.Limits.FormFields) return false;
                int equals = pair.IndexOf((byte)'=');
                _fields.Begin(QueryString.Plain(equals < 0 ? pair : pair[..equals]));
                if (equals >= 0) _fields.Add(QueryString.Plain(pair[(equals + 1)..]));
            }
            return true;
        }

        FormRead Refuse(string setting, long limit, string detail)
        {
            exchange.LimitReached?.Invoke(setting, limit);
            Problem = new(413, detail);
            return this;
        }
    }
}
