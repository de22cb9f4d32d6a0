// What the server's process held at one moment.

namespace Galley.Soak;

/// <summary>One look at the server: memory without the pages of files, open descriptors, threads, and connections without the asking one.</summary>
internal readonly record struct Sample(TimeSpan At, long MemoryBytes, int Handles, int Threads, int Connections)
{
    public override string ToString() =>
        $"{At:mm\\:ss}  {MemoryBytes / 1048576.0,7:0.0} MB  {Handles,5} handles  {Threads,4} threads  {Connections,5} connections";
}
