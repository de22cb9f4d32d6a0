// One shape, written and read by each side in turn. The thread's CPU time counts, not the clock: what else runs on the machine takes wall time only.

using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Galley.Bench;

/// <summary>Nanoseconds of CPU for one value, by round.</summary>
sealed record Figures(string Shape, int Bytes, string[] Sides, double[][] Rounds);

static unsafe partial class Contest
{
    // Long against the clock's resolution and an interrupt, short against the other side's turn.
    const long Turn = 4_000_000;

    // A server takes its writer from somewhere: both sides from a slot of the thread.
    [ThreadStatic]
    static Utf8JsonWriter? s_writer;

    public static Figures Write<T>(string shape, T value, Response response, JsonTypeInfo<T> fast, JsonTypeInfo<T> metadata, int rounds) where T : class
    {
        Body galley = response.Body!;
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        void Theirs(JsonTypeInfo<T> type)
        {
            output.ResetWrittenCount();
            Utf8JsonWriter writer = s_writer ??= new(output, new JsonWriterOptions { SkipValidation = true });
            writer.Reset(output);
            JsonSerializer.Serialize(writer, value, type);
            writer.Flush();
        }
        void Ours()
        {
            output.ResetWrittenCount();
            galley.Serialize(value, output);
        }
        string Text(Action write)
        {
            write();
            return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
        }
        string ours = Text(Ours), first = Text(() => Theirs(fast)), second = Text(() => Theirs(metadata));
        if (ours != first || ours != second) throw new InvalidOperationException($"{shape} is not written the same:\n{ours}\n{first}\n{second}");
        return Measure(shape, output.WrittenCount, rounds, ("Galley", Ours), ("fast path", () => Theirs(fast)), ("metadata", () => Theirs(metadata)));
    }

    // byHand: what a generated reader of the type would be at best; null for most shapes.
    public static Figures Read<T>(string shape, T value, JsonTypeInfo<T> theirs, int rounds, Func<byte[], T>? byHand = null) where T : class
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(value, theirs);
        object? read = null;
        void Ours() => read = JsonRead<T>.Parse(body, JsonTypes.Reading, neverNull: 0).Value;
        void Theirs() => read = JsonSerializer.Deserialize(body, theirs);
        Ours();
        if (!JsonSerializer.SerializeToUtf8Bytes((T)read!, theirs).AsSpan().SequenceEqual(body)) throw new InvalidOperationException(shape + " is not read the same.");
        if (byHand is null) return Measure(shape, body.Length, rounds, ("Galley", Ours), ("metadata", Theirs));
        if (!byHand(body).Equals(value)) throw new InvalidOperationException(shape + " is not read the same by hand.");
        return Measure(shape, body.Length, rounds, ("Galley", Ours), ("metadata", Theirs), ("by hand", () => read = byHand(body)));
    }

    static Figures Measure(string shape, int bytes, int rounds, params (string Name, Action Run)[] sides)
    {
        int[] times = new int[sides.Length];
        for (int i = 0; i < sides.Length; i++)
        {
            // Until the JIT has done with it: its second tier comes after calls and time.
            long warm = 0;
            for (int calls = 64; warm < 300_000_000; calls *= 2)
            {
                long spent = Spent(sides[i].Run, calls);
                warm += spent;
                times[i] = (int)Math.Max(1, Turn * calls / Math.Max(1, spent));
                if (calls % 256 == 0) Thread.Yield();
            }
        }
        var figures = new double[sides.Length][];
        for (int i = 0; i < sides.Length; i++) figures[i] = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            // The order turns: none is always first.
            for (int n = 0; n < sides.Length; n++)
            {
                int i = (n + round) % sides.Length;
                figures[i][round] = (double)Spent(sides[i].Run, times[i]) / times[i];
            }
        }
        return new(shape, bytes, [.. sides.Select(s => s.Name)], figures);
    }

    static long Spent(Action run, int times)
    {
        long before = ThreadTime();
        for (int i = 0; i < times; i++) run();
        return ThreadTime() - before;
    }

    // CLOCK_THREAD_CPUTIME_ID
    static long ThreadTime()
    {
        Time time;
        _ = clock_gettime(3, &time);
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }

    struct Time
    {
        public long Seconds, Nanoseconds;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, Time* time);
}
