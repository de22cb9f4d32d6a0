// Who takes part. One line each.

namespace Galley.Soak;

internal static class Cast
{
    public static Client[] Everybody() =>
    [
        new Reader(),
        new Writer(),
        new StreamTaker(),
        new SlowTaker(),
        new Uploader(),
        new Pipeliner(),
        new Waiter(),
        new Slowloris(),
        new SlowSender(),
        new Garbage(),
        new Smuggler(),
        new BodyCutter(),
        new AnswerCutter(),
        new HalfCloser(),
        new Oversizer(),
        new NeverReader(),
        new Vanisher(),
        new Silent(),
    ];
}
