// The Galley side of script/bench: an ordinary program with ordinary settings. Nothing in Galley knows that it is measured.
using Galley;

var app = Backend.Create(args);
app.Get("/plaintext", () => "Hello, World!");
app.Get("/json", () => new Greeting("Hello, World!"));
app.Get("/users/{id}", (string id) => new User(id));
app.Post("/echo", (Greeting body) => body);
for (int i = 0; i < 200; i++)
    app.Get($"/r{i}/{{id}}", (string id) => new User(id));
app.Run();

sealed record Greeting(string Message);

sealed record User(string Id);
