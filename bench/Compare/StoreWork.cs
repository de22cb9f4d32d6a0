// Works with a database. What is compared is the CPU of the server's process: the database and the load generator share the other core, unless there
// is a third, so the server may have to wait for them. Every server has the same pool of 20 connections.
namespace Galley.Bench;

sealed class StoreWork(string name, string title, string path, bool isSqlite = false) : LoadWork(name, title, path)
{
    public override bool IsStore => true;

    public override IReadOnlyList<Peer> Among(IEnumerable<Peer> peers) => [.. base.Among(peers).Select(peer => peer with { Store = isSqlite ? "sqlite" : "postgres" })];

    public override IReadOnlyList<(string Heading, Func<Peer, string> Base)> Bases => [("x ASP.NET", _ => "aspnet"), ("x tuned", _ => "aspnet-tuned")];

    protected override async Task<Peer> OpenAsync(Peer peer, Bench bench, CancellationToken stop) =>
        peer with { Database = isSqlite ? await bench.Stores.SqliteAsync(stop) : await bench.Stores.PostgresAsync(stop) };
}
