// What a Json<T> is to a query, whatever its T.

namespace Galley.Storing;

/// <summary>Gives its JSON by <see cref="object.ToString"/>.</summary>
internal interface IJsonText;
