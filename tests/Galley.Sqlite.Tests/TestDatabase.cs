// A fresh SQLite file in a temporary folder that goes away with the test.

namespace Galley.SqliteTests;

public sealed class Folder : IDisposable
{
    public Folder() => Path = Directory.CreateTempSubdirectory("galley-sqlite-").FullName;

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, "test.db");

    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
