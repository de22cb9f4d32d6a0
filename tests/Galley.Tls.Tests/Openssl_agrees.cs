// The other implementation's opinion: openssl s_client asks for what .NET's client cannot - old versions, renegotiation, sessions kept in a file.

using System.Diagnostics;
using System.Text;

namespace Galley.Tls;

public sealed class Openssl_agrees : Secured
{
    [Theory(Timeout = Patience)]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task Old_versions_are_refused(string version)
    {
        await ServeAsync();
        (int code, string said) = await ClientAsync(Get, version, "-cipher", "DEFAULT@SECLEVEL=0");
        Assert.NotEqual(0, code);
        Assert.Contains("alert protocol version", said, StringComparison.Ordinal);
        await Until(() => Happened.Any(static happened => happened is HandshakeFailed { Reason: "refused" }));
    }

    [Theory(Timeout = Patience)]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_session_is_resumed(string version)
    {
        await ServeAsync();
        string session = Authority.At("session");
        (_, string first) = await ClientAsync(Get, version, "-sess_out", session);
        Assert.Contains("New, TLSv1.", first, StringComparison.Ordinal);
        Assert.Contains("https True", first, StringComparison.Ordinal);
        (_, string second) = await ClientAsync(Get, version, "-sess_in", session);
        Assert.Contains("Reused, TLSv1.", second, StringComparison.Ordinal);
        Assert.Contains("https True", second, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Nobody_renegotiates()
    {
        await ServeAsync();
        await ClientAsync("R\n", "-tls1_2");
        await Until(() => Happened.Any(static happened => happened is HandshakeFailed { Reason: "broken_record" }));
        await Until(() => App.Connections == 0);
    }

    [Fact(Timeout = Patience)]
    public async Task Keys_are_updated()
    {
        await ServeAsync();
        // K asks both sides for new keys (RFC 8446 section 4.6.3); what follows is encrypted with them.
        (_, string said) = await ClientAsync("K\nk\nK\n" + Get, "-tls1_3");
        Assert.Contains("KEYUPDATE", said, StringComparison.Ordinal);
        Assert.Contains("https True", said, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task The_chain_is_verified_with_nothing_but_the_root()
    {
        await ServeAsync();
        (int code, string said) = await ClientAsync(Get, "-verify_return_error", "-verify_hostname", "localhost", "-alpn", "h2,http/1.1");
        Assert.Equal(0, code);
        Assert.Contains("Verify return code: 0 (ok)", said, StringComparison.Ordinal);
        Assert.Contains("ALPN protocol: http/1.1", said, StringComparison.Ordinal);
    }

    // Types what it is given, and ends the connection once the answer is there or the other side has closed.
    private async Task<(int Code, string Said)> ClientAsync(string typed, params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["s_client", "-connect", App.SecureAddress!.ToString(), "-servername", "localhost", "-CAfile", Authority.RootFile, .. arguments])
            start.ArgumentList.Add(argument);
        using Process client = Process.Start(start)!;
        var said = new StringBuilder();
        Task reading = Task.WhenAll(ReadAsync(client.StandardOutput, said), ReadAsync(client.StandardError, said));
        try
        {
            // A letter is a command where it begins what s_client reads at once; the rest of that is dropped.
            int updates = 0;
            while (typed[0] is 'K' or 'k')
            {
                await client.StandardInput.WriteAsync(typed[..2]);
                await client.StandardInput.FlushAsync();
                typed = typed[2..];
                updates++;
                await Until(() => client.HasExited || Count(said, "KEYUPDATE") == updates);
            }
            await client.StandardInput.WriteAsync(typed);
            await client.StandardInput.FlushAsync();
            await Until(() => client.HasExited || Count(said, "https True") > 0);
            client.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
        await client.WaitForExitAsync();
        await reading;
        lock (said) return (client.ExitCode, said.ToString());
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder into)
    {
        char[] buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and int count)
        {
            lock (into) into.Append(buffer, 0, count);
        }
    }

    private static int Count(StringBuilder said, string what)
    {
        lock (said) return said.ToString().Split(what).Length - 1;
    }
}
