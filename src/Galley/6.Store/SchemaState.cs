// What a database says about its schema, beside what the files say.

namespace Galley.Storing;

/// <summary>A step that was applied.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Name">The name of the file that was used.</param>
/// <param name="Sha256">The fingerprint of that file.</param>
/// <param name="At">When, in UTC.</param>
public sealed record AppliedMigration(int Version, string Name, string Sha256, string At);

/// <summary>A step that was begun and is not finished: it was killed or failed outside a transaction, or runs now.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Done">How many of its statements are done for good.</param>
/// <param name="Sha256">The fingerprint of those.</param>
/// <param name="Standing">The statement, counted from 0, that had begun to run where no transaction protects it; -1 for none.</param>
/// <param name="Position">The last key of a backfill by ranges.</param>
/// <param name="Batches">Batches of a backfill that are committed.</param>
/// <param name="Rows">Rows they changed.</param>
/// <param name="At">When it was begun, in UTC.</param>
public sealed record BegunMigration(int Version, int Done, string Sha256, int Standing, string? Position, int Batches, long Rows, string At);

/// <summary>What is applied, begun and pending, and what somebody changed by hand.</summary>
/// <param name="Applied">In order.</param>
/// <param name="Pending">In order.</param>
/// <param name="Begun">The step that is not finished, if there is one.</param>
/// <param name="Drift">How the schema differs from what it was after the last migration: lines that begin with + or -.</param>
public sealed record SchemaState(IReadOnlyList<AppliedMigration> Applied, IReadOnlyList<Migration> Pending, BegunMigration? Begun, IReadOnlyList<string> Drift);
