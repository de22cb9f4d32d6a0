// What one of thousands of waiting clients holds: a few kilobytes of objects, and no buffer of 16 KiB for a head that was read long ago.

using System.Net.Sockets;
using System.Text;

namespace Galley.Live.Tests;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)] // the heap of the process is measured
public sealed class Alone;

[Collection(nameof(Alone))]
public class Waiting_clients_are_small
{
    private const int Clients = 400;

    [Theory(Timeout = Live.Patience)]
    [InlineData("/events")]
    [InlineData("/ws")]
    public async Task A_waiting_client_holds_no_buffer(string target)
    {
        var all = new Broadcast<ServerSentEvent>();
        await using Live live = await Live.StartAsync(app =>
        {
            app.Get("/events", _ => Response.Events(all.Subscribe()));
            app.WebSocket("/ws", Sockets_are_opened.EchoAsync);
        }, "epoll");
        List<Socket> clients = [];
        try
        {
            await OpenAsync(50); // what is made once is made
            long before = GC.GetTotalMemory(forceFullCollection: true);
            await OpenAsync(Clients);
            long held = (GC.GetTotalMemory(forceFullCollection: true) - before) / Clients;

            // The test's own socket, a good kilobyte, is among them.
            Assert.InRange(held, 500, 9_000);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }

        async Task OpenAsync(int count)
        {
            byte[] request = Encoding.ASCII.GetBytes(SocketClient.Handshake(target));
            byte[] answer = new byte[1024];
            for (int i = 0; i < count; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                await client.ConnectAsync(live.App.Address!);
                await client.SendAsync(request);
                int length = 0;
                while (!answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) length += await client.ReceiveAsync(answer.AsMemory(length));
            }
        }
    }
}
