// Feeds one input whole, cut in two at every position, and one byte at a time, and insists that the outcome is the same: the
// verdict on a message depends on its bytes, never on packets. Every test of this project that parses goes through here;
// No_test_goes_around_the_driver fails for one that does not.

using System.Text;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

sealed record Verdict(ParseStatus Status, RejectionReason Reason, RequestHead Head, byte[] Input, byte[] Body, int Consumed, long Remaining = 0)
{
    public string BodyText => Encoding.Latin1.GetString(Body);
    public string Path => Text(Head.Path(Input));
    public string Query => Text(Head.Query(Input));
    public string Target => Text(Head.Target(Input));
    public string Host => Text(Head.Host(Input));
    public string Method => Text(Head.MethodToken(Input));

    public string? Field(string name) =>
        Head.TryGetField(Input, Encoding.ASCII.GetBytes(name), out ReadOnlySpan<byte> value) ? Text(value) : null;

    public string Fields()
    {
        StringBuilder all = new();
        foreach (ref readonly FieldSlice field in Head.Fields)
            all.Append(field.Known).Append('|').Append(Text(field.Name(Input))).Append('=').Append(Text(field.Value(Input))).Append('\n');
        return all.ToString();
    }

    // Everything that must not depend on how the bytes arrived.
    public string Describe() => Head.Length == 0
        ? $"{Status} {Reason}"
        : $"{Status} {Reason} {Consumed} {Remaining} {BodyText} / {Method} {Target} {Head.TargetForm} {Path} ? {Query} {Head.PathIsPlain} {Head.IsHttp11} {Host} "
            + $"{Head.Length} {Head.BodyKind} {Head.ContentLength} {Head.KeepAlive} {Head.ExpectContinue} {Head.HasUpgrade}\n{Fields()}";

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}

static class Driver
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static Verdict Read(string input, HeadLimits? limits = null) => Read(Bytes(input), limits);

    public static Verdict Read(byte[] input, HeadLimits? limits = null)
    {
        Verdict whole = Feed(input, limits, [input.Length]);
        string expected = whole.Describe();
        for (int cut = 0; cut < input.Length; cut++)
            Assert.Equal(expected, Feed(input, limits, [cut, input.Length]).Describe());
        Assert.Equal(expected, Feed(input, limits, Enumerable.Range(0, input.Length + 1)).Describe());
        return whole;
    }

    /// <summary>One delivery, for inputs that are parts of one that was cut everywhere already.</summary>
    public static Verdict Once(string input) => Feed(Bytes(input), null, [input.Length]);

    /// <summary>Everything that a connection would make of these bytes: requests one behind the other, up to the last that is not complete.</summary>
    public static List<Verdict> ReadAll(string input, HeadLimits? limits = null)
    {
        List<Verdict> all = [];
        for (byte[] rest = Bytes(input); rest.Length > 0; rest = rest[all[^1].Consumed..])
        {
            all.Add(Read(rest, limits));
            if (all[^1].Status != ParseStatus.Complete)
                break;
        }
        return all;
    }

    /// <summary>The head alone, for tests of what is decided over it.</summary>
    public static RequestHead Head(string input, HeadLimits? limits = null)
    {
        RequestHead head = Read(input, limits).Head;
        Assert.NotEqual(0, head.Length);
        return head;
    }

    public static Verdict Complete(string input, HeadLimits? limits = null)
    {
        Verdict verdict = Read(input, limits);
        Assert.Equal(RejectionReason.None, verdict.Reason);
        Assert.Equal(ParseStatus.Complete, verdict.Status);
        return verdict;
    }

    public static void Incomplete(string input) => Assert.Equal(ParseStatus.NeedMore, Read(input).Status);

    public static void Rejects(RejectionReason reason, string input, HeadLimits? limits = null)
    {
        Verdict verdict = Read(input, limits);
        Assert.Equal(reason, verdict.Reason);
        Assert.Equal(ParseStatus.Rejected, verdict.Status);
    }

    // A request with these field lines after a good Host.
    public static string With(string fields, string body = "") => $"POST /x HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}";

    // What an engine does: deliveries end at the given positions; nothing after the first request is looked at.
    public static Verdict Feed(byte[] input, HeadLimits? limits, IEnumerable<int> deliveries)
    {
        HeadLimits bounds = limits ?? new HeadLimits();
        RequestHead head = new();
        BodyReader body = default;
        List<byte> data = [];
        int at = 0;
        foreach (int end in deliveries)
        {
            ReadOnlySpan<byte> arrived = input.AsSpan(0, end);
            if (head.Length == 0)
            {
                ParseResult result = HeadParser.Parse(arrived, bounds, head);
                if (result.Status == ParseStatus.Rejected)
                    return new Verdict(ParseStatus.Rejected, result.Reason, head, input, [], 0);
                if (result.Status == ParseStatus.NeedMore)
                    continue;
                at = result.Consumed;
                body = new BodyReader(head, bounds);
            }
            while (true)
            {
                DecodeStatus status = body.Next(arrived[at..], out int consumed, out int start, out int length);
                data.AddRange(arrived.Slice(at + start, length));
                at += consumed;
                if (status == DecodeStatus.Complete)
                    return new Verdict(ParseStatus.Complete, RejectionReason.None, head, input, [.. data], at);
                if (status == DecodeStatus.Rejected)
                    return new Verdict(ParseStatus.Rejected, body.Reason, head, input, [.. data], at);
                if (status == DecodeStatus.NeedMore)
                {
                    Assert.Equal(end, at);
                    break;
                }
            }
        }
        return new Verdict(ParseStatus.NeedMore, RejectionReason.None, head, input, [.. data], at, body.Remaining);
    }
}
