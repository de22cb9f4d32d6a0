#:project ../../src/Galley/Galley.csproj
using Galley;

var app = Backend.Create(args);
app.Get("/hello", () => new Greeting("Hello, world"));
app.Run();                                   // http://localhost:3000

record Greeting(string Message);
