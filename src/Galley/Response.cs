// The value a handler returns: status, fields and a body that is not serialized yet. Nothing is on the wire before stage 8, so
// middleware may still replace any of it and a failure in stage 7 is a clean 500.

namespace Galley;

/// <summary>An answer: a status, header fields, and a value together with the <see cref="Galley.Body"/> that will serialize it.</summary>
/// <remarks>
/// An immutable 40-byte value; <c>With…</c> methods return a changed copy. <c>default</c> is <c>200</c> with no body.
/// Field names and values are checked when they are given, so that no text from a client can split a response (RFC 9110 section 5.5).
/// </remarks>
public readonly partial struct Response
{
    private static readonly byte[] s_etag = "ETag"u8.ToArray();

    private readonly int _status;

    private Response(int status, Body? body, object? content, int offset, int length, ResponseField? fields)
    {
        _status = status;
        Body = body;
        Content = content;
        Offset = offset;
        Length = length;
        Fields = fields;
    }

    /// <summary>The status code, 200 to 599.</summary>
    public int Status => _status == 0 ? 200 : _status;

    /// <summary>What will serialize <see cref="Content"/>; null when there is no body.</summary>
    public Body? Body { get; }

    /// <summary>The value to serialize.</summary>
    public object? Content { get; }

    internal int Offset { get; }

    internal int Length { get; }

    internal ResponseField? Fields { get; }

    /// <summary>Any status with any body.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is outside 200 to 599.</exception>
    public static Response Of(int status, Body? body, object? content)
    {
        CheckStatus(status);
        if (body is { IsStreamed: true } && content is not Func<BodyWriter, CancellationToken, ValueTask>)
            throw new ArgumentException("The content of a streamed body is the function that writes it.", nameof(content));
        if (body is not BytesBody) return new(status, body, content, 0, 0, null);
        byte[] bytes = content as byte[] ?? throw new ArgumentException("The content of a BytesBody is a byte[].", nameof(content));
        return new(status, body, bytes, 0, bytes.Length, null);
    }

    /// <summary>The same answer with another status.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is outside 200 to 599.</exception>
    public Response WithStatus(int status)
    {
        CheckStatus(status);
        return new(status, Body, Content, Offset, Length, Fields);
    }

    /// <summary>The same answer with one more header field. Fields keep their order; a repeated name is sent twice.</summary>
    /// <exception cref="ArgumentException">The name is not a token, the value holds control bytes, or the field belongs to the
    /// message framing, which stage 8 alone writes (<c>Content-Length</c>, <c>Transfer-Encoding</c>, <c>Connection</c>), or is <c>Date</c>.</exception>
    public Response With(string name, string value) =>
        new(Status, Body, Content, Offset, Length, ResponseField.Checked(name, value, Fields));

    /// <summary>The same answer with an entity tag.</summary>
    /// <exception cref="ArgumentException"><paramref name="tag"/> is the tag of nothing.</exception>
    public Response With(ETag tag)
    {
        if (tag.IsNothing) throw new ArgumentException("default(ETag) names no state.", nameof(tag));
        return WithTrusted(s_etag, tag.ToBytes());
    }

    /// <summary>The same answer with these fields in place of its own.</summary>
    internal Response With(ResponseField? fields) => new(Status, Body, Content, Offset, Length, fields);

    /// <summary>The same status and fields with another body.</summary>
    internal Response WithBody(Body body, object? content) => new(Status, body, content, 0, 0, Fields);

    /// <summary>Lets <c>request => Response.Ok(x)</c> be a <see cref="Handler"/>.</summary>
    public static implicit operator ValueTask<Response>(Response response) => new(response);

    /// <summary>A completed task of this response, for languages without implicit conversions.</summary>
    public ValueTask<Response> ToValueTask() => new(this);

    /// <summary>One more field, of which name and value are known to be good.</summary>
    internal Response WithTrusted(byte[] name, byte[] value) => new(Status, Body, Content, Offset, Length, ResponseField.Trusted(name, value, Fields));

    /// <summary>The fields of this answer under another status and without a body.</summary>
    internal Response WithoutBody(int status) => new(status, null, null, 0, 0, Fields);

    /// <summary>An answer with fields that are known to be good.</summary>
    internal static Response Trusted(int status, Body? body, object? content, ResponseField? fields) => new(status, body, content, 0, 0, fields);

    private static void CheckStatus(int status)
    {
        // 1xx are not answers: the engine alone sends 100, and 101 belongs to an upgrade.
        if (status is < 200 or > 599) throw new ArgumentOutOfRangeException(nameof(status), status, "A response status is 200 to 599.");
    }
}
