// What an interpolated string becomes: text and values, never text from values.

namespace Galley.SqliteTests;

public sealed class SqlTests
{
    private enum Status { Open }

    [Fact]
    public void Holes_become_parameters_in_the_style_of_the_database()
    {
        Sql sql = Sql.Of($"SELECT {1} + {"a"}");
        Assert.Equal("SELECT @p0 + @p1", sql.ToString());
        Assert.Equal("SELECT $1 + $2", sql.ToText("$", 1));
        Assert.Equal<object?>([1, "a"], sql.Values.ToArray());
    }

    [Fact]
    public void No_holes_no_parameters()
    {
        Sql sql = Sql.Of($"SELECT 1");
        Assert.Equal("SELECT 1", sql.ToString());
        Assert.True(sql.Values.IsEmpty);
    }

    [Fact]
    public void Nested_sql_keeps_its_parameters_in_order()
    {
        Sql inner = Sql.Of($"b = {2} AND c = {3}");
        Sql sql = Sql.Of($"a = {1} AND ({inner}) AND d = {4}");
        Assert.Equal("a = @p0 AND (b = @p1 AND c = @p2) AND d = @p3", sql.ToString());
        Assert.Equal<object?>([1, 2, 3, 4], sql.Values.ToArray());
        Assert.Equal("b = @p0 AND c = @p1", inner.ToString());
    }

    [Fact]
    public void Raw_is_text_and_nothing_else()
    {
        Assert.Equal("SELECT \"a b\" FROM t", Sql.Of($"SELECT {Sql.Raw("\"a b\"")} FROM {Sql.Raw("t")}").ToString());
    }

    [Fact]
    public void Collections_expand_but_text_and_bytes_do_not()
    {
        Assert.Equal("x IN (@p0, @p1)", Sql.Of($"x IN {new[] { 1, 2 }}").ToString());
        Assert.Equal("x IN (NULL)", Sql.Of($"x IN {new List<string>()}").ToString());
        Assert.Equal("(a, b)", Sql.Of($"{new[] { Sql.Raw("a"), Sql.Raw("b") }}").ToString());
        Assert.Single(Sql.Of($"{"text"}").Values.ToArray());
        Assert.Single(Sql.Of($"{new byte[3]}").Values.ToArray());
    }

    [Fact]
    public void Enums_are_names_and_null_is_null()
    {
        Sql sql = Sql.Of($"{Status.Open} {(int)Status.Open} {(Status?)null} {(object)Status.Open} {(string?)null}");
        Assert.Equal<object?>(["Open", 0, null, "Open", null], sql.Values.ToArray());
    }

    [Fact]
    public void A_list_longer_than_the_holes_grows()
    {
        Sql sql = Sql.Of($"{Enumerable.Range(0, 100)} {7}");
        Assert.Equal(101, sql.Values.Length);
        Assert.EndsWith("@p99) @p100", sql.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_excerpt_is_one_line_of_eighty()
    {
        Sql sql = Sql.Of($"SELECT\n   {Sql.Raw(new string('x', 200))}");
        Assert.Equal(80, sql.Excerpt.Length);
        Assert.StartsWith("SELECT xxx", sql.Excerpt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_nobody_registered_says_what_to_do()
    {
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(RowShapes.For<SqlTests>);
        Assert.Contains("RowShapes.Register", failure.Message, StringComparison.Ordinal);
    }
}
