// x
namespace Galley.OpenApi.Tests;

public sealed class Smoke(Documented d) : IClassFixture<Documented>
{
    [Fact]
    public void It()
    {
        File.WriteAllText("/tmp/oa/sink.json", d.Text);
        Assert.NotNull(d);
    }
}
