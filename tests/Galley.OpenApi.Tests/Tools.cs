// The programs these tests run beside them: validators and generators of clients from npm, restored once into artifacts/, and a browser.

using System.Diagnostics;
using System.Reflection;

namespace Galley.OpenApi.Tests;

internal static class Tools
{
    private static readonly SemaphoreSlim s_one = new(1, 1);

    /// <summary>Where they are restored. The name carries their versions, so that others are restored beside them.</summary>
    private static readonly string s_folder = Path.Combine(Metadata("Tools"),
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Beside("package.json"))).AsSpan(0, 6)));

    /// <summary>The restaurant as it is built beside the tests.</summary>
    public static string Restaurant { get; } = Metadata("Restaurant");

    /// <summary>A file of the folder Tools of this project.</summary>
    public static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, "Tools", name);

    /// <summary>The first of the programs that the PATH has; null for none.</summary>
    public static string? Find(params string[] names) => names.SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>The folder that has the programs of package.json in node_modules/.bin. Skips the test where they cannot be had.</summary>
    public static async Task<string> RestoreAsync()
    {
        await s_one.WaitAsync();
        try
        {
            string done = Path.Combine(s_folder, "restored");
            if (File.Exists(done)) return s_folder;
            string? npm = Find("npm");
            Assert.SkipWhen(npm is null, "npm is not on the PATH: the validators of the document cannot be restored. Install the packages nodejs and npm.");
            Directory.CreateDirectory(s_folder);
            File.Copy(Beside("package.json"), Path.Combine(s_folder, "package.json"), overwrite: true);
            (int code, string output, string errors) = await RunAsync(npm, s_folder, 300, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts");
            Assert.True(code == 0, $"npm could not restore the validators:\n{output}\n{errors}");
            await File.WriteAllTextAsync(done, "");
            return s_folder;
        }
        finally
        {
            s_one.Release();
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string file, string folder, int seconds, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("PORT");
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["REDOCLY_TELEMETRY"] = "off";
        start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true";
        start.Environment["NO_COLOR"] = "1";
        using Process process = Process.Start(start)!;
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(late.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string Metadata(string key) =>
        typeof(Tools).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == key).Value!;
}
