// Bodies far larger than the memory they may take: a client makes them while it sends, and the kernel says how much the server had at its most.

using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Galley.EndToEnd;

public sealed class Uploads_in_bounded_memory
{
    private const long Bound = 20 * 1024 * 1024;

    [Fact]
    public async Task Two_gigabytes_take_less_than_20_megabytes()
    {
        await using Served served = await Served.StartAsync();
        await SendAsync(served, "/upload/nowhere", 4 * 1024 * 1024);
        long growth = await GrowthAsync(served, () => SendAsync(served, "/upload/nowhere", 2L * 1024 * 1024 * 1024));
        Assert.InRange(growth, 0, Bound);
        await served.StopAsync();
    }

    [Fact]
    public async Task A_file_of_300_megabytes_takes_less_than_20_megabytes()
    {
        await using Served served = await Served.StartAsync();
        await SendAsync(served, "/upload/file", 4 * 1024 * 1024);
        long growth = await GrowthAsync(served, () => SendAsync(served, "/upload/file", 300_000_000));
        Assert.Equal(300_000_000, new FileInfo(Path.Combine(served.Folder, "upload")).Length);
        Assert.Empty(Directory.GetFiles(served.Folder, ".*.part"));
        Assert.InRange(growth, 0, Bound);
    }

    [Fact]
    public async Task A_part_of_300_megabytes_takes_less_than_20_megabytes()
    {
        await using Served served = await Served.StartAsync();
        await SendPartAsync(served, 4 * 1024 * 1024);
        long growth = await GrowthAsync(served, () => SendPartAsync(served, 300_000_000));
        Assert.InRange(growth, 0, Bound);
    }

    [Fact]
    public async Task A_compressed_body_takes_less_than_20_megabytes_and_a_bomb_no_more()
    {
        byte[] digits = new byte[30_000_000];
        var random = new Random(5);
        for (int i = 0; i < digits.Length; i++) digits[i] = (byte)('0' + random.Next(10));
        byte[] honest = Pack(digits, digits.Length);
        byte[] bomb = Pack(new byte[1024 * 1024], 512L * 1024 * 1024);
        await using Served served = await Served.StartAsync();
        SendCoded(served, Pack(digits, 1_000_000), 200, "1000000");
        SendCoded(served, Pack(new byte[1024], 1024), 200, "1024");
        long growth = await GrowthAsync(served, () =>
        {
            SendCoded(served, honest, 200, "30000000");
            for (int i = 0; i < 5; i++) SendCoded(served, bomb, 413, null);
            return Task.CompletedTask;
        });
        Assert.InRange(growth, 0, Bound);
        Assert.True(served.HasRaised("LimitReached { Setting = Galley:Limits:DecompressionRatio"));
        served.AnswersStill();
    }

    private static async Task<long> GrowthAsync(Served served, Func<Task> act)
    {
        served.Child.ForgetPeak();
        long before = served.Child.ResidentBytesWithFiles();
        await act();
        return Math.Max(0, served.Child.PeakBytes() - before);
    }

    private static Task SendAsync(Served served, string path, long length)
    {
        using Client client = served.Connect();
        client.Send(string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"));
        SendZeros(client, length);
        Assert.Equal(length.ToString(CultureInfo.InvariantCulture), client.Read().Body);
        return Task.CompletedTask;
    }

    private static Task SendPartAsync(Served served, long length)
    {
        byte[] before = Encoding.ASCII.GetBytes("--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n12345\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
        byte[] after = Encoding.ASCII.GetBytes("\r\n--B--\r\n");
        using Client client = served.Connect();
        client.Send(string.Create(CultureInfo.InvariantCulture,
            $"POST /upload/parts HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: {before.Length + length + after.Length}\r\n\r\n"));
        client.Send(before);
        SendZeros(client, length);
        client.Send(after);
        Assert.Equal((length + 5).ToString(CultureInfo.InvariantCulture), client.Read().Body);
        return Task.CompletedTask;
    }

    private static void SendZeros(Client client, long length)
    {
        byte[] piece = new byte[256 * 1024];
        for (; length > 0; length -= piece.Length) client.Send(piece.AsSpan(0, (int)Math.Min(piece.Length, length)));
    }

    // The bomb is refused while it is being sent: then there is nothing to send it to any more.
    private static void SendCoded(Served served, byte[] packed, int status, string? body)
    {
        using Client client = served.Connect();
        client.Send($"POST /upload/coded HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
        try
        {
            client.Send(packed);
        }
        catch (System.Net.Sockets.SocketException) when (status == 413)
        {
        }
        Answer answer = client.Read();
        Assert.Equal(status, answer.Status);
        if (body is not null) Assert.Equal(body, answer.Body);
    }

    private static byte[] Pack(byte[] piece, long length)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (; length > 0; length -= piece.Length) stream.Write(piece, 0, (int)Math.Min(piece.Length, length));
        }
        return packed.ToArray();
    }
}
