// A disk of a few megabytes that can be filled up: a tmpfs of its own, which root may mount. Where it may not, the test says so and is skipped.

using System.Diagnostics;

namespace Galley.Outages;

internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    public static SmallDisk Mount()
    {
        SmallDisk disk = new(Directory.CreateTempSubdirectory("galley-disk-").FullName);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess &&
            IsDone("mount", "-t", "tmpfs", "-o", "size=48m,mode=0777", "tmpfs", disk.Folder), "No small disk can be mounted here: this test did not run");
        return disk;
    }

    /// <summary>PostgreSQL takes a folder only that belongs to it.</summary>
    public void GiveTo(string user) => Assert.True(IsDone("chown", user, Folder));

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using FileStream file = new(Ballast, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        byte[] piece = new byte[4096];
        try
        {
            while (true) file.Write(piece);
        }
        catch (IOException)
        {
            // Full: what it is for.
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        IsDone("umount", "-l", Folder);
        Directory.Delete(Folder, recursive: true);
    }

    private static bool IsDone(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
