// How rows become values, with the generator's own shapes: what fits, and how what does not is named. Holds for every Database.

using System.Runtime.CompilerServices;

namespace Galley.Contracts;

public enum Course { Starter = 1, Main = 2 }

public sealed record Plate(int Id, string Name, string? Note, Course Course, byte[] Photo, long? Grams);

public class Shelf
{
    public required int ShelfId { get; init; }

    public string? Label { get; set; }
}

public sealed record Labelled(int Id)
{
    public required string Label { get; init; }
}

public sealed record Pair<T>(int Id, T Value);

public abstract class RowContract(Dialect dialect) : Contract(dialect)
{
    private ValueTask<Database> OpenAsync() => Dialect.OpenAsync(Migrations.None);

    // The cases are written with SQLite's words for bytes.
    private string Spell(string sql) => sql.Replace("x'00'", Dialect.Bytes, StringComparison.Ordinal);

    private Sql Good => Sql.Of($"SELECT 1 AS id, 'Soup' AS name, NULL AS note, 'starter' AS course, {Sql.Raw(Dialect.Bytes)} AS photo, NULL AS grams");

    private static int Here([CallerLineNumber] int line = 0) => line;

    private static async Task<StoreException> Fails<T>(ValueTask<T> query)
    {
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () => await query);
        Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
        return failure;
    }

    [Fact]
    public async Task Members_are_read_by_constructor_and_by_property()
    {
        await using Database db = await OpenAsync();
        Plate plate = await db.QueryFirstAsync<Plate>(Good);
        Assert.Equal((1, "Soup", null, Course.Starter, 1, null), (plate.Id, plate.Name, plate.Note, plate.Course, plate.Photo.Length, plate.Grams));
        Shelf shelf = await db.QueryFirstAsync<Shelf>($"SELECT 'top' AS label, 7 AS shelf_id");
        Assert.Equal((7, "top"), (shelf.ShelfId, shelf.Label));
        Labelled labelled = await db.QueryFirstAsync<Labelled>($"SELECT 1 AS id, 'x' AS label");
        Assert.Equal("x", labelled.Label);
    }

    [Fact]
    public async Task A_tuple_is_read_by_its_names_whatever_the_order_of_the_columns()
    {
        await using Database db = await OpenAsync();
        (long id, string name) = await db.QueryFirstAsync<(long Id, string Name)>($"SELECT 'Ada' AS name, 1 AS id");
        Assert.Equal((1, "Ada"), (id, name));
        // The same type at run time, with other names.
        Assert.Equal([(2L, "Ada")], await db.QueryAsync<(long Age, string FirstName)>($"SELECT 1 AS id, 2 AS age, 'Ada' AS first_name"));
        await foreach ((int a, int? b) in db.StreamAsync<(int A, int? B)>($"SELECT NULL AS b, 1 AS a")) Assert.Equal((1, null), (a, b));
        StoreException failure = await Fails(db.QueryAsync<(long Id, string Name)>($"SELECT 1 AS id, NULL AS name"));
        Assert.EndsWith("column 'name' is NULL, and member 'Name' of (Id, Name) is never null: make the member nullable, or the column NOT NULL", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NULL AS name, 'main' AS course, x'00' AS photo", "name", "'Name'")]
    [InlineData("'a' AS name, NULL AS course, x'00' AS photo", "course", "'Course'")]
    [InlineData("'a' AS name, 'main' AS course, NULL AS photo", "photo", "'Photo'")]
    public async Task Null_for_a_member_that_is_never_null_names_query_column_and_member(string columns, string column, string member)
    {
        await using Database db = await OpenAsync();
        int line = Here() + 1;
        StoreException failure = await Fails(db.QueryAsync<Plate>($"SELECT 1 AS id, NULL AS note, NULL AS grams, {Sql.Raw(Spell(columns))}"));
        Assert.Equal($"RowContract.cs:{line}: column '{column}' is NULL, and member {member} of Plate is never null: make the member nullable, or the column NOT NULL", failure.Message);
        Assert.Equal(column, failure.Column);
    }

    [Theory]
    [InlineData("'abc' AS id, 'a' AS name, 'main' AS course, x'00' AS photo", "column 'id' holds 'abc', and member 'Id' of Plate is of type int")]
    [InlineData("9999999999 AS id, 'a' AS name, 'main' AS course, x'00' AS photo", "column 'id' holds '9999999999', and member 'Id' of Plate is of type int")]
    [InlineData("1 AS id, x'00' AS name, 'main' AS course, x'00' AS photo", "column 'name' holds a BLOB, and member 'Name' of Plate is of type string")]
    [InlineData("1 AS id, 'a' AS name, 'pudding' AS course, x'00' AS photo", "column 'course' holds 'pudding', and member 'Course' of Plate is of type Course")]
    [InlineData("1 AS id, 'a' AS name, 3 AS course, x'00' AS photo", "column 'course' holds '3', and member 'Course' of Plate is of type Course")]
    [InlineData("1 AS id, 'a' AS name, 'main' AS course, 'text' AS photo", "column 'photo' holds 'text', and member 'Photo' of Plate is of type byte[]")]
    public async Task A_value_of_another_type_names_query_column_and_member(string columns, string words)
    {
        await using Database db = await OpenAsync();
        int line = Here() + 1;
        StoreException failure = await Fails(db.QueryFirstAsync<Plate>($"SELECT NULL AS note, NULL AS grams, {Sql.Raw(Spell(columns))}"));
        Assert.Equal($"RowContract.cs:{line}: {words.Replace("a BLOB", Dialect.BytesInWords, StringComparison.Ordinal)}: change the type of the member, or correct the value", failure.Message);
    }

    // What a column holds may be anything, of any size: a message is for people.
    [Fact]
    public async Task A_long_value_is_not_told_in_full()
    {
        await using Database db = await OpenAsync();
        string text = new('x', 100_000);
        foreach (ValueTask<Plate> query in (ValueTask<Plate>[])[
            db.QueryFirstAsync<Plate>($"SELECT NULL AS note, NULL AS grams, {text} AS id, 'a' AS name, 'main' AS course, {Sql.Raw(Dialect.Bytes)} AS photo"),
            db.QueryFirstAsync<Plate>($"SELECT NULL AS note, NULL AS grams, 1 AS id, 'a' AS name, {text} AS course, {Sql.Raw(Dialect.Bytes)} AS photo"),
            db.QueryFirstAsync<Plate>($"SELECT NULL AS note, NULL AS grams, 1 AS id, 'a' AS name, 'main' AS course, {text} AS photo")])
        {
            Assert.InRange((await Fails(query)).Message.Length, 50, 500);
        }
    }

    [Theory]
    [InlineData("'Starter,Main'")]
    [InlineData("' main '", true)]
    [InlineData("'+2'", true)]
    [InlineData("-1")]
    [InlineData("2.0", true)]
    [InlineData("2.5")]
    [InlineData("''")]
    [InlineData("'0x2'")]
    [InlineData("99999999999999999999")]
    [InlineData("x'6d61696e'")]
    public async Task An_enum_is_a_member_or_refused(string value, bool isEither = false)
    {
        await using Database db = await OpenAsync();
        Sql sql = Sql.Of($"SELECT {Sql.Raw(value)} AS course");
        try
        {
            Assert.Equal(Course.Main, await db.QueryFirstAsync<Course>(sql));
            Assert.True(isEither);
        }
        catch (StoreException failure)
        {
            Assert.Equal(StoreErrorKind.Misuse, failure.Kind);
        }
    }

    [Fact]
    public async Task Columns_that_come_twice_or_not_at_all_are_named()
    {
        await using Database db = await OpenAsync();
        await Fails(db.QueryAsync<Labelled>($"SELECT 1 AS id, 2 AS id, 'x' AS label"));
        await Fails(db.QueryAsync<(int Id, string Label)>($"SELECT 1 AS id, 'a' AS label, 'b' AS LABEL"));
        await Fails(db.QueryAsync<(int A, int B)>($"SELECT 1, 2"));
        (int a, int b, int c, int d, int e, int f, int g, int h, int? i) =
            await db.QueryFirstAsync<(int A, int B, int C, int D, int E, int F, int G, int H, int? I)>($"SELECT NULL AS i, 8 AS h, 7 AS g, 6 AS f, 5 AS e, 4 AS d, 3 AS c, 2 AS b, 1 AS a");
        Assert.Equal((1, 2, 3, 4, 5, 6, 7, 8, null), (a, b, c, d, e, f, g, h, i));
    }

    [Fact]
    public async Task What_fails_in_a_stream_and_in_a_transaction_is_named_as_well()
    {
        await using Database db = await OpenAsync();
        StoreException failure = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (Labelled _ in db.StreamAsync<Labelled>($"SELECT 1 AS id, NULL AS label")) { }
        });
        Assert.Contains("member 'Label' of Labelled", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<StoreException>(async () => await db.TransactionAsync(async tx =>
        {
            await foreach (Labelled _ in tx.StreamAsync<Labelled>($"SELECT 'x' AS id, 'y' AS label")) { }
        }));
        Assert.Contains("member 'Id' of Labelled", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_column_and_one_too_many_name_the_query()
    {
        await using Database db = await OpenAsync();
        int line = Here() + 1;
        StoreException failure = await Fails(db.QueryAsync<Labelled>($"SELECT 1 AS id"));
        Assert.Equal($"RowContract.cs:{line}: query 'SELECT 1 AS id' has no column 'label' for member 'Label' of Labelled (columns: id): select it, or alias it AS label", failure.Message);
        failure = await Fails(db.QueryAsync<Course>($"SELECT 1, 2"));
        Assert.Contains("gives 2 columns where Course needs exactly one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scalar_is_null_only_where_the_query_says_so()
    {
        await using Database db = await OpenAsync();
        Assert.Null(await db.QueryFirstAsync<string?>($"SELECT NULL AS name"));
        Assert.Null(await db.QueryFirstOrDefaultAsync<string>($"SELECT 'a' AS name WHERE 1 = 2")); // no row is not NULL
        int line = Here() + 1;
        StoreException failure = await Fails(db.QueryFirstAsync<string>($"SELECT NULL AS name"));
        Assert.Equal($"RowContract.cs:{line}: column 'name' is NULL, and the query asks for string, which is never null: ask for string?, or make the column NOT NULL", failure.Message);
        await Fails(db.QueryAsync<byte[]>($"SELECT NULL AS photo"));
        await Fails(db.QueryFirstAsync<int>($"SELECT NULL AS age"));
        failure = await Fails(db.QueryFirstAsync<int>($"SELECT 'x' AS age"));
        Assert.EndsWith("column 'age' holds 'x', and the query asks for int: ask for another type, or correct the value", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_annotation_of_a_type_argument_counts()
    {
        await using Database db = await OpenAsync();
        Assert.Null((await db.QueryFirstAsync<Pair<string?>>($"SELECT 1 AS id, NULL AS value")).Value);
        await Fails(db.QueryFirstAsync<Pair<string>>($"SELECT 1 AS id, NULL AS value"));
    }

    [Fact]
    public async Task A_query_made_elsewhere_is_named_where_it_is_written()
    {
        await using Database db = await OpenAsync();
        int line = Here() + 1;
        Sql sql = Sql.Of($"SELECT x FROM {Sql.Raw("nowhere")}");
        Assert.Equal($"RowContract.cs:{line}", sql.Site);
        StoreException failure = await Fails(db.QueryAsync<int>(sql));
        Assert.StartsWith($"RowContract.cs:{line}: {Dialect.NoTable}", failure.Message, StringComparison.Ordinal);
        Assert.Equal($"RowContract.cs:{Here()}", Sql.Raw("x").Site);
        Assert.Equal($"RowContract.cs:{Here()}", Sql.Join($", ", [Sql.Raw("x")]).Site);
        Assert.Equal("", new Sql(0, 0, "").Site);
        Assert.Equal("A.cs:7", new Sql(0, 0, @"C:\Work\A.cs", 7).Site);
    }
}
