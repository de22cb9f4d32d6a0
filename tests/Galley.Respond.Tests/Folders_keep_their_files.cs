// Nothing outside a folder is served, by whatever name, link or trick. Every way of opening passes the same tests.

using System.Text;
using CsCheck;
using Galley.Responding;
using Galley.Testing;

namespace Galley.Respond.Tests;

public sealed class Folders_keep_their_files_by_rules : Folders_keep_their_files
{
    private protected override FileTree Tree(FileLinks links) => FileTree.Of(Root, links);
}

public sealed class Folders_keep_their_files_by_looking : Folders_keep_their_files
{
    private protected override FileTree Tree(FileLinks links) => FileCalls.IsSupported ? new LinuxTree(Root, links, withoutRules: true) : FileTree.Of(Root, links);
}

public sealed class Folders_keep_their_files_everywhere : Folders_keep_their_files
{
    private protected override FileTree Tree(FileLinks links) => new PortableTree(Root, links);
}

public abstract class Folders_keep_their_files : Served
{
    private protected abstract FileTree Tree(FileLinks links);

    [Fact]
    public void A_file_is_opened_and_known()
    {
        string path = Write("a/b.txt", "hello");
        Assert.Equal("hello", Read(FileLinks.Inside, "a/b.txt", out OpenedFile file));
        Assert.Equal(5, file.Size);
        Assert.Equal(File.GetLastWriteTimeUtc(path).Ticks, file.Modified);
        Assert.Equal(new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeSeconds(), file.ModifiedSeconds);
    }

    [Fact]
    public void What_is_no_file_is_not_opened()
    {
        Write("a/b.txt", "x");
        Assert.Equal(Opening.Folder, Open(FileLinks.Inside, "a"));
        Assert.Equal(Opening.Folder, Open(FileLinks.Inside, ""));
        Assert.Equal(Opening.Nothing, Open(FileLinks.Inside, "none"));
        Assert.Equal(Opening.Nothing, Open(FileLinks.Inside, "a/b.txt/c"));
        Assert.Equal(Opening.Nothing, Open(FileLinks.Inside, new string('n', 300)));
        Assert.Equal(Opening.Nothing, Open(FileLinks.Inside, string.Concat(Enumerable.Repeat("longer/", 700))));
    }

    [Fact]
    public void A_link_that_stays_inside_is_followed_unless_none_is()
    {
        if (OperatingSystem.IsWindows()) return;
        Write("a/b.txt", "hello");
        File.CreateSymbolicLink(Path.Combine(Root, "relative"), "a/b.txt");
        File.CreateSymbolicLink(Path.Combine(Root, "a/up"), "../a/b.txt");
        File.CreateSymbolicLink(Path.Combine(Root, "absolute"), Path.Combine(Root, "a/b.txt"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "folder"), "a");

        foreach (string name in new[] { "relative", "a/up", "absolute", "folder/b.txt", "folder/up" })
        {
            Assert.Equal("hello", Read(FileLinks.Inside, name, out _));
            Assert.Equal("hello", Read(FileLinks.Anywhere, name, out _));
            Assert.Equal(Opening.Nothing, Open(FileLinks.None, name));
        }
        Assert.Equal("hello", Read(FileLinks.None, "a/b.txt", out _));
    }

    [Fact]
    public void A_link_that_leaves_is_not_followed_unless_all_are()
    {
        if (OperatingSystem.IsWindows()) return;
        string secret = Path.Combine(Outside, "secret.txt");
        File.WriteAllText(secret, "secret");
        Directory.CreateDirectory(Root + "-beside");
        File.WriteAllText(Path.Combine(Root + "-beside", "secret.txt"), "secret");
        File.CreateSymbolicLink(Path.Combine(Root, "absolute"), secret);
        File.CreateSymbolicLink(Path.Combine(Root, "relative"), "../secret.txt");
        File.CreateSymbolicLink(Path.Combine(Root, "twice"), "absolute");
        File.CreateSymbolicLink(Path.Combine(Root, "beside"), Path.Combine(Root + "-beside", "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "up"), "..");

        foreach (string name in new[] { "absolute", "relative", "twice", "beside", "up/secret.txt" })
        {
            Assert.Equal(Opening.Nothing, Open(FileLinks.Inside, name));
            Assert.Equal(Opening.Nothing, Open(FileLinks.None, name));
            Assert.Equal("secret", Read(FileLinks.Anywhere, name, out _));
        }
    }

    [Fact]
    public void A_link_to_itself_or_to_nothing_is_nothing()
    {
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(Path.Combine(Root, "self"), "self");
        File.CreateSymbolicLink(Path.Combine(Root, "gone"), "nowhere");
        foreach (FileLinks links in Enum.GetValues<FileLinks>())
        {
            Assert.Equal(Opening.Nothing, Open(links, "self"));
            Assert.Equal(Opening.Nothing, Open(links, "gone"));
        }
    }

    [Fact]
    public void The_folder_itself_may_be_reached_by_a_link()
    {
        if (OperatingSystem.IsWindows()) return;
        Write("a.txt", "hello");
        Directory.Move(Root, Root + "-1");
        Directory.CreateSymbolicLink(Root, Root + "-1");
        Assert.Equal("hello", Read(FileLinks.None, "a.txt", out _));
        Assert.Equal("hello", Read(FileLinks.Inside, "a.txt", out _));
        File.Delete(Root);
        Directory.Move(Root + "-1", Root);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_nothing()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return;
        File.SetUnixFileMode(Write("a.txt", "x"), UnixFileMode.None);
        Assert.Equal(Opening.Nothing, Open(FileLinks.Inside, "a.txt"));
    }

    [Fact]
    public async Task Files_and_links_that_are_exchanged_meanwhile_never_let_out_what_is_outside()
    {
        if (!FileCalls.IsSupported || this is Folders_keep_their_files_everywhere) return; // elsewhere a moment is left, and documented
        File.WriteAllText(Path.Combine(Outside, "secret.txt"), "secret");
        Write("a/secret.txt", "public");
        Directory.CreateSymbolicLink(Path.Combine(Root, "b"), "..");
        FileTree tree = Tree(FileLinks.Inside);
        using var stop = new CancellationTokenSource();
        Task exchange = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Directory.Move(Path.Combine(Root, "a"), Path.Combine(Root, "c"));
                Directory.Move(Path.Combine(Root, "b"), Path.Combine(Root, "a"));
                Directory.Move(Path.Combine(Root, "a"), Path.Combine(Root, "b"));
                Directory.Move(Path.Combine(Root, "c"), Path.Combine(Root, "a"));
            }
        });
        int found = 0;
        for (int i = 0; i < 20_000 || found == 0; i++)
        {
            if (tree.Open("a/secret.txt"u8, out OpenedFile file) != Opening.File) continue;
            found++;
            Assert.Equal("public", Text(file));
        }
        await stop.CancelAsync();
        await exchange;
    }

    private protected Opening Open(FileLinks links, string name)
    {
        Opening opening = Tree(links).Open(Encoding.UTF8.GetBytes(name), out OpenedFile file);
        if (opening == Opening.File) file.Handle.Dispose();
        return opening;
    }

    private protected string Read(FileLinks links, string name, out OpenedFile file)
    {
        Assert.Equal(Opening.File, Tree(links).Open(Encoding.UTF8.GetBytes(name), out file));
        return Text(file);
    }

    private static string Text(OpenedFile file)
    {
        using (file.Handle)
        {
            byte[] bytes = new byte[file.Size];
            int read = RandomAccess.Read(file.Handle, bytes, 0);
            return Encoding.UTF8.GetString(bytes, 0, read);
        }
    }
}

