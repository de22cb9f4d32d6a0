// What is said around every write: prepared once per connection.

namespace Galley.Storing;

internal enum Phrase
{
    /// <summary>Begins a transaction that writes.</summary>
    Begin,

    /// <summary>Ends it, and waits for the disk.</summary>
    Commit,

    /// <summary>Undoes it.</summary>
    Rollback,

    /// <summary>Begins the part of one member of a group.</summary>
    Save,

    /// <summary>Undoes what the member did.</summary>
    Undo,

    /// <summary>Ends the part of the member.</summary>
    Keep,
}

internal static class Phrases
{
    public const int Count = (int)Phrase.Keep + 1;

    public static ReadOnlySpan<byte> TextOf(Phrase phrase) => phrase switch
    {
        Phrase.Begin => "BEGIN IMMEDIATE"u8,
        Phrase.Commit => "COMMIT"u8,
        Phrase.Rollback => "ROLLBACK"u8,
        Phrase.Save => "SAVEPOINT galley_member"u8,
        Phrase.Undo => "ROLLBACK TO galley_member"u8,
        _ => "RELEASE galley_member"u8,
    };
}
