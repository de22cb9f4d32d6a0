// A fresh SQLite file in a temporary folder that goes away with the test, and the row shapes that a program gets from the generator.

using System.Runtime.CompilerServices;

namespace Galley.SqliteTests;

public sealed record User(int Id, string Email, int? Age);

public sealed record Moment(long Id, DateTimeOffset CreatedAt);

internal static class Shapes
{
    [ModuleInitializer]
    internal static void Register()
    {
        RowShapes.Register(new RowShape<User>(["Id", "Email", "Age"],
            static (row, at) => new User(row.Get<int>(at[0]), row.Get<string>(at[1]), row.IsNull(at[2]) ? null : row.Get<int>(at[2]))));
        RowShapes.Register(new RowShape<Moment>(["Id", "CreatedAt"], static (row, at) => new Moment(row.Get<long>(at[0]), row.Get<DateTimeOffset>(at[1]))));
    }
}

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
