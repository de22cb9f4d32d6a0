// A file body on every transport: whole or not at all, at the reader's pace, without anybody else waiting for it.

using Galley.Testing;

namespace Galley.Transport.Tests;

public sealed class Files_arrive_whole_over_epoll : Files_arrive_whole<Epoll>;

public sealed class Files_arrive_whole_over_sockets : Files_arrive_whole<Sockets>;

public sealed class Files_arrive_whole_over_memory : Files_arrive_whole<Memory>;

public sealed class Files_arrive_whole_over_tls_over_epoll : Files_arrive_whole<TlsOverEpoll>;

public sealed class Files_arrive_whole_over_tls_over_sockets : Files_arrive_whole<TlsOverSockets>;

public sealed class Files_arrive_whole_over_tls_in_memory : Files_arrive_whole<TlsInMemory>;

/// <summary>Throws a file out of the system's memory, where that can be asked for.</summary>
internal static partial class ColdFiles
{
    public static void Evict(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true); // what is not written yet stays
        const int DontNeed = 4;
        Assert.Equal(0, Advise((int)file.SafeFileHandle.DangerousGetHandle(), 0, 0, DontNeed));
    }

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, nint offset, nint length, int advice);
}

public abstract class Files_arrive_whole<T> : TransportContract<T>, IDisposable where T : Carrier, new()
{
    private const int Large = 12 * 1024 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("galley-files-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory(Timeout = Patience)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10 * 1024)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(64 * 1024)]
    [InlineData((512 * 1024) + 7)]
    [InlineData(Large)]
    public async Task A_file_of_any_size_is_itself_and_the_connection_goes_on(int size)
    {
        ClientConnection client = await ServeAsync(size);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /a HTTP/1.0\r\n\r\n");

        Answer answer = await client.ReadAsync();
        Assert.Equal(size.ToString(System.Globalization.CultureInfo.InvariantCulture), answer["Content-Length"]);
        Assert.True(answer.Body.Span.SequenceEqual(Pattern(size)));
        Assert.Equal("hello", (await client.ReadAsync()).Text);
        Assert.Equal(200, (await client.ReadAsync(isHead: true)).Status);
        Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(Pattern(size)));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Ranges_are_slices_of_a_large_file()
    {
        ClientConnection client = await ServeAsync(Large);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=1000000-8999999\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=5000000-6999999,0-99\r\n\r\n");

        Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(Pattern(8_000_000, 1_000_000)));
        Answer parts = await client.ReadAsync();
        Assert.Equal(206, parts.Status);
        ReadOnlySpan<byte> body = parts.Body.Span;
        int first = body.IndexOf("\r\n\r\n"u8) + 4;
        Assert.True(body.Slice(first, 2_000_000).SequenceEqual(Pattern(2_000_000, 5_000_000)));
        ReadOnlySpan<byte> rest = body[(first + 2_000_000)..];
        Assert.True(rest.Slice(rest.IndexOf("\r\n\r\n"u8) + 4, 100).SequenceEqual(Pattern(100)));
        Assert.True(body.EndsWith("--\r\n"u8));
    }

