// A backend that cannot start says why in exactly one line that names the setting and the fix, and ends with exit code 1.

using System.Net;
using System.Net.Sockets;

namespace Galley.EndToEnd;

public sealed class Start_errors
{
    [Fact]
    public async Task A_port_in_use_is_named_with_the_settings_that_change_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string line = await RefusalAsync(["--port", $"{port}"]);
        Assert.Contains($"port {port}", line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
        Assert.Contains("--port, PORT or Galley:Port", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named_by_the_portable_transport_too()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string line = await RefusalAsync(["--port", $"{port}", "--transport", "sockets"]);
        Assert.Contains($"port {port}", line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port abc", "Galley:Port", "'abc'", "0 to 65535")]
    [InlineData("--port 65536", "Galley:Port", "'65536'", "0 to 65535")]
    [InlineData("--port=-1", "Galley:Port", "'-1'", "0 to 65535")]
    [InlineData("--host nowhere.invalid", "Galley:Host", "'nowhere.invalid'", "IP address")]
    [InlineData("--host 192.0.2.1", "Galley:Host", "192.0.2.1", "127.0.0.1")]
    [InlineData("--transport pigeon", "Galley:Transport", "'pigeon'", "epoll")]
    [InlineData("--Galley:Loops=many", "Galley:Loops", "'many'", "whole number")]
    [InlineData("--Galley:Limits:HeadBytes=1", "Galley:Limits:HeadBytes", "'1'", "256 to")]
    [InlineData("--Galley:Limits:FormBytes=-1", "Galley:Limits:FormBytes", "'-1'", "whole number")]
    [InlineData("--Galley:Limits:DecompressionRatio=0", "Galley:Limits:DecompressionRatio", "'0'", "1 to 1000000")]
    [InlineData("--Galley:Limits:FormFields=0", "Galley:Limits:FormFields", "'0'", "1 to 1000000")]
    [InlineData("--Galley:Limits:FormPartHeadBytes=1", "Galley:Limits:FormPartHeadBytes", "'1'", "128 to 1048576")]
    [InlineData("--Galley:Limits:BodyBytes=1MB", "Galley:Limits:BodyBytes", "'1MB'", "whole number")]
    [InlineData("--Galley:Timeouts:Drain=0", "Galley:Timeouts:Drain", "'0'", "positive number of seconds")]
    [InlineData("--Galley:Timeouts:Drain=100.00:00:00", "Galley:Timeouts:Drain", "'100.00:00:00'", "seconds")]
    [InlineData("--Galley:Timeouts:Stall=100.00:00:00", "Galley:Timeouts:Stall", "'100.00:00:00'", "seconds")]
    [InlineData("--Galley:Timeouts:Request=soon", "Galley:Timeouts:Request", "'soon'", "seconds")]
    [InlineData("--Galley:Log:Requests=perhaps", "Galley:Log:Requests", "'perhaps'", "true or false")]
    public async Task A_setting_that_is_wrong_is_named_with_its_value_and_what_it_may_be(string arguments, params string[] named)
    {
        string line = await RefusalAsync(arguments.Split(' '));
        Assert.All(named, name => Assert.Contains(name, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_of_the_environment_that_is_wrong_is_named()
    {
        string line = await RefusalAsync([], environment: ("PORT", "http"));
        Assert.Contains("'http'", line, StringComparison.Ordinal);
        Assert.Contains("PORT", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Galley\": { \"Port\": 3000, } ")]
    [InlineData("Port = 3000")]
    [InlineData("[1, 2]")]
    [InlineData("")]
    public async Task An_appsettings_file_that_is_not_JSON_is_named(string content)
    {
        string line = await RefusalAsync([], folder => File.WriteAllText(folder.File("appsettings.json"), content));
        Assert.Contains("appsettings.json", line, StringComparison.Ordinal);
        Assert.Contains("JSON", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_in_appsettings_that_is_wrong_is_named()
    {
        string line = await RefusalAsync([], folder =>
            File.WriteAllText(folder.File("appsettings.json"), """{ "Galley": { "Timeouts": { "Idle": "never" } } }"""));
        Assert.Contains("Galley:Timeouts:Idle", line, StringComparison.Ordinal);
        Assert.Contains("'never'", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_that_collide_are_both_named()
    {
        string line = await RefusalAsync(["--port", "0", "--Test:Ambiguous=true"]);
        Assert.Contains("/users/{id}", line, StringComparison.Ordinal);
        Assert.Contains("/users/{name}", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite:/nowhere/at/all/app.db", "folder")]
    [InlineData("sqlite:/proc/app.db", "permission")]
    [InlineData("sqlite:.", "is a folder")]
    [InlineData("mysql://localhost", "sqlite:")]
    public async Task A_database_that_cannot_be_written_is_named_with_its_setting(string database, string fix)
    {
        string line = await RefusalAsync(["--port", "0", "--Test:Sqlite=true", "--database", database]);
        Assert.Contains("Galley:Database", line, StringComparison.Ordinal);
        Assert.Contains(fix, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0001_orders.sql", "CREATE TABEL orders (made INTEGER);")]
    [InlineData("0002_orders.sql", "CREATE TABLE orders (made INTEGER);")]
    [InlineData("orders.sql", "CREATE TABLE orders (made INTEGER);")]
    public async Task A_migration_that_is_broken_is_named(string file, string sql)
    {
        string line = await RefusalAsync(["--port", "0", "--Test:Sqlite=true", "--database", "sqlite:app.db", "--Test:Migrations=FOLDER", "--migrations", "apply"],
            folder => File.WriteAllText(folder.File(file), sql));
        Assert.Contains(file, line, StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(string[] arguments, Action<TemporaryFolder>? prepare = null,
        params (string, string?)[] environment)
    {
        using var folder = new TemporaryFolder();
        prepare?.Invoke(folder);
        await using Child child = Child.Start(Served.Program, arguments.Select(text => text.Replace("FOLDER", folder.Path, StringComparison.Ordinal)),
            folder.Path, environment);
        int code = await child.ExitAsync();
        string line = Assert.Single(child.Errors);
        Assert.Equal(1, code);
        Assert.StartsWith("galley: cannot start: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.DoesNotContain(child.Lines, static text => text.StartsWith("event BackendStarted", StringComparison.Ordinal));
        return line;
    }
}
