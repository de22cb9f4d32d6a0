// The built-in shapes: a result of one column, read as a plain value. Made on first use, so a program pays only for what it asks.

namespace Galley.Storing;

internal static class Scalars
{
    public static RowShape<T>? Find<T>()
    {
        Type type = typeof(T);
        if (type == typeof(bool) || type == typeof(byte) || type == typeof(short) || type == typeof(int) || type == typeof(long) ||
            type == typeof(float) || type == typeof(double) || type == typeof(decimal) || type == typeof(Guid) || type == typeof(DateTime) ||
            type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly) || type == typeof(TimeSpan))
        {
            return RowShapes.Column<T>(static row => row.Get<T>(0));
        }
        if (type == typeof(string) || type == typeof(byte[])) return RowShapes.Column<T>(static row => row.IsNull(0) ? default! : row.Get<T>(0));
        return Nullable.GetUnderlyingType(type) is null ? null : FindNullable<T>();
    }

    private static RowShape<T>? FindNullable<T>() =>
        Of<T, bool>() ?? Of<T, byte>() ?? Of<T, short>() ?? Of<T, int>() ?? Of<T, long>() ?? Of<T, float>() ?? Of<T, double>() ??
        Of<T, decimal>() ?? Of<T, Guid>() ?? Of<T, DateTime>() ?? Of<T, DateTimeOffset>() ?? Of<T, DateOnly>() ?? Of<T, TimeOnly>() ??
        Of<T, TimeSpan>();

    private static RowShape<T>? Of<T, TValue>() where TValue : struct =>
        typeof(T) == typeof(TValue?) ? (RowShape<T>)(object)RowShapes.Column<TValue?>(static row => row.IsNull(0) ? null : row.Get<TValue>(0)) : null;
}
