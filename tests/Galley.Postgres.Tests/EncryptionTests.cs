// The way to the server, encrypted: what is asked for is had or refused, never less.

namespace Galley.PostgresTests;

public sealed class EncryptionTests
{
    private const string Question = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    [Theory]
    [InlineData("sslmode=disable", false)]
    [InlineData("sslmode=require", true)]
    [InlineData("sslmode=verify-ca&sslrootcert={0}", true)]
    [InlineData("sslmode=verify-full&sslrootcert={0}", true)]
    public async Task The_connection_is_as_the_address_asks(string how, bool isEncrypted)
    {
        PostgresServer server = PostgresServer.Running;
        await using PostgresDatabase db = await Postgres.OpenAsync(server.Url("postgres", string.Format(System.Globalization.CultureInfo.InvariantCulture, how, Uri.EscapeDataString(server.Certificate))));
        Assert.Equal(isEncrypted, await db.QueryFirstAsync<bool>(Sql.Raw(Question)));
    }

    [Theory]
    [InlineData("sslmode=verify-full", "127.0.0.1")] // nobody this machine trusts has signed it
    [InlineData("sslmode=verify-ca", "127.0.0.1")]
    [InlineData("sslmode=verify-full&sslrootcert={0}", "localhost")] // it is another's
    public async Task A_certificate_that_does_not_fit_is_refused(string how, string host)
    {
        PostgresServer server = PostgresServer.Running;
        string url = server.Url("postgres", string.Format(System.Globalization.CultureInfo.InvariantCulture, how, Uri.EscapeDataString(server.Certificate)), host);
        StartException failure = await Assert.ThrowsAsync<StartException>(async () => await (await Postgres.OpenAsync(url)).DisposeAsync());
        Assert.Contains("certificate", failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
