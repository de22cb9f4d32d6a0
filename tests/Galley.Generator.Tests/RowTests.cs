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
            "public class Entity { public required Guid Id { get; init; } } public class User : Entity { public string? Email { get; set; } public List<Uri> Orders { get; } = []; public int Twice => 2; }").Compiles().Rows;
        Assert.Contains("""["Email", "Id"],""", code, StringComparison.Ordinal);
        Assert.Contains("Id = row.Get<global::System.Guid>(at[1]),", code, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_with_required_members_and_structs_and_generics_work() => From(
        "_ = db.QueryAsync<A>($\"\"); _ = db.QueryAsync<B>($\"\"); _ = db.QueryAsync<C<int>>($\"\"); _ = db.QueryAsync<Level>($\"\"); _ = db.QueryAsync<Level?>($\"\");",
        "public enum Level { Low } public record A(int X) { public required string Y { get; init; } public string? Ignored { get; init; } } public readonly record struct B(int X, long? Y); public record C<T>(T Value);").Compiles();

    [Theory]
    [InlineData("int")]
    [InlineData("string?")]
    [InlineData("Guid?")]
    [InlineData("byte[]?")]
    public void Scalars_are_the_stores_own(string type) => Assert.Equal("", From($"_ = db.QueryAsync<{type}>($\"\");", "").Compiles().Rows);

    [Theory]
    [InlineData("User", "public record User(Guid Id, List<Uri> Orders);", "Orders")]
    [InlineData("User", "public record User(Guid Id, uint Count);", "uint")]
    [InlineData("User", "public abstract class User;", "constructor")]
    [InlineData("User", "public class User;", "no members")]
    [InlineData("(int, int)", "", "(long Id, string Name)")]
    [InlineData("(int A, int)", "", "Name all of them")]
    [InlineData("(int A, List<Uri> B)", "", "'B'")]
    [InlineData("(int A, (int C, int D) B)", "", "'B'")]
    [InlineData("(int A, int B)?", "", "neither")]
    [InlineData("User", "public record Role(int Id); public record User(Guid Id, Role Role);", "'Role'")]
    [InlineData("object", "", "neither")]
    public void What_rows_cannot_become_is_an_error(string type, string declaration, string why) =>
        From($"_ = db.QueryAsync<{type}>($\"\");", declaration).Reports("GALLEY012", $"db.QueryAsync<{type}>($\"\")", why);

    [Theory]
    [InlineData("string", "row.Get<string>(0)")]
    [InlineData("byte[]", "row.Get<byte[]>(0)")]
    public void A_scalar_that_is_never_null_is_given_a_shape_that_refuses_null(string type, string read)
    {
        string code = From($"_ = db.QueryAsync<{type}>($\"\"); _ = db.QueryAsync<{type}>($\"a\"); _ = db.QueryFirstOrDefaultAsync<{type}>($\"\"); " +
            $"_ = db.QueryFirstAsync<{type}>($\"\"); _ = db.StreamAsync<{type}>($\"\", default); _ = db?.QueryAsync<{type}>(sql: $\"\");", "").Compiles().Rows;
        Assert.Contains($"global::Galley.RowShapes.Column<{type}>(static row => {read})", code, StringComparison.Ordinal);
        Assert.Equal(2, code.Split("RowShape<").Length);
        Assert.Equal(7, code.Split("[InterceptsLocation(").Length);
    }

    [Fact]
    public void A_tuple_finds_its_columns_by_its_names()
    {
        string code = From("_ = db.QueryAsync<(long Id, string? Name)>($\"\"); _ = db.QueryFirstOrDefaultAsync<(long Key, string Name)>($\"\");", "").Compiles().Rows;
        Assert.Contains("""["Id", "Name"],""", code, StringComparison.Ordinal);
        Assert.Contains("""["Key", "Name"],""", code, StringComparison.Ordinal);
        Assert.Contains("row.IsNull(at[1]) ? null : row.Get<string>(at[1])", code, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tuple_may_have_more_members_than_a_ValueTuple_has() => From(
        "foreach (var row in await db.QueryAsync<(int A, int B, int C, int D, int E, int F, int G, int H, string I)>($\"\")) Console.WriteLine(row.H + row.I);", "").Compiles();

    [Fact]
    public void An_annotation_of_a_type_argument_makes_another_shape()
    {
        string code = From("_ = db.QueryAsync<Pair<string>>($\"\"); _ = db.QueryAsync<Pair<string?>>($\"\"); _ = db.QueryFirstOrDefaultAsync<Pair<string?>>($\"\");",
            "public record Pair<T>(int Id, T Value);").Compiles().Rows;
        Assert.Contains("RowShape<global::Pair<string>>", code, StringComparison.Ordinal);
        Assert.Contains("RowShape<global::Pair<string?>>", code, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_without_annotations_takes_null_for_null()
    {
        string code = From("_ = db.QueryAsync<User>($\"\");\n#nullable disable\n_ = db.QueryAsync<string>($\"\");", "public record User(int Id, string Name);").Compiles().Rows;
        Assert.Contains("row.IsNull(at[1]) ? null : row.Get<string>(at[1])", code, StringComparison.Ordinal);
        Assert.DoesNotContain("InterceptsLocation", code, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_needs_its_shape_given_needs_interceptors()
    {
        Generated run = Generated.From("using Galley;\nDatabase db = null!;\n_ = db.QueryAsync<(int A, int B)>($\"\");", isEnabled: false);
        Assert.Equal("GALLEY011", Assert.Single(run.Found).Id);
    }
}
