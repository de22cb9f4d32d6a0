// A kind of client. One more kind is one more small class, and one more line in Cast.

using System.Net;

namespace Galley.Soak;

internal abstract class Client
{
    /// <summary>For the table.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it keeps the rules, and so must get every answer as it should be. What a hostile one throws is a wrong answer, too: it expects to
    /// be sent away, and counts only what it should never have got.</summary>
    public abstract bool IsHonest { get; }

    /// <summary>How many of it there are at a time.</summary>
    public virtual int Crowd => 2;

    /// <summary>How long one of them rests after each round, on average.</summary>
    public virtual TimeSpan Rest => TimeSpan.FromMilliseconds(100);

    /// <summary>One round: connect, do what it does, leave.</summary>
    /// <param name="server">Where.</param>
    /// <param name="random">What it draws from; the seed is in the report.</param>
    /// <param name="timed">Takes the milliseconds of an answer that an honest client waited for.</param>
    /// <exception cref="WrongAnswer">The server did what it should not do.</exception>
    public abstract Task RoundAsync(IPEndPoint server, Random random, Action<double> timed);

    protected static void Expect(bool isRight, string what)
    {
        if (!isRight) throw new WrongAnswer(what);
    }
}

internal abstract class HonestClient : Client
{
    public override bool IsHonest => true;
}

internal abstract class HostileClient : Client
{
    public override bool IsHonest => false;

    public override int Crowd => 4;
}

/// <summary>The server answered what it should not.</summary>
internal sealed class WrongAnswer(string message) : Exception(message);
