// What is said of an address that is wrong: no password that stands in it, in whatever form.

using Galley.Cli;

namespace Galley.MigrationsTests;

public sealed class Secret_tests
{
    [Theory]
    [InlineData("Host=db;Username=app;Password=hunter2")]
    [InlineData("Host=db:5432;Username=app;Password=hunter2")]
    [InlineData("mysql://app:hunter2@db/app")]
    [InlineData("postgres://app:12?hunter2&x@db/app")]
    [InlineData("postgres://app:1/hunter2@db/app")]
    [InlineData("postgres://app:hunter2@127.0.0.1:1/app?sslmode=none")]
    [InlineData("postgres://app:hunter2@127.0.0.1:1/app")]
    public async Task A_password_in_an_address_is_told_to_nobody(string address)
    {
        using Bench bench = await Bench.CreateAsync("sqlite");
        bench.Write("0001_a.sql", "CREATE TABLE t (id bigint)");
        using StringWriter said = new();
        int code = await Tool.RunAsync(["migrate", "status", "--database", address, "--folder", Path.Combine(bench.Folder, "migrations")], said, said, CancellationToken.None);
        Assert.NotEqual(0, code);
        Assert.NotEqual(0, await Tool.RunAsync(["backup", address, Path.Combine(bench.Folder, "copy.db")], said, said, CancellationToken.None));
        said.Write(Assert.Throws<StartException>(() => Sqlite.Parse(address)));
        await using Backend app = Backend.Create(["--Galley:Log:Level=off", "--database", address]);
        app.UseDatabase("sqlite:app.db", null, Sqlite.Engine, Postgres.Engine);
        said.Write(await Assert.ThrowsAsync<StartException>(async () => await app.StartAsync()));
        Assert.DoesNotContain("hunter2", said.ToString(), StringComparison.Ordinal);
    }
}
