// Cursors come back from strangers: whatever was done to one, the answer is the page it was given for, or a 400 that says to begin anew.

using System.Buffers.Text;
using System.Text;
using Galley.Storing;
using Galley.Testing;

namespace Galley.PagesTests;

public sealed class Cursors_are_refused : IAsyncDisposable
{
    private readonly OnSqlite _engine = new();

    [Fact]
    public async Task Every_flipped_bit_and_every_missing_byte_is_refused()
    {
        await using Shop shop = await Shop.OpenAsync(_engine);
        await shop.FillAsync(6);
        (_, _, string? next) = await shop.PageAsync("/things?sort=-d,b&limit=2");
        byte[] cursor = Base64Url.DecodeFromChars(next);
        for (int i = 0; i < cursor.Length * 8; i++)
        {
            byte[] forged = [.. cursor];
            forged[i / 8] ^= (byte)(1 << (i % 8));
            await RefusedAsync(shop, "sort=-d,b&limit=2", Base64Url.EncodeToString(forged));
        }
        for (int length = 1; length < next!.Length; length++) await RefusedAsync(shop, "sort=-d,b&limit=2", next[..length]);
        await RefusedAsync(shop, "sort=-d,b&limit=2", next + "A");
        await RefusedAsync(shop, "sort=-d,b&limit=2", next + "=");
    }

    [Fact]
    public async Task Rubbish_is_refused()
    {
        await using Shop shop = await Shop.OpenAsync(_engine);
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = new byte[random.Next(1, 90)];
            random.NextBytes(bytes);
            await RefusedAsync(shop, "limit=2", i % 2 == 0 ? Base64Url.EncodeToString(bytes) : string.Concat(bytes.Select(static b => $"%{b:x2}")));
        }
    }

    [Theory]
    [InlineData("sort=d")]
    [InlineData("sort=-d,c")]
    [InlineData("sort=-d&kind=plain")]
    [InlineData("sort=-d&kind=fancy&kind=plain")]
    [InlineData("sort=-d&kind=fancy&c_min=1")]
    public async Task A_cursor_of_another_question_is_refused(string other)
    {
        await using Shop shop = await Shop.OpenAsync(_engine);
        await shop.FillAsync(20);
        (_, _, string? next) = await shop.PageAsync("/things?sort=-d&kind=fancy");
        _ = await shop.PageAsync($"/things?limit=7&kind=Fancy&sort=-d&cursor={next}"); // the size is no part of the question
        await RefusedAsync(shop, other, next!);
    }

    [Fact]
    public async Task A_cursor_of_rows_that_were_restricted_otherwise_is_refused()
    {
        await using Shop shop = await Shop.OpenAsync(_engine);
        await shop.FillAsync(20);
        (_, _, string? next) = await shop.PageAsync("/mine/1?limit=2");
        Assert.Equal(2, (await shop.PageAsync($"/mine/1?limit=2&cursor={next}")).Ids.Length);
        Assert.Equal(400, (await shop.GetAsync($"/mine/2?limit=2&cursor={next}")).Status);
        await RefusedAsync(shop, "limit=2", next!);
    }

    [Fact]
    public async Task An_older_key_still_verifies_and_one_that_is_gone_does_not()
    {
        const string Newer = "another key of thirty-two characters";
        string? next;
        await using (Shop before = await Shop.OpenAsync(_engine))
        {
            await before.FillAsync(9);
            (_, _, next) = await before.PageAsync("/things");
        }
        await using OnSqlite second = new(), third = new();
        await using Shop between = await Shop.OpenAsync(second, null, Newer, Shop.Key);
        _ = await between.PageAsync($"/things?cursor={next}");
        await using Shop after = await Shop.OpenAsync(third, null, Newer);
        await RefusedAsync(after, "limit=3", next!);
    }

    [Fact]
    public void The_signature_is_HMAC_SHA256()
    {
        foreach (int length in (int[])[0, 1, 31, 55, 56, 63, 64, 65, 200])
        {
            byte[] key = [.. Enumerable.Range(0, length).Select(static i => (byte)i)];
            byte[] message = Encoding.UTF8.GetBytes(new string('m', length * 3));
            Assert.Equal(System.Security.Cryptography.HMACSHA256.HashData(key, message)[..16], CursorKeys.Tag(key, message));
        }
    }

    [Fact]
    public void Every_kind_of_key_comes_back_as_it_was()
    {
        object?[] values = [null, true, (byte)7, (short)-7, int.MinValue, long.MaxValue, double.Epsilon, 1.20m, "ä\0", "", Guid.NewGuid(), DateTime.UnixEpoch, DateTimeOffset.MaxValue, DateOnly.MinValue, TimeOnly.MaxValue];
        CursorKeys keys = new([]);
        string cursor = new Position(values, true, 5).ToCursor(keys, [1, 2]);
        Type[] types = [.. values.Select(static value => value?.GetType() ?? typeof(int))];
        Position read = Position.TryRead(Encoding.ASCII.GetBytes(cursor), keys, [1, 2], types)!;
        Assert.Equal(values, read.Keys);
        Assert.True(read.IsBackward);
        Assert.Equal(5ul, read.Scope);
        Assert.Null(Position.TryRead(Encoding.ASCII.GetBytes(cursor), keys, [1, 3], types));
        Assert.Null(Position.TryRead(Encoding.ASCII.GetBytes(cursor), keys, [1, 2], [.. types.Append(typeof(int))]));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static async Task RefusedAsync(Shop shop, string query, string cursor)
    {
        Answer answer = await shop.GetAsync($"/things?{query}&cursor={cursor}");
        Assert.True(answer.Status == 400, $"{cursor}: {answer.Status} {answer.Text}");
        Assert.Contains("begin anew", answer.Text, StringComparison.Ordinal);
    }
}
