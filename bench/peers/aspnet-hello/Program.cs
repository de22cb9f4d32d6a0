// The ASP.NET Core counterpart of samples/Hello: slim builder, generated JSON, Native AOT. Only for the cold-start row.
using System.Text.Json.Serialization;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "3000"}");
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, Shapes.Default));

var app = builder.Build();
app.MapGet("/hello", () => new Greeting("Hello, world"));
app.Run();

sealed record Greeting(string Message);

[JsonSerializable(typeof(Greeting))]
sealed partial class Shapes : JsonSerializerContext;
