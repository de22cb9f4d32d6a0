// The buffer of a response body: what was written stays, however it grew.

using System.Buffers;

namespace Galley.Tests.Receive;

public sealed class ByteBuffer_tests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void What_was_written_stays_when_more_is_written(int first)
    {
        var buffer = new ByteBuffer();
        byte[] expected = [.. Enumerable.Range(0, first + 20_000).Select(static i => (byte)(i * 31))];
        buffer.Write(expected.AsSpan(0, first));
        foreach (byte octet in expected.AsSpan(first)) buffer.Write([octet]);
        Assert.Equal(expected, buffer.Written.ToArray());
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void Buffers_trade_what_they_hold()
    {
        var one = new ByteBuffer();
        var other = new ByteBuffer();
        one.Write(new byte[10_000]);
        other.Write("short"u8);
        one.Swap(other);
        Assert.Equal(("short", 10_000), (System.Text.Encoding.ASCII.GetString(one.Written), other.Length));
        other.Clear();
        one.Write(new byte[10_000]);
        Assert.Equal(10_005, one.Length);
    }
}
