// Stage 7 for values that come one after another: a JSON array, or a line of JSON each (NDJSON), written while the source produces them. What is
// ready at once goes out together; what is not ready does not keep the client waiting for what is.

using System.Buffers;

namespace Galley.Serializing;

/// <summary>A streamed response of items. The first item is awaited before the response begins, so that a source that fails at once is a clean 500.</summary>
internal sealed class ItemStream<T> : IAsyncDisposable
{
    // Stage 8 frames at most 16 KiB at a time. An item more than this still fits, so that no chunk is followed by a crumb of the same piece.
    private const int PieceBytes = 15 * 1024;

    private static readonly StreamBody s_array = new("application/json");
    private static readonly StreamBody s_lines = new("application/x-ndjson");

    private readonly IAsyncEnumerator<T> _items;
    private readonly bool _isLines;
    private bool _hasItem;
    private int _isDisposed;

    private ItemStream(IAsyncEnumerator<T> items, bool isLines)
    {
        _items = items;
        _isLines = isLines;
    }

    /// <summary>The response, once the first item is there or it is known that there is none.</summary>
    public static async ValueTask<Response> BeginAsync(Request request, IAsyncEnumerable<T> items)
    {
        Exchange exchange = request.Exchange;
        var stream = new ItemStream<T>(items.GetAsyncEnumerator(exchange.Aborted), Preference.IsForLines(request.Headers));
        // Whatever becomes of the response - a middleware may replace it, a client may leave - the source is let go of with the exchange.
        exchange.Own(stream);
        stream._hasItem = await stream._items.MoveNextAsync().ConfigureAwait(false);
        if (exchange.Head.Method == Wire.Http1.Method.Head) await stream.DisposeAsync().ConfigureAwait(false);
        return Response.Of(200, stream._isLines ? s_lines : s_array, (Func<BodyWriter, CancellationToken, ValueTask>)stream.WriteAsync).With("Vary", "Accept");
    }

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _isDisposed, 1) == 0 ? _items.DisposeAsync() : default;

    private async ValueTask WriteAsync(BodyWriter body, CancellationToken aborted)
    {
        var pending = new ByteBuffer();
        try
        {
            if (!_isLines) pending.Write("["u8);
            while (_hasItem)
            {
                Write(_items.Current, pending);
                if (pending.Length >= PieceBytes) await SendAsync(body, pending).ConfigureAwait(false);
                ValueTask<bool> next = _items.MoveNextAsync();
                _hasItem = next.IsCompleted || pending.Length == 0
                    ? await next.ConfigureAwait(false)
                    : await SendMeanwhileAsync(body, pending, next).ConfigureAwait(false);
                if (_hasItem && !_isLines) pending.Write(","u8);
            }
            if (!_isLines) pending.Write("]"u8);
            await SendAsync(body, pending).ConfigureAwait(false);
        }
        finally
        {
            pending.Clear();
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Write(T item, ByteBuffer pending)
    {
        JsonBody<T>.Instance.Write(item, pending);
        if (_isLines) pending.Write("\n"u8);
    }

    private static async ValueTask SendAsync(BodyWriter body, ByteBuffer pending)
    {
        await body.WriteAsync(pending.WrittenMemory).ConfigureAwait(false);
        pending.Clear();
    }

    private static async ValueTask<bool> SendMeanwhileAsync(BodyWriter body, ByteBuffer pending, ValueTask<bool> next)
    {
        try
        {
            await SendAsync(body, pending).ConfigureAwait(false);
        }
        catch
        {
            // A source cannot be disposed of while it moves. Its token has fired: it ends, and how does not matter any more.
            try
            {
                await next.ConfigureAwait(false);
            }
            catch (Exception late) when (late is not OutOfMemoryException)
            {
            }
            throw;
        }
        return await next.ConfigureAwait(false);
    }
}
