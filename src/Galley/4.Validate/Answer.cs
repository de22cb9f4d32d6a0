// From what a typed handler returns to a Response. A handler that has completed costs no state machine: the await is in a second method.

using System.ComponentModel;

namespace Galley.Validating;

/// <summary>Turns results of typed handlers into responses. A null is 404. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Answer
{
    /// <summary>204: the handler returned nothing.</summary>
    public static ValueTask<Response> Done() => Response.NoContent();

    /// <inheritdoc cref="Done()"/>
    public static ValueTask<Response> Done(Task pending) => pending.IsCompletedSuccessfully ? Done() : Later(new ValueTask(pending));

    /// <inheritdoc cref="Done()"/>
    public static ValueTask<Response> Done(ValueTask pending)
    {
        if (!pending.IsCompletedSuccessfully) return Later(pending);
        pending.GetAwaiter().GetResult();
        return Done();
    }

    /// <summary>A value as JSON.</summary>
    public static ValueTask<Response> Json<T>(T value) => value is null ? Response.NotFound() : Response.Json(value);

    /// <inheritdoc cref="Json{T}(T)"/>
    public static ValueTask<Response> Json<T>(Task<T> pending) => Json(new ValueTask<T>(pending));

    /// <inheritdoc cref="Json{T}(T)"/>
    public static ValueTask<Response> Json<T>(ValueTask<T> pending)
    {
        return pending.IsCompletedSuccessfully ? Json(pending.GetAwaiter().GetResult()) : Later(pending);

        static async ValueTask<Response> Later(ValueTask<T> pending) =>
            await pending.ConfigureAwait(false) is { } value ? Response.Json(value) : Response.NotFound();
    }

    /// <summary>A string as <c>text/plain</c>.</summary>
    public static ValueTask<Response> Text(string? value) => value is null ? Response.NotFound() : Response.Text(value);

    /// <inheritdoc cref="Text(string?)"/>
    public static ValueTask<Response> Text(Task<string?> pending) => Text(new ValueTask<string?>(pending));

    /// <inheritdoc cref="Text(string?)"/>
    public static ValueTask<Response> Text(ValueTask<string?> pending)
    {
        return pending.IsCompletedSuccessfully ? Text(pending.GetAwaiter().GetResult()) : Later(pending);

        static async ValueTask<Response> Later(ValueTask<string?> pending) =>
            await pending.ConfigureAwait(false) is { } value ? Response.Text(value) : Response.NotFound();
    }

    /// <summary>A response as it is.</summary>
    public static ValueTask<Response> Of(Response value) => value;

    /// <summary>A response as it is; null is 404.</summary>
    public static ValueTask<Response> Of(Response? value) => value ?? Response.NotFound();

    /// <inheritdoc cref="Of(Response)"/>
    public static ValueTask<Response> Of(Task<Response> pending) => new(pending);

    /// <inheritdoc cref="Of(Response)"/>
    public static ValueTask<Response> Of(ValueTask<Response> pending) => pending;

    /// <inheritdoc cref="Of(Response?)"/>
    public static ValueTask<Response> Of(Task<Response?> pending) => Of(new ValueTask<Response?>(pending));

    /// <inheritdoc cref="Of(Response?)"/>
    public static async ValueTask<Response> Of(ValueTask<Response?> pending) => await pending.ConfigureAwait(false) ?? Response.NotFound();

    /// <summary>A problem as its document; null is 404.</summary>
    public static ValueTask<Response> Of(Problem? value) => value?.ToResponse() ?? Response.NotFound();

    /// <inheritdoc cref="Of(Problem?)"/>
    public static ValueTask<Response> Of(Task<Problem?> pending) => Of(new ValueTask<Problem?>(pending));

    /// <inheritdoc cref="Of(Problem?)"/>
    public static async ValueTask<Response> Of(ValueTask<Problem?> pending) => await pending.ConfigureAwait(false) ?? Response.NotFound();

    /// <summary>What a told response holds.</summary>
    public static ValueTask<Response> Of<T>(Response<T> value) => value.ToResponse();

    /// <inheritdoc cref="Of{T}(Response{T})"/>
    public static ValueTask<Response> Of<T>(Response<T>? value) => value?.ToResponse() ?? Response.NotFound();

    /// <inheritdoc cref="Of{T}(Response{T})"/>
    public static ValueTask<Response> Of<T>(Task<Response<T>> pending) => Of(new ValueTask<Response<T>>(pending));

    /// <inheritdoc cref="Of{T}(Response{T})"/>
    public static ValueTask<Response> Of<T>(ValueTask<Response<T>> pending)
    {
        return pending.IsCompletedSuccessfully ? pending.GetAwaiter().GetResult().ToResponse() : Later(pending);

        static async ValueTask<Response> Later(ValueTask<Response<T>> pending) => (await pending.ConfigureAwait(false)).ToResponse();
    }

    /// <inheritdoc cref="Of{T}(Response{T}?)"/>
    public static ValueTask<Response> Of<T>(Task<Response<T>?> pending) => Of(new ValueTask<Response<T>?>(pending));

    /// <inheritdoc cref="Of{T}(Response{T}?)"/>
    public static async ValueTask<Response> Of<T>(ValueTask<Response<T>?> pending) => (await pending.ConfigureAwait(false))?.ToResponse() ?? Response.NotFound();

    /// <summary>Values one after another, as a JSON array or as lines; null is 404.</summary>
    public static ValueTask<Response> Items<T>(Request request, IAsyncEnumerable<T>? items) => items is null ? Response.NotFound() : Response.Items(request, items);

    /// <inheritdoc cref="Items{T}(Request, IAsyncEnumerable{T})"/>
    public static ValueTask<Response> Items<T>(Request request, Task<IAsyncEnumerable<T>?> pending) => Items(request, new ValueTask<IAsyncEnumerable<T>?>(pending));

    /// <inheritdoc cref="Items{T}(Request, IAsyncEnumerable{T})"/>
    public static async ValueTask<Response> Items<T>(Request request, ValueTask<IAsyncEnumerable<T>?> pending) =>
        await Items(request, await pending.ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Server-sent events; null is 404.</summary>
    public static ValueTask<Response> Events(IAsyncEnumerable<ServerSentEvent>? events) => events is null ? Response.NotFound() : Response.Events(events);

    /// <inheritdoc cref="Events(IAsyncEnumerable{ServerSentEvent})"/>
    public static ValueTask<Response> Events(Task<IAsyncEnumerable<ServerSentEvent>?> pending) => Events(new ValueTask<IAsyncEnumerable<ServerSentEvent>?>(pending));

    /// <inheritdoc cref="Events(IAsyncEnumerable{ServerSentEvent})"/>
    public static async ValueTask<Response> Events(ValueTask<IAsyncEnumerable<ServerSentEvent>?> pending) =>
        await Events(await pending.ConfigureAwait(false)).ConfigureAwait(false);

    private static async ValueTask<Response> Later(ValueTask pending)
    {
        await pending.ConfigureAwait(false);
        return Response.NoContent();
    }
}
