// Users: the resource of every tutorial. The unique e-mail is the database's rule, because only it can keep it when two requests arrive at once.

using Galley;

namespace Restaurant;

/// <summary>Somebody who can sign up.</summary>
/// <param name="Email">Unique, whatever its letter case.</param>
/// <param name="Name">How they like to be called.</param>
sealed record User(Guid Id, string Email, string? Name, DateTimeOffset CreatedAt);

/// <summary>What a client sends to become a <see cref="User"/>.</summary>
sealed record NewUser(string? Email, string? Name);

/// <summary>The routes of users.</summary>
static class Users
{
    public static void AddTo(Routes app)
    {
        Routes users = app.Group("/users");
        users.Post("/", CreateAsync);
        users.Get("/{id}", ReadAsync);
    }

    public static async Task<Response> CreateAsync(NewUser body, Database db, TimeProvider time)
    {
        if (Check(body) is { Any: true } errors) return errors.ToProblem("The user was not created.");
        DateTimeOffset now = time.GetUtcNow();
        var user = new User(Guid.CreateVersion7(now), body.Email!, body.Name, now);
        try
        {
            await db.ExecuteAsync($"INSERT INTO users (id, email, name, created_at) VALUES ({user.Id}, {user.Email}, {user.Name}, {user.CreatedAt})");
        }
        catch (StoreException failure) when (failure.Kind == StoreErrorKind.Unique)
        {
            var taken = new Errors();
            taken.NotNow("/email", "belongs to another user");
            return taken.ToProblem("The user was not created.");
        }
        return Response.Created($"/users/{user.Id}", user);
    }

    public static ValueTask<User?> ReadAsync(Guid id, Database db) =>
        db.QueryFirstOrDefaultAsync<User>($"SELECT id, email, name, created_at FROM users WHERE id = {id}");

    private static Errors Check(NewUser body)
    {
        var errors = new Errors();
        if (body.Email is not { Length: > 0 } email) errors.Wrong("/email", "is required");
        else if (!IsEmail(email)) errors.Wrong("/email", "must be an e-mail address, for example ada@example.com");
        if (body.Name is { } name)
        {
            if (name.Length is 0 or > 100) errors.Wrong("/name", "must have 1 to 100 characters");
            if (name.Any(char.IsControl)) errors.Wrong("/name", "must not hold control characters");
        }
        return errors;
    }

    // Only a message that arrives proves an address; this catches slips of the keyboard. 254 and 64 are the limits of RFC 5321 section 4.5.3.1.
    private static bool IsEmail(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        int dot = text.LastIndexOf('.');
        return text.Length <= 254 && at is > 0 and <= 64 && at == text.LastIndexOf('@') && dot > at + 1 && dot < text.Length - 1 &&
            !text.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c));
    }
}
