// A restaurant as an HTTP backend: what it consists of. Each line is a file beside this one; read them in this order.

using Galley;
using Microsoft.Extensions.DependencyInjection;
using Restaurant;

Backend app = Backend.Create(args);
app.UseTls();
app.UseDatabase("sqlite:restaurant.db", "migrations", Sqlite.Engine, Postgres.Engine);

app.Services.AddSingleton(new OrderChanges(app.Time));

Users.AddTo(app);
Menu.AddTo(app);
Tables.AddTo(app);
Orders.AddTo(app);
Kitchen.AddTo(app);

app.OpenApi.Title = "Restaurant";
app.OpenApi.Description = "Users, a menu, tables, orders with their rules, and the kitchen's display. Amounts are whole cents beside their currency; times are UTC.";
app.UseScalar();
Banner.AddTo(app);
app.Run();