    [Fact(Timeout = Patience)]
    public async Task A_file_that_is_not_in_memory_is_read_first_and_its_reader_may_leave_meanwhile()
    {
        ClientConnection client = await ServeAsync(Large);
        ColdFiles.Evict(Path.Combine(_folder, "a"));
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(Pattern(Large)));
        Assert.Equal("hello", (await client.ReadAsync()).Text);
        for (int i = 0; i < 5; i++)
        {
            ColdFiles.Evict(Path.Combine(_folder, "a"));
            using ClientConnection impatient = await ConnectAsync();
            await impatient.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            impatient.Reset();
        }
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("hello", (await client.ReadAsync()).Text);
        await Until(() => App.Connections == 1 && OpenFiles() == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task Slow_readers_get_their_files_whole_and_others_do_not_wait()
    {
        await ServeAsync(Large);
        ClientConnection[] slow = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ConnectAsync(receiveBytes: 4096)));
        foreach (ClientConnection client in slow) await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        ClientConnection honest = await ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            await honest.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("hello", (await honest.ReadAsync()).Text);
        }
        await Task.WhenAll(slow.Select(async client =>
        {
            Assert.True((await client.ReadAsync()).Body.Span.SequenceEqual(Pattern(Large)));
            Assert.Equal("hello", (await client.ReadAsync()).Text);
        }));
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_reads_nothing_is_reset_in_time_and_its_file_closed()
    {
        App.Options.Timeouts.Write = TimeSpan.FromMilliseconds(200);
        ClientConnection client = await ServeAsync(Large * 2, receiveBytes: 4096);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        await Until(() => HasHappened<TimedOut>(static happened => happened.Setting == "Galley:Timeouts:Write"));
        await Until(() => App.Connections == 0);
        Assert.Equal(0, OpenFiles());
    }

    [Fact(Timeout = Patience)]
    public async Task A_reset_in_the_middle_of_a_file_closes_it()
    {
        for (int i = 0; i < 3; i++)
        {
            ClientConnection client = i == 0 ? await ServeAsync(Large * 2) : await ConnectAsync(receiveBytes: 4096);
            await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.True(await client.Channel.ReceiveAsync(new byte[1000]) > 0);
            client.Reset();
            await Until(() => App.Connections == 0);
            await Until(() => OpenFiles() == 0); // a thread may still be reading ahead
        }
        Assert.True(HasHappened<ClientGone>(static _ => true));
    }

    [Fact(Timeout = Patience)]
    public async Task A_file_that_becomes_shorter_while_it_is_sent_is_cut_by_a_reset()
    {
        ClientConnection client = await ServeAsync(Large * 2, receiveBytes: 4096);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True(await client.Channel.ReceiveAsync(new byte[100]) > 0);
        await using (FileStream file = new(Path.Combine(_folder, "a"), FileMode.Open, FileAccess.Write)) file.SetLength(100_000);

        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadToEndAsync());
        await Until(() => HasHappened<FileChanged>(static happened => happened.Route!.Pattern == "/{*path}"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_file_that_is_written_anew_while_it_is_sent_is_never_taken_for_whole()
    {
        ClientConnection client = await ServeAsync(Large * 2, receiveBytes: 4096);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True(await client.Channel.ReceiveAsync(new byte[100]) > 0);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a"), Pattern(Large * 2, 5)); // as long as before

        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadToEndAsync());
        await Until(() => HasHappened<FileChanged>(static _ => true));
    }

    [Fact(Timeout = Patience)]
    public async Task A_file_that_is_exchanged_by_renaming_is_sent_to_its_end()
    {
        if (OperatingSystem.IsWindows()) return;
        ClientConnection client = await ServeAsync(Large, receiveBytes: 4096);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "b"), "another");
        File.Move(Path.Combine(_folder, "b"), Path.Combine(_folder, "a"), overwrite: true);

        Answer answer = await client.ReadAsync();
        Assert.True(answer.Text == "another" || answer.Body.Span.SequenceEqual(Pattern(Large)));
    }

    [Fact(Timeout = Patience)]
    public async Task A_drain_lets_a_file_go_out_to_its_end()
    {
        ClientConnection client = await ServeAsync(Large, receiveBytes: 4096);
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True(await client.Channel.ReceiveAsync(new byte[1]) > 0); // it has begun
        Task<int> stopped = App.StopAsync();
        int rest = (await client.ReadToEndAsync()).Length;
        Assert.True(rest >= Large);
        Assert.Equal(0, await stopped);
    }

    private async Task<ClientConnection> ServeAsync(int size, int receiveBytes = 0)
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a"), Pattern(size));
        App.UseFiles("/", new FileFolder(_folder) { Index = null });
        await App.StartAsync();
        return await ConnectAsync(receiveBytes);
    }

    // Descriptors of this process on the file of the test.
    private int OpenFiles()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        string path = Path.Combine(_folder, "a");
        return new DirectoryInfo("/proc/self/fd").EnumerateFiles().Count(file =>
        {
            try
            {
                return file.LinkTarget == path;
            }
            catch (IOException)
            {
                return false; // closed meanwhile
            }
        });
    }
}
