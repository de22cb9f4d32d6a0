// NULL that knows what it would have been: an engine with types can then tell which function or operator is meant, and has one statement for the value and
// for its absence.

using System.ComponentModel;

namespace Galley;

/// <summary>A NULL whose type is known: what a hole of type <c>Guid?</c> becomes when it is null. Read by databases.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SqlNull
{
    private SqlNull(Type type) => Type = type;

    /// <summary>The type that the value would have: <see cref="Guid"/> for a <c>Guid?</c>.</summary>
    public Type Type { get; }

    // Null where the type says nothing: text goes untyped as well.
    internal static object? Of<T>() => Kept<T>.Value;

    private static class Kept<T>
    {
        public static readonly object? Value = Make();

        private static SqlNull? Make()
        {
            Type? type = typeof(T) == typeof(byte[]) ? typeof(T) : Nullable.GetUnderlyingType(typeof(T));
            return type is null || type.IsEnum ? null : new SqlNull(type);
        }
    }
}
