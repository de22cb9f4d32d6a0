// The settings of pages and of the keys of their cursors: read, bounded, and wrong ones named.

namespace Galley.PagesTests;

public sealed class Page_settings
{
    [Fact]
    public async Task Sizes_and_keys_are_read_the_newest_key_first()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"{new string('b', 32)}\n\n  {new string('c', 40)}\n");
            PageOptions pages = Create("--Galley:Pages:Rows=5", "--Galley:Pages:MostRows=9", "--Galley:Pages:LinkBytes=77", $"--Galley:Cursors:Key={new string('a', 32)}", $"--Galley:Cursors:KeyFile={file}").Options.Pages;
            Assert.Equal((5, 9, 77), (pages.Rows, pages.MostRows, pages.LinkBytes));
            Assert.Equal([new('a', 32), new('b', 32), new('c', 40)], pages.CursorKeys);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_maximum_below_the_default_lowers_it() => Assert.Equal(20, Create("--Galley:Pages:MostRows=20").Options.Pages.Rows);

    [Theory]
    [InlineData("--Galley:Pages:MostRows=0", "Galley:Pages:MostRows")]
    [InlineData("--Galley:Pages:Rows=201", "from 1 to 200")]
    [InlineData("--Galley:Pages:LinkBytes=-1", "from 0 to 65536")]
    [InlineData("--Galley:Cursors:Key=secret", "has 6 characters")]
    [InlineData("--Galley:Cursors:KeyFile=/nowhere/keys", "Galley:Cursors:KeyFile")]
    public async Task What_is_wrong_is_named_and_no_key_is_shown(string setting, string named)
    {
        StartException wrong = await Assert.ThrowsAsync<StartException>(() => Create(setting).StartAsync());
        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }

    private static Backend Create(params string[] settings) => Backend.Create(["--port", "0", "--Galley:Log:Level=off", .. settings]);
}
