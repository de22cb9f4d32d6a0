// The backend that the end-to-end tests run, stop, flood and mistreat: an ordinary Galley program with one route per way of answering. It prints
// every event as a line, so that a test waits for what happened instead of for a while.
using Galley;

var app = Backend.Create(args);
app.Events.Subscribe(happened => Console.WriteLine("event " + happened.ToString().ReplaceLineEndings(" | ")));

byte[] fast = "fast"u8.ToArray();
var greeting = new Greeting("Hello, world");
app.Get("/fast", _ => Response.Bytes(fast, BytesBody.Text));
app.Get("/json", _ => Response.Json(greeting));
app.Get("/typed", () => greeting);
app.Get("/n/{n}", request => Response.Text(request.RouteValue("n")));
app.Get("/slow", async request =>
{
    await Task.Delay(Number(request, "ms"), request.Aborted);
    return Response.Text("slow");
});
app.Get("/block", request =>
{
    Thread.Sleep(Number(request, "ms"));
    return Response.Text("block");
});
// Two routes, so that one can be short of the stall threshold while the other is over it.
app.Get("/pause", request =>
{
    Thread.Sleep(Number(request, "ms"));
    return Response.Text("pause");
});
// Works for about a millisecond, however long the machine takes to let it.
app.Get("/work", request =>
{
    double sum = 0;
    for (int i = 1; i < 200_000; i++) sum += Math.Sqrt(i);
    return Response.Text(sum > 0 ? "work" : "");
});
app.Post("/echo", async request => Response.Bytes((await request.Body.ReadAllAsync()).ToArray()));
app.Post("/count", async request =>
{
    long count = 0;
    while (await request.Body.ReadAsync() is { IsEmpty: false } piece) count += piece.Length;
    return Response.Text(count.ToString(System.Globalization.CultureInfo.InvariantCulture));
});
// Bodies far larger than the memory that this process may take.
app.Post("/upload/nowhere", async request => Response.Text($"{await request.Body.CopyToAsync(Stream.Null)}")).WithBodyLimit(long.MaxValue).WithDeadline(TimeSpan.FromMinutes(5));
app.Post("/upload/file", async request => Response.Text($"{await request.Body.SaveAsync("upload")}")).WithBodyLimit(long.MaxValue).WithDeadline(TimeSpan.FromMinutes(5));
app.Post("/upload/parts", async request =>
{
    long length = 0;
    await foreach (FormPart part in request.ReadPartsAsync()) length += await part.CopyToAsync(Stream.Null);
    return Response.Text($"{length}");
}).WithBodyLimit(long.MaxValue).WithDeadline(TimeSpan.FromMinutes(5));
app.Post("/upload/coded", async request => Response.Text($"{await request.Body.CopyToAsync(Stream.Null)}"))
    .WithBodyLimit(long.MaxValue).WithDeadline(TimeSpan.FromMinutes(5)).UseRequestDecompression();
app.Get("/stream", request =>
{
    int pieces = Number(request, "pieces");
    byte[] piece = new byte[Number(request, "bytes")];
    return Response.Stream("application/octet-stream", async (body, _) =>
    {
        for (int i = 0; i < pieces; i++) await body.WriteAsync(piece);
    });
});
app.Get("/fault", (Handler)(_ => throw new InvalidOperationException("the secret of the handler")));
app.Get("/fault/later", async _ =>
{
    await Task.Yield();
    throw new InvalidOperationException("the secret of the handler");
});
app.Get("/fault/stream", _ => Response.Stream("text/plain", async (body, _) =>
{
    await body.WriteAsync("begun"u8.ToArray());
    throw new InvalidOperationException("the secret of the handler");
}));
app.Get("/state", request =>
{
    if (request.QueryValue("collect") is not null)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
    }
    return Response.Json(new State(app.Connections, Environment.WorkingSet, ThreadPool.ThreadCount));
});

// Runs after everything that starts later has been stopped, the database included.
app.OnStop(() =>
{
    Console.WriteLine("marker stopped");
    return default;
});
if (app.Configuration["Test:Sqlite"] is not null)
{
    app.UseSqlite(migrations: app.Configuration["Test:Migrations"]);
    app.Post("/orders", async (Database db) =>
    {
        await db.ExecuteAsync($"INSERT INTO orders (made) VALUES (1)");
        return Response.NoContent();
    });
}
if (app.Configuration["Test:StartHangs"] is not null)
{
    app.OnStart(async cancellation =>
    {
        Console.WriteLine("marker starting");
        await Task.Delay(Timeout.Infinite, cancellation);
    });
}
if (app.Configuration["Test:StopHangs"] is not null)
{
    app.OnStop(async () =>
    {
        Console.WriteLine("marker stopping");
        await Task.Delay(Timeout.Infinite);
    });
}
if (app.Configuration["Test:Ambiguous"] is not null)
{
    app.Get("/users/{id}", _ => Response.Ok());
    app.Get("/users/{name}", _ => Response.Ok());
}
app.Run();

// Whatever a client writes is a number here: the fuzz test would find this program's faults instead of Galley's.
static int Number(Request request, string name) =>
    int.TryParse(request.QueryValue(name), System.Globalization.CultureInfo.InvariantCulture, out int number) ? Math.Clamp(number, 0, 100_000) : 0;

sealed record Greeting(string Message);

sealed record State(int Connections, long Memory, int PoolThreads);
