// The shapes a program uses, registered by generated module initializers; scalars are built in. There is no reflection path.

using Galley.Storing;

namespace Galley;

/// <summary>Where generated code registers how rows become values, and where databases find it.</summary>
/// <remarks>Thread-safe. Built in: every type <see cref="Row.Get{T}"/> reads and its nullable form, for results of one column. The built-in
/// shapes of <c>string</c> and <c>byte[]</c> read NULL as null, because the type cannot tell whether that was wanted; where the generator sees
/// that it was not (<c>QueryAsync&lt;string&gt;</c>), it passes a shape that refuses.</remarks>
public static class RowShapes
{
    /// <summary>Registers the shape of one type. The first registration of a type wins.</summary>
    public static void Register<T>(RowShape<T> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Interlocked.CompareExchange(ref Of<T>.Shape, shape, null);
    }

    /// <summary>A shape of results of one column, whatever its name.</summary>
    /// <param name="read">Makes the value of the column, whose ordinal is 0.</param>
    public static RowShape<T> Column<T>(Func<Row, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new RowShape<T>([], (row, _) => read(row)) { IsScalar = true };
    }

    /// <summary>The shape of a type.</summary>
    /// <exception cref="InvalidOperationException">None was registered; the message says what to do.</exception>
    public static RowShape<T> For<T>() => Of<T>.Shape ?? Find<T>();

    private static RowShape<T> Find<T>()
    {
        RowShape<T> shape = Scalars.Find<T>() ?? throw new InvalidOperationException(
            $"No row shape for {typeof(T)}. The generator makes one for every type it sees as the T of QueryAsync<T>, QueryFirstAsync<T>, " +
            "QueryFirstOrDefaultAsync<T> and StreamAsync<T>; name the type there, or call RowShapes.Register once at start.");
        return Interlocked.CompareExchange(ref Of<T>.Shape, shape, null) ?? shape;
    }

    private static class Of<T>
    {
        public static RowShape<T>? Shape;
    }
}
