// The one table of these tests: as a record for Galley and Dapper, as an entity for EF Core.

using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Galley.OrmTests;

public sealed record Guest(int Id, string Name);

/// <summary>A guest that EF Core keeps track of.</summary>
public sealed class GuestEntity
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

/// <summary>EF Core's view, over a connection that stays its owner's.</summary>
public sealed class GuestBook(DbConnection connection) : DbContext
{
    public DbSet<GuestEntity> Guests => Set<GuestEntity>();

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
    {
        if (connection is Npgsql.NpgsqlConnection) optionsBuilder.UseNpgsql(connection);
        else optionsBuilder.UseSqlite(connection);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<GuestEntity>().ToTable("guests");
        modelBuilder.Entity<GuestEntity>().Property(static guest => guest.Id).HasColumnName("id");
        modelBuilder.Entity<GuestEntity>().Property(static guest => guest.Name).HasColumnName("name");
    }
}
