// Users: the resource of every tutorial. Its rules stand on the record that clients send; that an e-mail belongs to one user is asked of the database
// like any other rule, and kept by it, because only it can when two requests arrive at once.

using System.ComponentModel.DataAnnotations;
using Galley;

namespace Restaurant;

/// <summary>Somebody who has signed up.</summary>
/// <param name="Email">Unique, whatever its letter case. <example>ada@example.com</example></param>
/// <param name="Name">How they like to be called. <example>Ada Lovelace</example></param>
sealed record User(Guid Id, string Email, string? Name, DateTimeOffset CreatedAt);

/// <summary>What a client sends to become a user.</summary>
/// <param name="Email">Where they can be reached. <example>ada@example.com</example></param>
/// <param name="Name">How they like to be called. <example>Ada Lovelace</example></param>
sealed record NewUser([EmailAddress] string Email, [Length(1, 100), PlainText] string? Name) : IHasRules<NewUser>
{
    public const string Taken = "belongs to another user";

    public static void Declare(Rules<NewUser> rules) => rules.For(user => user.Email).MustAsync(IsFreeAsync, Taken);

    private static async ValueTask<bool> IsFreeAsync(string email, Request request) =>
        await request.Database.QueryFirstAsync<int>($"SELECT count(*) FROM users WHERE lower(email) = lower({email})", request.Aborted) == 0;
}

/// <summary>The routes of users.</summary>
static class Users
{
    public static void AddTo(Routes app)
    {
        Routes users = app.Group("/users");
        users.Post("/", CreateAsync);
        users.Get("/{id}", ReadAsync);
    }

    /// <summary>Signs up a user.</summary>
    /// <response code="422">Something about the user is not as it must be, or the e-mail belongs to somebody else.</response>
    public static async Task<Response> CreateAsync(NewUser body, Database db, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        User user;
        try
        {
            // As it is stored: PostgreSQL keeps microseconds, SQLite all that a clock of .NET gives.
            user = await db.QueryFirstAsync<User>(
                $"""
                INSERT INTO users (id, email, name, created_at) VALUES ({Guid.CreateVersion7(now)}, {body.Email}, {body.Name}, {now})
                RETURNING id, email, name, created_at
                """);
        }
        catch (StoreException failure) when (failure.Kind == StoreErrorKind.Unique)
        {
            // Somebody else was faster since the rule was asked.
            return new Problem(422, "The user was not created.") { Errors = new Dictionary<string, string[]> { ["/email"] = [NewUser.Taken] } };
        }
        return Response.Created($"/users/{user.Id}", user);
    }

    /// <summary>Reads a user.</summary>
    public static ValueTask<User?> ReadAsync(Guid id, Database db) =>
        db.QueryFirstOrDefaultAsync<User>($"SELECT id, email, name, created_at FROM users WHERE id = {id}");
}
