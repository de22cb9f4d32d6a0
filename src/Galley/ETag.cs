// The name of one state of a thing, as programs give it and clients give it back. RFC 9110 section 8.8.3.

using System.Globalization;
using System.Text;
using Galley.Responding;

namespace Galley;

/// <summary>An entity tag: <c>"v3"</c>, or <c>W/"v3"</c> when it only promises that states are as good as each other, not byte for byte the same.</summary>
/// <remarks>An immutable value. <c>default</c> is the tag of nothing: it matches no other, and <see cref="Response.With(ETag)"/> refuses it.</remarks>
public readonly struct ETag : IEquatable<ETag>
{
    private readonly string? _text;

    private ETag(string text) => _text = text;

    internal bool IsNothing => _text is null;

    /// <summary>A tag for a state whose bytes are always the same: a version number, a row's revision.</summary>
    /// <param name="name">What goes between the quotes: visible ASCII without a quote.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> holds something else.</exception>
    public static ETag Strong(string name) => new(Quoted("\"", name));

    /// <summary>A tag for a state that may be written in more than one way. It satisfies If-None-Match, never If-Match.</summary>
    /// <inheritdoc cref="Strong"/>
    public static ETag Weak(string name) => new(Quoted("W/\"", name));

    /// <summary>A strong tag made from the bytes themselves: 64 bits of hash, the same in every process. It tells versions apart and is no signature.</summary>
    public static ETag Of(ReadOnlySpan<byte> content) => new($"\"{ContentHash.Of(content).ToString("x16", CultureInfo.InvariantCulture)}\"");

    /// <summary>The strong tag of a row's version. See <see cref="RequestVersions"/>.</summary>
    public static ETag Of(long version) => Strong(version.ToString(CultureInfo.InvariantCulture));

    /// <summary>The tag as a field holds it, with its quotes; empty for <c>default</c>.</summary>
    public override string ToString() => _text ?? "";

    /// <inheritdoc/>
    public bool Equals(ETag other) => _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ETag other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether both are the same tag of the same strength.</summary>
    public static bool operator ==(ETag left, ETag right) => left.Equals(right);

    /// <summary>Whether they differ in name or strength.</summary>
    public static bool operator !=(ETag left, ETag right) => !left.Equals(right);

    internal byte[] ToBytes() => Encoding.ASCII.GetBytes(ToString());

    private static string Quoted(string before, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string text = before + name + "\"";
        foreach (char c in name)
        {
            if (c is < '!' or > '~' or '"') throw new ArgumentException($"'{name}' cannot be an entity tag: visible ASCII without quotes and spaces (RFC 9110 section 8.8.3).", nameof(name));
        }
        return text;
    }
}
