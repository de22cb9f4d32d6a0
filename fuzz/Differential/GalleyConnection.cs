// What Galley makes of a connection: the codec as the engine drives it, from the first byte to the end of input.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Fuzzing.Differential;

static class GalleyConnection
{
    /// <summary>The reason of an input that ends inside of a message.</summary>
    public const string Incomplete = "Incomplete";

    /// <summary>Reads a connection.</summary>
    public static Reading Read(ReadOnlySpan<byte> bytes)
    {
        List<Taken> requests = [];
        List<int> starts = [];
        string? refusal = Read(bytes, requests, starts);
        return new(requests, refusal) { Starts = starts };
    }

    static string? Read(ReadOnlySpan<byte> bytes, List<Taken> requests, List<int> starts)
    {
        int length = bytes.Length;
        HeadLimits limits = new();
        RequestHead head = new();
        while (!bytes.IsEmpty)
        {
            starts.Add(length - bytes.Length);
            head.Reset();
            ParseResult result = HeadParser.Parse(bytes, limits, head);
            if (result.Status != ParseStatus.Complete)
                return result.Status == ParseStatus.NeedMore ? Incomplete : result.Reason.ToString();
            ReadOnlySpan<byte> parsed = bytes[..result.Consumed];
            bytes = bytes[result.Consumed..];
            BodyReader body = new(head, limits);
            List<byte> data = [];
            while (!body.IsComplete)
            {
                DecodeStatus status = body.Next(bytes, out int consumed, out int start, out int count);
                data.AddRange(bytes.Slice(start, count));
                bytes = bytes[consumed..];
                if (status is DecodeStatus.Rejected or DecodeStatus.NeedMore)
                    return status == DecodeStatus.NeedMore ? Incomplete : body.Reason.ToString();
            }
            requests.Add(Take(head, parsed, [.. data]));
            if (!head.KeepAlive)
                break;
        }
        return null;
    }

    static Taken Take(RequestHead head, ReadOnlySpan<byte> parsed, byte[] body)
    {
        byte[] path = new byte[head.Path(parsed).Length];
        int length = 0;
        if (path.Length > 0)
            PathDecoder.TryDecode(head.Path(parsed), path, out length, out _);
        List<(string, string)> fields = [];
        foreach (ref readonly FieldSlice field in head.Fields)
            fields.Add((Text(field.Name(parsed)), Text(field.Value(parsed))));
        return new(Text(head.MethodToken(parsed)), Text(head.Target(parsed)), Encoding.UTF8.GetString(path, 0, length), Text(head.Query(parsed)),
            Taken.Join(fields), Text(body));
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
