// Every target. A new one is a class in Targets/, a line here and a folder in seeds/.

namespace Galley.Fuzzing;

static class Catalogue
{
    public static IReadOnlyList<Target> Targets { get; } =
    [
        new RequestTarget(),
        new ChunkedTarget(),
        new UriTarget(),
        new MultipartTarget(),
        new BoundaryTarget(),
        new MessagesTarget(),
        new HandshakeTarget(),
        new ExtensionsTarget(),
        new Utf8Target(),
        new InflateTarget(),
        new RangesTarget(),
        new TagsTarget(),
        new DatesTarget(),
        new WeightsTarget(),
        new CookiesTarget(),
        new QueryTarget(),
        new PointersTarget(),
        new CursorsTarget(),
    ];

    /// <summary>The target of that name; <c>canary</c> is one, too.</summary>
    public static Target? Find(string name) => Targets.Append(new CanaryTarget()).FirstOrDefault(target => target.Name == name);
}