public sealed class Names_are_judged : Served
{
    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/%2E%2E%2Fsecret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/a%2f..%2f..%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/..\\secret.txt")]
    [InlineData("/%252e%252e/secret.txt")]
    [InlineData("/..%c0%afsecret.txt")]
    [InlineData("/....//secret.txt")]
    [InlineData("/a/../../secret.txt")]
    [InlineData("//secret.txt")]
    [InlineData("/a.txt%00.png")]
    [InlineData("/a.txt%0a")]
    [InlineData("/C:/secret.txt")]
    [InlineData("/a.txt::$DATA")]
    [InlineData("/.git/config")]
    [InlineData("/a/.env")]
    [InlineData("/.")]
    [InlineData("/./a.txt/")]
    [InlineData("/a.txt/")]
    [InlineData("/a.txt/.")]
    public async Task No_name_leads_outside_or_to_what_is_hidden(string target)
    {
        File.WriteAllText(Path.Combine(Outside, "secret.txt"), "secret");
        Write("a.txt", "x");
        Write("a/.env", "hidden");
        Write(".git/config", "hidden");
        App.UseFiles("/", Root);
        await App.StartAsync();

        Answer answer = await Client.GetAsync(target);
        Assert.Contains(answer.Status, new[] { 400, 404 });
        Assert.DoesNotContain("secret\n", answer.Text + "\n", StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hidden_files_are_served_where_the_program_says_so()
    {
        Write(".well-known/security.txt", "x");
        App.UseFiles("/", new FileFolder(Root) { ShowsDotFiles = true });
        await App.StartAsync();
        Assert.Equal("x", (await Client.GetAsync("/.well-known/security.txt")).Text);
    }

    [Theory]
    [InlineData("con")]
    [InlineData("NUL.txt")]
    [InlineData("a/aux.tar.gz")]
    [InlineData("com1")]
    [InlineData("LPT9.log")]
    [InlineData("com\u00b2.txt")]
    [InlineData("conin$")]
    [InlineData("web.config.")]
    [InlineData("web.config ")]
    [InlineData("con .txt")]
    [InlineData("a*b")]
    [InlineData("a?b")]
    public void Windows_has_names_that_are_no_files(string name)
    {
        Assert.False(FilePath.IsAllowed(Encoding.UTF8.GetBytes(name), showsDotFiles: false, isWindows: true));
        Assert.True(FilePath.IsAllowed(Encoding.UTF8.GetBytes(name), showsDotFiles: false, isWindows: false));
    }

    [Theory]
    [InlineData("console.log")]
    [InlineData("com.js")]
    [InlineData("com10")]
    [InlineData("nullable.txt")]
    public void Windows_has_names_that_only_look_like_devices(string name) => Assert.True(FilePath.IsAllowed(Encoding.UTF8.GetBytes(name), showsDotFiles: false, isWindows: true));

    [Fact]
    public void Any_name_that_is_let_through_stays_below_the_folder() => Gen.Char["./\\%2fFeE:ab\0"].Array[0, 20].Sample(characters =>
    {
        string name = new(characters);
        if (!FilePath.IsAllowed(Encoding.UTF8.GetBytes(name), showsDotFiles: true, isWindows: false)) return;
        string whole = Path.GetFullPath(Path.Combine("/root/folder", name));
        Assert.True(whole == "/root/folder" || whole.StartsWith("/root/folder/", StringComparison.Ordinal));
        Assert.DoesNotContain("..", name.Split('/'));
        Assert.DoesNotContain("%2f", name, StringComparison.OrdinalIgnoreCase);
    });
}
