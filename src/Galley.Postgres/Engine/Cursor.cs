// The rows of a query a few at a time, through a cursor of the server: the reader of the driver would have to read to the end what nobody wants any
// more, and would keep the connection to itself, where a transaction may ask something else between two rows.

using Npgsql;

namespace Galley.Storing;

internal sealed class Cursor<T>(Session session, Sql sql, RowShape<T> shape)
{
    // Few at first, for who leaves early; more when it goes on.
    private const int First = 32, More = 256;

    private readonly string _name = $"galley_{session.Cursors++}";
    private bool _isOpen;
    private bool _isAtEnd;

    /// <summary>The next rows; none at the end.</summary>
    public async ValueTask<List<T>> NextAsync(CancellationToken cancellation)
    {
        if (_isAtEnd) return [];
        int most = _isOpen ? More : First;
        NpgsqlBatchCommand fetch = new($"FETCH FORWARD {most} FROM {_name}");
        NpgsqlBatchCommand[] commands = _isOpen ? [fetch] : [Session.Command(sql, $"DECLARE {_name} NO SCROLL CURSOR FOR {SqlText.Of(sql).Text}"), fetch];
        _isOpen = true;
        AllRows<T> rows = new(shape, most);
        await session.ReadAsync(commands, sql, rows, cancellation).ConfigureAwait(false);
        _isAtEnd = !rows.IsFull;
        return rows.Rows;
    }

    /// <summary>Closes it with the next statement.</summary>
    public void Close()
    {
        session.Cursors--;
        if (_isOpen) session.Defer($"CLOSE {_name}");
    }
}
