// One event of an event stream, as the bytes that every client of it gets: WHATWG HTML section 9.2. It is formatted once, when it is made, so that
// the thousandth client costs no more than the copy. Nothing that is put into one field can begin another.

using System.Buffers;
using System.Globalization;
using System.Text;
using Galley.Serializing;

namespace Galley;

/// <summary>An event for <see cref="Response.Events"/>: data, and beside it a name, an id and a hint when to come back. Immutable, thread-safe; one
/// instance may be sent to any number of clients.</summary>
/// <remarks>A line break in the data - CR, LF or both - becomes one LF at the client, as the format has it.</remarks>
/// <example><code>
/// new ServerSentEvent("Table 7 is ready", name: "ready", id: "42")
/// ServerSentEvent.Json(order, name: "order", id: order.Version.ToString())
/// </code></example>
public sealed class ServerSentEvent
{
    private ServerSentEvent(ReadOnlySpan<byte> data, bool hasData, string? name, string? id, TimeSpan? retry, string? comment)
    {
        Name = name;
        Id = id;
        Retry = retry;
        var bytes = new ArrayBufferWriter<byte>(data.Length + 64);
        if (comment is not null) Lines(bytes, ": "u8, Encoding.UTF8.GetBytes(comment));
        if (!string.IsNullOrEmpty(name)) Line(bytes, "event: "u8, name, nameof(name));
        if (id is not null) Line(bytes, "id: "u8, id, nameof(id));
        if (retry is { } wait) RetryLine(bytes, wait);
        if (hasData) Lines(bytes, "data: "u8, data);
        bytes.Write("\n"u8);
        Bytes = bytes.WrittenSpan.ToArray();
    }

    /// <summary>An event with text.</summary>
    /// <param name="data">What the client gets as <c>event.data</c>; may have several lines.</param>
    /// <param name="name">What the client listens to (<c>addEventListener</c>); without one it is <c>message</c>.</param>
    /// <param name="id">What the client tells as <c>Last-Event-ID</c> when it connects again; empty makes it forget the one it has.</param>
    /// <param name="retry">How long the client waits before it connects again, from now on.</param>
    /// <exception cref="ArgumentException">The name or the id has a line break, or the id a NUL, which would make clients ignore it.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retry"/> is negative or longer than 24 days.</exception>
    public ServerSentEvent(string data, string? name = null, string? id = null, TimeSpan? retry = null)
        : this(Encoding.UTF8.GetBytes(data ?? throw new ArgumentNullException(nameof(data))), true, name, id, retry, null)
    {
    }

    /// <summary>What the client listens to; null for <c>message</c>.</summary>
    public string? Name { get; }

    /// <summary>What the client tells when it connects again; null leaves what it has.</summary>
    public string? Id { get; }

    /// <summary>How long the client waits before it connects again; null leaves what it has.</summary>
    public TimeSpan? Retry { get; }

    /// <summary>The event as it is sent, the empty line at its end included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>An event whose data is a value as JSON. Its metadata comes from the generator, which reads the type at this call.</summary>
    /// <inheritdoc cref="ServerSentEvent(string, string?, string?, TimeSpan?)"/>
    public static ServerSentEvent Json<T>(T value, string? name = null, string? id = null, TimeSpan? retry = null)
    {
        var json = new ArrayBufferWriter<byte>();
        JsonBody<T>.Instance.Write(value, json);
        return new(json.WrittenSpan, true, name, id, retry, null);
    }

    /// <summary>A comment: clients ignore it. Heartbeats need none, Galley sends them.</summary>
    public static ServerSentEvent Comment(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(default, false, null, null, null, text);
    }

    /// <summary>Only tells how long the client waits before it connects again; it raises no event there.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retry"/> is negative or longer than 24 days.</exception>
    public static ServerSentEvent RetryAfter(TimeSpan retry) => new(default, false, null, null, retry, null);

    private static void Line(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> field, string value, string parameter)
    {
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new ArgumentException($"The {parameter} of an event holds a line break or a NUL: it would be another field, or none (WHATWG HTML section 9.2.6).", parameter);
        bytes.Write(field);
        Encoding.UTF8.GetBytes(value, bytes);
        bytes.Write("\n"u8);
    }

    private static void RetryLine(ArrayBufferWriter<byte> bytes, TimeSpan retry)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retry, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(retry, TimeSpan.FromDays(24)); // what clients count in 31 bits of milliseconds
        bytes.Write("retry: "u8);
        Encoding.ASCII.GetBytes(((long)retry.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), bytes);
        bytes.Write("\n"u8);
    }

    // Every line of it is a field of its own; what ends a line is CRLF, CR or LF (section 9.2.5).
    private static void Lines(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> field, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            int end = text.IndexOfAny((byte)'\r', (byte)'\n');
            bytes.Write(field);
            bytes.Write(end < 0 ? text : text[..end]);
            bytes.Write("\n"u8);
            if (end < 0) return;
            text = text[(text[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1)..];
        }
    }
}
