// Which transport runs: epoll on Linux unless it is told otherwise; both answer.

namespace Galley.EndToEnd;

public sealed class Transports_are_chosen
{
    [Theory]
    [InlineData("", "epoll")]
    [InlineData("--transport epoll", "epoll")]
    [InlineData("--transport auto", "epoll")]
    [InlineData("--transport sockets", "sockets")]
    [InlineData("--Galley:Transport=sockets", "sockets")]
    public async Task Linux_gets_epoll_unless_told_otherwise(string arguments, string transport)
    {
        await using Served served = await Served.StartAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"Transport = {transport}, Loops = ", served.Started, StringComparison.Ordinal);
        using Client client = served.Connect();
        Assert.Equal("""{"message":"Hello, world"}""", client.Get("/json").Body);
        Assert.Equal("""{"message":"Hello, world"}""", client.Get("/typed").Body);
        client.Send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("hello", client.Read().Body);
        await served.StopAsync();
    }
}
