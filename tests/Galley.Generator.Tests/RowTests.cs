// Rows become records: the generated shapes compile against the store's types and name the members in the order they are read.

namespace Galley.Generator.Tests;

public class RowTests
{
    private static Generated From(string statements, string types) =>
        Generated.From("using Galley;\nDatabase db = null!;\n" + statements + "\n" + types);

    [Fact]
    public void A_record_is_made_through_its_constructor()
    {
        string code = From("_ = db.QueryAsync<User>($\"\"); _ = db.QueryFirstOrDefaultAsync<User>($\"\");",
            "public enum Level { Low } public record User(Guid Id, string Email, string? Nick, int? Age, Level Level, Level? Other, byte[] Photo);").Compiles().Rows;
        Assert.Contains("""["Id", "Email", "Nick", "Age", "Level", "Other", "Photo"],""", code, StringComparison.Ordinal);
        Assert.Contains("row.IsNull(at[2]) ? null : row.Get<string>(at[2])", code, StringComparison.Ordinal);
        Assert.Contains("row.GetEnum<global::Level>(at[4])", code, StringComparison.Ordinal);
        Assert.Equal(2, code.Split("new global::Galley.RowShape<").Length);
    }

    [Fact]
    public void A_class_is_made_through_its_properties()
    {
        string code = From("_ = db.StreamAsync<User>($\"\");",
            "public class Entity { public required Guid Id { get; init; } } public class User : Entity { public string? Email { get; set; } public List<int> Orders { get; } = []; public int Twice => 2; }").Compiles().Rows;
        Assert.Contains("""["Email", "Id"],""", code, StringComparison.Ordinal);
        Assert.Contains("@Id = row.Get<global::System.Guid>(at[1]),", code, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_with_required_members_and_structs_and_generics_work() => From(
        "_ = db.QueryAsync<A>($\"\"); _ = db.QueryAsync<B>($\"\"); _ = db.QueryAsync<C<int>>($\"\"); _ = db.QueryAsync<Level>($\"\"); _ = db.QueryAsync<Level?>($\"\");",
        "public enum Level { Low } public record A(int X) { public required string Y { get; init; } public string? Ignored { get; init; } } public readonly record struct B(int X, long? Y); public record C<T>(T Value);").Compiles();

    [Theory]
    [InlineData("int")]
    [InlineData("string")]
    [InlineData("Guid?")]
    [InlineData("byte[]")]
    public void Scalars_are_the_stores_own(string type) => Assert.Equal("", From($"_ = db.QueryAsync<{type}>($\"\");", "").Compiles().Rows);

    [Theory]
    [InlineData("User", "public record User(Guid Id, List<int> Orders);", "Orders")]
    [InlineData("User", "public record User(Guid Id, uint Count);", "uint")]
    [InlineData("User", "public abstract class User;", "constructor")]
    [InlineData("User", "public class User;", "no members")]
    [InlineData("(int, int)", "", "neither")]
    [InlineData("object", "", "neither")]
    public void What_rows_cannot_become_is_an_error(string type, string declaration, string why) =>
        From($"_ = db.QueryAsync<{type}>($\"\");", declaration).Reports("GALLEY012", $"db.QueryAsync<{type}>($\"\")", why);
}
