// Runs the statements of a migration one after the other, and knows the line on which the one that fails begins.

using System.Text;
using SQLitePCL;

namespace Galley.Storing;

internal sealed class Script(sqlite3 database, string sql)
{
    /// <summary>The line of the statement that runs or failed, counted from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Runs every statement. They run inside the caller's transaction, so none may control one.</summary>
    public void Run(CancellationToken cancellation)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql);
        ReadOnlySpan<byte> rest = SqlText.SkipBlank(text);
        while (!rest.IsEmpty)
        {
            cancellation.ThrowIfCancellationRequested();
            Line = 1 + text.AsSpan(0, text.Length - rest.Length).Count((byte)'\n');
            if (SqlText.IsTransactionControl(rest))
            {
                throw new StoreException(StoreErrorKind.Misuse,
                    "the file controls a transaction itself, but each file runs in one already: take BEGIN, COMMIT and the like out");
            }
            int code = raw.sqlite3_prepare_v2(database, rest, out sqlite3_stmt statement, out ReadOnlySpan<byte> tail);
            using (statement)
            {
                while (code is raw.SQLITE_OK or raw.SQLITE_ROW) code = raw.sqlite3_step(statement);
                if (code != raw.SQLITE_DONE) throw Failures.Of(database, code, null);
            }
            rest = SqlText.SkipBlank(tail);
        }
    }
}
