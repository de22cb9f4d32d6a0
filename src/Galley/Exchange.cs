// PLACEHOLDER until the engine lands.
namespace Galley;

internal abstract class Exchange
{
    public int Generation;
    public abstract string Method { get; }
    public abstract ReadOnlySpan<byte> Target { get; }
    public abstract ReadOnlySpan<byte> Path { get; }
    public abstract ReadOnlySpan<byte> Query { get; }
    public abstract RequestBody Body { get; }
    public abstract string Id { get; }
    public abstract CancellationToken Aborted { get; }
    public abstract Route? Route { get; }
    public abstract IServiceProvider Services { get; }
    public abstract int FieldCount { get; }
    public abstract bool TryGetRouteValue(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
    public abstract bool TryGetField(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
    public abstract ReadOnlySpan<byte> FieldName(int index);
    public abstract ReadOnlySpan<byte> FieldValue(int index);
    public abstract void Set<T>(T value) where T : class;
    public abstract T? Get<T>() where T : class;
}
