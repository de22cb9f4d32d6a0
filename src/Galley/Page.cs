// One page of a list. The body is an object, not an array: it has room for where to go on, which programs that read only bodies - generated clients, browsers
// across origins - would otherwise not see, and for what a list will say tomorrow. The Link field (RFC 8288) says the same to everybody else.

using System.Text.Json.Serialization;

namespace Galley;

/// <summary>A page: as JSON <c>{ "items": [...], "next": "...", "previous": "...", "count": 3 }</c>, of which only <c>items</c> is always there. As an answer it
/// brings <c>Link</c> with <c>self</c>, <c>first</c>, <c>prev</c> and <c>next</c>.</summary>
/// <typeparam name="T">What is on it.</typeparam>
public sealed class Page<T> : IBringsFields
{
    private readonly ResponseField? _fields;

    /// <summary>A page without links, as a client reads it.</summary>
    [JsonConstructor]
    public Page(IReadOnlyList<T> items, string? next = null, string? previous = null, long? count = null) : this(items, next, previous, count, null) { }

    internal Page(IReadOnlyList<T> items, string? next, string? previous, long? count, ResponseField? fields)
    {
        Items = items;
        Next = next;
        Previous = previous;
        Count = count;
        _fields = fields;
    }

    /// <summary>The rows, in order.</summary>
    public IReadOnlyList<T> Items { get; }

    /// <summary>The cursor of the page behind this one; null when this is the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Next { get; }

    /// <summary>The cursor of the page before this one; null when this is the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Previous { get; }

    /// <summary>Rows on all pages; null when nobody asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Count { get; }

    ResponseField? IBringsFields.Fields => _fields;

    /// <summary>The same page of something else: what the rows became.</summary>
    public Page<TOther> With<TOther>(IReadOnlyList<TOther> items) => new(items, Next, Previous, Count, _fields);

    /// <summary>The same page with every row made into something else.</summary>
    public Page<TOther> Select<TOther>(Func<T, TOther> selector) => With<TOther>([.. Items.Select(selector)]);
}

/// <summary>A result that has something to say in header fields, too.</summary>
internal interface IBringsFields
{
    ResponseField? Fields { get; }
}
