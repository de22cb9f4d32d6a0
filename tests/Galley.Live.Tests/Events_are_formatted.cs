// WHATWG HTML section 9.2: what stands on the wire for an event, and that no field can become another.

using System.Net.ServerSentEvents;
using System.Text;

namespace Galley.Live.Tests;

public sealed record Dish(string Name, int Table);

public class Events_are_formatted
{
    public static TheoryData<ServerSentEvent, string> All => new()
    {
        { new("hello"), "data: hello\n\n" },
        { new(""), "data: \n\n" },
        { new("one\ntwo"), "data: one\ndata: two\n\n" },
        { new("one\r\ntwo\rthree\n"), "data: one\ndata: two\ndata: three\ndata: \n\n" },
        { new("\r\r\n\n"), "data: \ndata: \ndata: \ndata: \n\n" },
        { new("x", name: "order"), "event: order\ndata: x\n\n" },
        { new("x", id: "7"), "id: 7\ndata: x\n\n" },
        { new("x", id: ""), "id: \ndata: x\n\n" },
        { new("x", "n", "i", TimeSpan.FromSeconds(1.5)), "event: n\nid: i\nretry: 1500\ndata: x\n\n" },
        { new("id: 9\nevent: forged\n\ndata: forged"), "data: id: 9\ndata: event: forged\ndata: \ndata: data: forged\n\n" },
        { new(" gruß €"), "data:  gruß €\n\n" },
        { ServerSentEvent.Comment("a\nid: 1"), ": a\n: id: 1\n\n" },
        { ServerSentEvent.RetryAfter(TimeSpan.Zero), "retry: 0\n\n" },
        { ServerSentEvent.Json(new Dish("a\nb", 7), name: "dish"), "event: dish\ndata: {\"name\":\"a\\nb\",\"table\":7}\n\n" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void An_event_is_these_bytes(ServerSentEvent made, string bytes) => Assert.Equal(bytes, Encoding.UTF8.GetString(made.Bytes.Span));

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public void A_name_or_an_id_cannot_begin_another_field(string text)
    {
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x", name: text));
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x", id: text));
    }

    [Fact]
    public void A_retry_is_neither_negative_nor_endless()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ServerSentEvent.RetryAfter(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ServerSentEvent.RetryAfter(TimeSpan.FromDays(25)));
    }

    // The framework's parser is the other opinion.
    [Fact]
    public void Any_data_comes_back_with_its_line_breaks_as_LF()
    {
        var random = new Random(4711);
        for (int i = 0; i < 500; i++)
        {
            string data = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "\r\n:a é"[random.Next(6)]));
            var stream = new MemoryStream(new ServerSentEvent(data, name: "n", id: "i").Bytes.ToArray());
            SseItem<string> item = Assert.Single(SseParser.Create(stream).Enumerate());
            Assert.Equal((data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), "n", "i"), (item.Data, item.EventType, item.EventId));
        }
    }
}
