// How far a backup is: what a progress bar or a log line needs.

namespace Galley;

/// <summary>How far <see cref="SqliteDatabase.BackupAsync"/> is.</summary>
/// <param name="Pages">Pages copied.</param>
/// <param name="Total">Pages there are.</param>
public readonly record struct BackupProgress(int Pages, int Total);
