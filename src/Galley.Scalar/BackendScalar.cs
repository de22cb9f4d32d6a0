// One line in a program: app.UseScalar(). The page is there wherever the OpenAPI document is.

namespace Galley;

/// <summary>Gives a backend an API reference page.</summary>
public static class BackendScalar
{
    /// <summary>Serves a page for people over the OpenAPI document, where that is served: in development, or with <c>Galley:OpenApi:Enabled</c>. Everything the
    /// page needs comes from this program; it asks nobody else for anything.</summary>
    /// <param name="app">The backend.</param>
    /// <param name="path">Where the page is. Its script lies below.</param>
    /// <returns><paramref name="app"/>, to go on with.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> does not begin with a slash and a name, or ends in a slash.</exception>
    public static Backend UseScalar(this Backend app, string path = "/reference")
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length < 2 || path[0] != '/' || path[^1] == '/') throw new ArgumentException("A path such as /reference.", nameof(path));
        if (!app.OpenApi.IsEnabled) return app;
        var page = new Scalar.ReferencePage(path, app.OpenApi);
        app.Get(path, page.Show).WithoutDocumentation();
        app.Get($"{path}/{{file}}", page.Send).WithoutDocumentation();
        return app;
    }
}
