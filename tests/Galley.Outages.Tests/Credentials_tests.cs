// Credentials that change under load, as those who rotate them do it: the file before the server, the server before the file, two roles in turn. Not one
// request may notice.

using Galley.PostgresTests;

namespace Galley.Outages;

public sealed class Credentials_tests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("galley-secrets-").FullName;

    private string UserFile => Path.Combine(_folder, "user");

    private string PasswordFile => Path.Combine(_folder, "password");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_roles_take_turns_and_no_request_notices()
    {
        PostgresDatabase database = await MadeAsync();
        await using Load load = await Load.StartAsync(database, longest: 5);
        for (int turn = 1; turn <= 4; turn++)
        {
            string user = turn % 2 == 0 ? "app_a" : "app_b";
            Write(user, user[^1..]);
            await Eventually.Until(() => load.Events.OfType<CredentialsChanged>().Count() == turn);
            Assert.Equal(user, database.Pool.User);
            await load.FlowAsync();
            // Who is not in turn is not logged in any more.
            await Eventually.Until(() => Sessions(turn % 2 == 0 ? "app_b" : "app_a") == 0);
        }
        Assert.Equal(0, load.Refused);
        Assert.Empty(load.Events.OfType<RequestFaulted>());
        await load.StopAsync(database);
    }

    [Fact]
    public async Task A_password_that_the_server_has_before_the_file_is_waited_for()
    {
        // Nobody looks at the files but who is refused.
        PostgresDatabase database = await MadeAsync(TimeSpan.FromHours(1), lifetime: TimeSpan.FromSeconds(0.2));
        await using Load load = await Load.StartAsync(database, longest: 5);
        await Server.Admin.ExecuteAsync($"ALTER ROLE app_a PASSWORD 'new'");
        // Sessions end by their age, and no other can be made: until the file has the password, everybody waits.
        await Eventually.Until(() => database.Pool is { Holders.Count: 0, Idle: 0, Waiting: > 5 });
        Write("app_a", "new");
        await load.FlowAsync();
        Assert.Equal(0, load.Refused);
        Assert.Single(load.Events.OfType<CredentialsChanged>());
        await load.StopAsync(database);
    }

    [Fact]
    public async Task A_password_that_the_file_has_before_the_server_is_refused_and_tried_again()
    {
        PostgresDatabase database = await MadeAsync();
        await using Load load = await Load.StartAsync(database, longest: 5);
        Write("app_a", "later");
        await Eventually.Until(() => load.Events.OfType<CredentialsRefused>().Any());
        CredentialsRefused refused = load.Events.OfType<CredentialsRefused>().First();
        Assert.Equal("app_a", refused.User);
        Assert.Contains("password authentication failed", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("later", refused.Reason, StringComparison.Ordinal);
        await load.FlowAsync();
        await Server.Admin.ExecuteAsync($"ALTER ROLE app_a PASSWORD 'later'");
        await Eventually.Until(() => load.Events.OfType<CredentialsChanged>().Any());
        await load.FlowAsync();
        Assert.Equal(0, load.Refused);
        Assert.Single(load.Events.OfType<CredentialsRefused>());
        await load.StopAsync(database);
    }

    [Fact]
    public async Task What_is_in_flight_ends_as_who_began_it()
    {
        await using PostgresDatabase database = await MadeAsync();
        Events events = new();
        TaskCompletionSource changed = new();
        events.Subscribe(happened => { if (happened is CredentialsChanged) changed.SetResult(); });
        database.Events = events;
        await database.StartAsync();
        await using IAsyncEnumerator<string> stream = database.StreamAsync<string>($"SELECT current_user::text FROM generate_series(1, 5000)").GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        await database.TransactionAsync(async tx =>
        {
            Assert.Equal("app_a", await tx.QueryFirstAsync<string>($"SELECT current_user::text"));
            Write("app_b", "b");
            await changed.Task.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal("app_a", await tx.QueryFirstAsync<string>($"SELECT current_user::text"));
        });
        Assert.Equal("app_b", await database.QueryFirstAsync<string>($"SELECT current_user::text"));
        int rows = 1;
        for (; await stream.MoveNextAsync(); rows++) Assert.Equal("app_a", stream.Current);
        Assert.Equal(5000, rows);
        Assert.Equal((0, "app_b"), (database.Pool.Holders.Count, database.Pool.User));
    }

    [Fact]
    public async Task What_an_editor_adds_to_a_file_is_no_part_of_a_password()
    {
        await using PostgresDatabase database = await MadeAsync();
        Write("\ufeffapp_a\r", "\ufeffa\r\n");
        await database.StartAsync();
        Assert.Equal("app_a", await database.QueryFirstAsync<string>($"SELECT current_user::text"));
    }

    [Theory]
    [InlineData("postgres://app@127.0.0.1/app?userfile=/none", "a user and a userfile")]
    [InlineData("postgres://app:secret@127.0.0.1/app?passwordfile=/none", "a password and a passwordfile")]
    [InlineData("postgres://127.0.0.1/?userfile=/none", "names no database")]
    public void What_contradicts_itself_is_refused(string address, string problem)
    {
        StartException wrong = Assert.Throws<StartException>(() => Postgres.Parse(address));
        Assert.Contains(problem, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_empty_is_named_at_the_start()
    {
        string url = $"postgres://app@127.0.0.1/app?passwordfile={PasswordFile}";
        Assert.Contains("more than 1024 KiB", (await Assert.ThrowsAsync<StartException>(async () => await Postgres.OpenAsync("postgres://app@127.0.0.1/app?passwordfile=/dev/zero"))).Message, StringComparison.Ordinal);
        Assert.Contains($"{PasswordFile} that Galley:Database names does not exist", (await Assert.ThrowsAsync<StartException>(async () => await Postgres.OpenAsync(url))).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(PasswordFile, "\n");
        Assert.Contains("is empty", (await Assert.ThrowsAsync<StartException>(async () => await Postgres.OpenAsync(url))).Message, StringComparison.Ordinal);
    }

    private static PostgresServer Server => PostgresServer.Running;

    private static long Sessions(string user) =>
        Task.Run(async () => await Server.Admin.QueryFirstAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE usename = {user}")).GetAwaiter().GetResult();

    // As Kubernetes does, by links that are swapped; here one after the other, so that between the two nobody can log in.
    private void Write(string user, string password)
    {
        string made = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;
        foreach ((string link, string content) in (ReadOnlySpan<(string, string)>)[(UserFile, user), (PasswordFile, password)])
        {
            string file = Path.Combine(made, Path.GetFileName(link));
            File.WriteAllText(file, content + "\n");
            File.CreateSymbolicLink(link + ".new", file);
            File.Move(link + ".new", link, overwrite: true);
        }
    }

    private async Task<PostgresDatabase> MadeAsync(TimeSpan? reload = null, TimeSpan? lifetime = null)
    {
        Database admin = Server.Admin;
        string url = await Server.CreateAsync();
        string name = new Uri(url).AbsolutePath[1..];
        string hba = await admin.QueryFirstAsync<string>($"SHOW hba_file");
        await admin.ExecuteAsync($"COPY (VALUES ('host all app_a,app_b all scram-sha-256'), ('host all all all trust'), ('local all all trust')) TO {Sql.Raw($"'{hba}'")}");
        await admin.QueryAsync<bool>($"SELECT pg_reload_conf()");
        foreach (string user in (string[])["app_a", "app_b"])
        {
            if (await admin.QueryFirstAsync<long>($"SELECT count(*) FROM pg_roles WHERE rolname = {user}") == 0) await admin.ExecuteAsync($"CREATE ROLE {Sql.Raw(user)} LOGIN IN ROLE pg_read_all_data, pg_write_all_data");
            await admin.ExecuteAsync($"ALTER ROLE {Sql.Raw(user)} PASSWORD {Sql.Raw($"'{user[^1]}'")}");
        }
        await using (PostgresDatabase owner = await Postgres.OpenAsync(url)) await owner.ExecuteAsync($"GRANT ALL ON SCHEMA public TO PUBLIC");
        Write("app_a", "a");
        return new PostgresDatabase(new PostgresOptions
        {
            Url = $"postgres://127.0.0.1:{new Uri(url).Port}/{name}?sslmode=disable&userfile={UserFile}&passwordfile={PasswordFile}",
            CredentialsReload = reload ?? TimeSpan.FromSeconds(0.1),
            Pool = new PoolOptions { Max = 10, Lifetime = lifetime ?? TimeSpan.FromMinutes(30) },
        });
    }
}
