// Conditional requests for answers that are made anew each time: the body is hashed when it is serialized, and a client that has it already gets 304
// in its place. It saves the way, not the work. The tag is weak: a proxy or compression may write the same answer in other bytes.

using System.Globalization;
using System.Text;

namespace Galley.Responding;

/// <summary>Gives an answer an entity tag, and compares it with the request's.</summary>
internal static class DynamicTag
{
    private static readonly byte[] s_name = "ETag"u8.ToArray();

    /// <summary>Gives the answer its tag, or puts 304 in its place. Only 200 to GET and HEAD; a tag that the program gave stays.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="body">The body, serialized.</param>
    public static void Judge(Exchange exchange, ReadOnlySpan<byte> body)
    {
        ref Response response = ref exchange.Response;
        if (response.Status != 200 || exchange.Head.Method is not (Wire.Http1.Method.Get or Wire.Http1.Method.Head)) return;
        byte[]? tag = Given(response);
        if (tag is null)
        {
            tag = Encoding.ASCII.GetBytes($"W/\"{ContentHash.Of(body).ToString("x16", CultureInfo.InvariantCulture)}\"");
            response = response.WithTrusted(s_name, tag);
        }
        // Of If-Match and its kind the handler has thought already, or not: its answer exists now.
        if (Preconditions.Judge(exchange, exists: true, tag, modified: null) != Judgement.NotModified) return;
        response = response.WithoutBody(304);
        exchange.Output.Clear();
    }

    private static byte[]? Given(in Response response)
    {
        for (ResponseField? field = response.Fields; field is not null; field = field.Before)
        {
            if (Ascii.EqualsIgnoreCase(field.Name, s_name)) return field.Value;
        }
        return null;
    }
}
