// The packages as a stranger meets them: packed by script/pack, named by one line of a file in an empty folder far from this repository.

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Galley.EndToEnd;

/// <summary>The packages, made once, with a version nobody else has: a cache cannot answer in their place.</summary>
public sealed class Packed : IAsyncLifetime
{
    private TemporaryFolder? _folder;

    public string Version { get; } = $"0.0.1-test.{Environment.ProcessId}.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";

    public string Feed => _folder!.Path;

    public static string Repository { get; } = Root();

    public async ValueTask InitializeAsync()
    {
        _folder = new TemporaryFolder();
        await using Child pack = Child.Start(Path.Combine(Repository, "script", "pack"), [Version, Feed], Repository);
        Assert.True(await pack.ExitAsync(seconds: 300) == 0, string.Join('\n', pack.Lines) + string.Join('\n', pack.Errors));
    }

    public ValueTask DisposeAsync()
    {
        _folder?.Dispose();
        return default;
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Directory.Packages.props"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}

public sealed partial class Packages(Packed packed) : IClassFixture<Packed>
{
    [Fact]
    public async Task Hello_in_an_empty_folder_needs_one_package_line()
    {
        using TemporaryFolder folder = StrangersFolder();
        IPEndPoint address = FreeAddress();
        await using Child run = Dotnet(folder, "run", "hello.cs", "--port", $"{address.Port}");
        await SaysHelloAsync(run, address);
    }

    [Fact]
    public async Task Hello_of_the_repository_runs_as_it_is()
    {
        string folder = Path.Combine(Packed.Repository, "samples", "Hello");
        IPEndPoint address = FreeAddress();
        await using Child run = Child.Start("dotnet", ["run", "hello.cs", "--port", $"{address.Port}"], folder);
        await SaysHelloAsync(run, address);
    }

    [Fact]
    public async Task Who_names_only_Galley_Sqlite_gets_the_generator_too()
    {
        using TemporaryFolder folder = StrangersFolder();
        File.WriteAllText(folder.File("hello.cs"), $$"""
            #:package Galley.Sqlite@{{packed.Version}}
            using Galley;

            var app = Backend.Create(args);
            app.UseSqlite("sqlite::memory:");
            app.Get("/hello", async (Database db) => new Greeting(await db.QueryFirstOrDefaultAsync<string>($"SELECT 'Hello, world'") ?? ""));
            app.Run();

            record Greeting(string Message);
            """);
        IPEndPoint address = FreeAddress();
        await using Child run = Dotnet(folder, "run", "hello.cs", "--port", $"{address.Port}");
        await SaysHelloAsync(run, address);
    }

    [Fact]
    public async Task Hello_published_as_native_code_is_one_small_file_that_warns_of_nothing_and_answers()
    {
        using TemporaryFolder folder = StrangersFolder();
        string binary = await PublishAsync(folder, "hello.cs", "hello");
        Assert.InRange(new FileInfo(binary).Length, 1, 7_000_000); // measured: 5.2 MB

        using var empty = new TemporaryFolder();
        string alone = empty.File("hello");
        File.Copy(binary, alone);
        IPEndPoint address = FreeAddress();
        await using Child hello = Child.Start(alone, ["--port", $"{address.Port}"], empty.Path);
        using (Client client = await ConnectAsync(hello, address)) Assert.Equal(200, client.Get("/hello").Status);
        // Measured: 8.2 MB, 7.9 to 8.5. The pages of its own file and of libc are most of it; how many of them the kernel maps at once varies.
        Assert.InRange(hello.ResidentBytesWithFiles(), 1, 10_000_000);
        Assert.False(hello.HasMapped("libssl") || hello.HasMapped("libcrypto"), "A program that does not call UseTls loads no OpenSSL.");
        await SaysHelloAsync(hello, address);
        Assert.Equal([alone], Directory.GetFileSystemEntries(empty.Path));
    }

    [Fact]
    public async Task The_restaurant_published_as_native_code_is_one_file_with_its_database_and_schema_inside()
    {
        using TemporaryFolder folder = StrangersFolder();
        string sample = Path.Combine(Packed.Repository, "samples", "Restaurant");
        foreach (string file in Directory.GetFiles(sample, "*.cs")) File.Copy(file, folder.File(Path.GetFileName(file)));
        File.Delete(folder.File("hello.cs"));
        foreach (string inside in (string[])["migrations", "kitchen"])
        {
            Directory.CreateDirectory(folder.File(inside));
            foreach (string file in Directory.GetFiles(Path.Combine(sample, inside))) File.Copy(file, folder.File(Path.Combine(inside, Path.GetFileName(file))));
        }
        // The project as it is, with three packages in place of the projects beside it; what it inherits from the repository is any SDK's default.
        string project = File.ReadAllText(Path.Combine(sample, "Restaurant.csproj"));
        project = Beside().Replace(project, "").Replace("</Project>",
            $"""<ItemGroup><PackageReference Include="Galley.Sqlite;Galley.Postgres;Galley.Scalar" Version="{packed.Version}" /></ItemGroup></Project>""", StringComparison.Ordinal);
        File.WriteAllText(folder.File("Restaurant.csproj"), project);
        File.WriteAllText(folder.File("Directory.Build.props"),
            "<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings></PropertyGroup></Project>");
        string binary = await PublishAsync(folder, "Restaurant.csproj", "restaurant");

        using var empty = new TemporaryFolder();
        string alone = empty.File("restaurant");
        File.Copy(binary, alone);
        for (int start = 1; start <= 2; start++)
        {
            IPEndPoint address = FreeAddress();
            await using Child restaurant = Child.Start(alone, ["--port", $"{address.Port}", "--migrations", "apply", "--Galley:Cursors:Key=one-for-every-process-of-this-test"], empty.Path);
            using Client client = await ConnectAsync(restaurant, address);
            Assert.Contains("Onion soup", client.Get("/menu").Body, StringComparison.Ordinal);
            Assert.Equal(200, client.Get("/readyz").Status);
            Assert.Contains("<title>Kitchen</title>", client.Get("/kitchen").Body, StringComparison.Ordinal);
            client.Send("POST /tables/1/open HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            Assert.Equal(start == 1 ? 200 : 409, client.Read().Status); // the second start finds what the first has stored
            Assert.Equal(404, client.Get("/orders/7").Status);
            restaurant.Signal(Child.Terminate);
            Assert.Equal(0, await restaurant.ExitAsync());
        }
        Assert.Equal([alone, alone + ".db"], Directory.GetFileSystemEntries(empty.Path).Order());
    }

    // What is published is the program and, beside it, its symbols for a debugger; nothing else, and not one warning on the way.
    private static async Task<string> PublishAsync(TemporaryFolder folder, string what, string name)
    {
        string? linker = new[] { "clang", "gcc" }.FirstOrDefault(static name => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(place => File.Exists(Path.Combine(place, name))));
        Assert.SkipWhen(linker is null, "Native AOT needs a linker: neither clang nor gcc is on the PATH.");
        await using Child publish = Dotnet(folder, "publish", what, "-o", "out", $"-p:CppCompilerAndLinker={linker}", "-p:TrimmerSingleWarn=false");
        int code = await publish.ExitAsync(seconds: 300);
        string said = string.Join('\n', publish.Lines.Concat(publish.Errors));
        Assert.True(code == 0, said);
        Assert.DoesNotContain("warning", said, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([name, name + ".dbg"], Directory.GetFileSystemEntries(folder.File("out")).Select(Path.GetFileName).Order());
        return folder.File(Path.Combine("out", name));
    }

    [GeneratedRegex("<Import .*/>|<ProjectReference .*/>")]
    private static partial Regex Beside();

    // An empty folder with the twelve lines, the packages as one more feed beside those that are configured, and a package cache of its own.
    private TemporaryFolder StrangersFolder()
    {
        var folder = new TemporaryFolder();
        string hello = File.ReadAllText(Path.Combine(Packed.Repository, "samples", "Hello", "hello.cs"));
        string project = hello.Split('\n').Single(static line => line.StartsWith("#:project", StringComparison.Ordinal));
        File.WriteAllText(folder.File("hello.cs"), hello.Replace(project, $"#:package Galley@{packed.Version}", StringComparison.Ordinal));
        File.WriteAllText(folder.File("nuget.config"),
            $"""<configuration><packageSources><add key="galley-test" value="{packed.Feed}" /></packageSources></configuration>""");
        return folder;
    }

    // What others published may come from the cache of this machine (a fallback folder is only read); Galley is never in it.
    private static Child Dotnet(TemporaryFolder folder, params string[] arguments) => Child.Start("dotnet", arguments, folder.Path,
        ("NUGET_PACKAGES", folder.File("packages")),
        ("NUGET_FALLBACK_PACKAGES", Environment.GetEnvironmentVariable("NUGET_PACKAGES") ??
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")));

    private static async Task SaysHelloAsync(Child run, IPEndPoint address)
    {
        using Client client = await ConnectAsync(run, address);
        Answer hello = client.Get("/hello");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", hello.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/json\r\n", hello.Head, StringComparison.Ordinal);
        Assert.Equal("""{"message":"Hello, world"}""", hello.Body);
        Answer other = client.Get("/other");
        Assert.Equal(404, other.Status);
        Assert.Contains("\r\nContent-Type: application/problem+json\r\n", other.Head, StringComparison.Ordinal);
        Assert.Contains("\"status\":404", other.Body, StringComparison.Ordinal);
        run.Signal(Child.Terminate);
        Assert.Equal(0, await run.ExitAsync());
    }

    // Its only sign of life is that its address answers: it is a stranger's program, which prints no events. Bounded; ends early when the program does.
    private static async Task<Client> ConnectAsync(Child run, IPEndPoint address)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                return new Client(address);
            }
            catch (SocketException)
            {
                Assert.False(run.HasExited, string.Join('\n', run.Lines.Concat(run.Errors)));
                await Task.Delay(50, late.Token);
            }
        }
    }

    private static IPEndPoint FreeAddress() => new(IPAddress.Loopback, FreePort.Find());
}
