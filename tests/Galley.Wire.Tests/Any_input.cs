// Whatever the bytes: a value, need-more or a rejection, never an exception, and the same however they are cut.

using CsCheck;
using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Any_input
{
    static readonly HeadLimits _tight = new() { MaxHeadBytes = 300, MaxTargetBytes = 40, MaxFields = 8, MaxBodyBytes = 64 };

    static readonly byte[][] _seeds = Array.ConvertAll(
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nPOST /a/%41/../b?c=d HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        "PUT http://h:1/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\nGET",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\nX:\t y \r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\nExpect: 100-continue\r\n\r\n",
    ], Driver.Bytes);

    // The octets that mean something to the parser, more often than the others.
    static readonly Gen<byte> _octet = Gen.Frequency(
        (3, Gen.OneOf(" \t\r\n\0:;,=\"%/?#*0159afAFHG[]\\.-"u8.ToArray())),
        (1, Gen.Byte));

    static readonly Gen<byte[]> _mutated = Mutations.Of(_seeds, _octet, furthest: 200);

    static readonly Gen<byte[]> _noise = _octet.Array[0, 80];

    static void IsTheSameHoweverCut(byte[] input, int[] cuts)
    {
        string whole = Driver.Feed(input, _tight, [input.Length]).Describe();
        IEnumerable<int> deliveries = cuts.Select(cut => cut % (input.Length + 1)).Order().Append(input.Length);
        Assert.Equal(whole, Driver.Feed(input, _tight, deliveries).Describe());
        Assert.Equal(whole, Driver.Feed(input, _tight, Enumerable.Range(0, input.Length + 1)).Describe());
    }

    [Fact]
    public void Mutated_requests_have_one_verdict() =>
        Gen.Select(_mutated, Gen.Int[0, 400].Array[0, 4]).Sample(IsTheSameHoweverCut, iter: 30_000, threads: 1);

    [Fact]
    public void Noise_has_one_verdict() =>
        Gen.Select(_noise, Gen.Int[0, 80].Array[0, 4]).Sample(IsTheSameHoweverCut, iter: 30_000, threads: 1);

    [Fact]
    public void Noise_as_chunks_has_one_verdict() => Gen.Select(_noise, Gen.Int[0, 150].Array[0, 4]).Sample((noise, cuts) =>
        IsTheSameHoweverCut([.. Driver.Bytes(Driver.With("Transfer-Encoding: chunked")), .. noise], cuts), iter: 30_000, threads: 1);

    [Fact]
    public void What_the_writer_writes_the_parser_reads_as_one_field() => Gen.Select(_octet.Array[0, 6], _octet.Array[0, 10]).Sample((name, value) =>
    {
        byte[] buffer = new byte[64];
        ResponseHeadWriter writer = new(buffer);
        if (!writer.Field(name, value))
            return;
        Verdict verdict = Driver.Feed([.. Driver.Bytes("GET / HTTP/1.0\r\n"), .. buffer.AsSpan(0, writer.Written), 13, 10], null, [18 + writer.Written]);
        Assert.Equal(ParseStatus.Complete, verdict.Status);
        FieldSlice field = Assert.Single(verdict.Head.Fields.ToArray());
        Assert.Equal(name, field.Name(verdict.Input));
        Assert.Equal(value.AsSpan().Trim(" \t"u8), field.Value(verdict.Input));
    }, iter: 50_000, threads: 1);

    [Fact]
    public void What_the_encoder_writes_the_decoder_reads() => Gen.Byte.Array[0, 40].Array[0, 6].Sample(chunks =>
    {
        List<byte> wire = [.. Driver.Bytes(Driver.With("Transfer-Encoding: chunked"))];
        foreach (byte[] chunk in chunks)
        {
            byte[] buffer = new byte[chunk.Length + 20];
            Assert.True(ChunkedEncoder.TryWriteChunk(buffer, chunk, out int written));
            wire.AddRange(buffer.AsSpan(0, written));
            if (written > 0)
                Assert.False(ChunkedEncoder.TryWriteChunk(buffer.AsSpan(0, written - 1), chunk, out _));
        }
        wire.AddRange(ChunkedEncoder.LastChunk);
        byte[] input = [.. wire];
        byte[] body = [.. chunks.SelectMany(chunk => chunk)];
        foreach (IEnumerable<int> deliveries in (IEnumerable<int>[])[[input.Length], Enumerable.Range(0, input.Length + 1)])
        {
            Verdict verdict = Driver.Feed(input, null, deliveries);
            Assert.Equal(ParseStatus.Complete, verdict.Status);
            Assert.Equal(body, verdict.Body);
            Assert.Equal(input.Length, verdict.Consumed);
        }
    }, iter: 3_000, threads: 1);

    [Fact]
    public void A_head_that_comes_byte_by_byte_costs_one_look_at_each_byte()
    {
        byte[] input = Driver.Bytes($"GET /{new string('a', 8000)} HTTP/1.1\r\nHost: a\r\nX: {new string('b', 24000)}\r\n\r\n");
        long least = long.MaxValue;
        // Once more when somebody else had the processor: what is quadratic is slow each time.
        for (int round = 0; round < 5 && least >= 500; round++)
        {
            System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.Equal(ParseStatus.Complete, Driver.Feed(input, null, Enumerable.Range(0, input.Length + 1)).Status);
            least = Math.Min(least, watch.ElapsedMilliseconds);
        }
        // Some 3 ms here. A quadratic scan, even of one cycle per byte, would take seconds.
        Assert.True(least < 500, $"{least} ms");
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        byte[] request = _seeds[2];
        byte[] buffer = new byte[512];
        RequestHead head = new();
        HeadLimits limits = new();
        long before = 0;
        // The first rounds jit and grow the field array.
        for (int round = 0; round < 3000; round++)
        {
            if (round == 1000)
                before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(request, buffer, head, limits);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static void Exchange(byte[] request, byte[] buffer, RequestHead head, in HeadLimits limits)
    {
        head.Reset();
        ConnectionState connection = new();
        ParseResult result = HeadParser.Parse(request, limits, head);
        connection.RequestArrived(head);
        BodyReader body = new(head, limits);
        int at = result.Consumed;
        while (body.Next(request.AsSpan(at), out int consumed, out _, out _) == DecodeStatus.Data)
            at += consumed;
        PathDecoder.TryDecode("/a/%41/../b"u8, buffer, out _, out _);
        head.TryGetField(request, "x-nothing"u8, out _);
        ResponsePlan plan = connection.Respond(200, 27, body.Remaining);
        ResponseHeadWriter writer = new(buffer);
        writer.Status(200);
        writer.Field("Content-Type", "text/plain");
        writer.ContentLength(plan.Length);
        writer.End();
        connection.ResponseEnded(body.Remaining);
        ChunkedEncoder.TryWriteChunk(buffer, "hello"u8, out _);
        HeadParser.Parse("GET / HTTP/1.1\r\n\r\n"u8, limits, _rejectable);
        _rejectable.Reset();
    }

    static readonly RequestHead _rejectable = new();
}
