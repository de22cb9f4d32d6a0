// Lines on their way out: in order, whole, flushed at the end; dropped and counted when nobody reads, never waited for.

using Microsoft.Extensions.Logging;

namespace Galley.Operating.Tests;

public class The_writer_never_waits
{
    [Fact]
    public void Everything_is_written_in_order_by_the_time_it_is_disposed()
    {
        var output = new CapturedStream();
        using (var writer = new LogWriter(output, true, 1024 * 1024, TimeProvider.System))
            for (int i = 0; i < 1000; i++) Write(writer, i);

        Assert.Equal(Enumerable.Range(0, 1000), output.Json.Select(line => line.GetProperty("n").GetInt32()));
    }

    [Fact]
    public async Task A_blocked_reader_costs_lines_which_are_counted()
    {
        var output = new BlockedStream();
        var writer = new LogWriter(output, true, 4096, TimeProvider.System);
        Write(writer, -1);
        await output.Reached;

        for (int i = 0; i < 1000; i++) Write(writer, i); // returns although nobody reads
        output.Open();
        writer.Dispose();

        int[] written = [.. output.Of("test").Select(line => line.GetProperty("n").GetInt32())];
        Assert.Equal(Enumerable.Range(-1, written.Length), written);
        Assert.InRange(written.Length, 20, 100);
        Assert.Equal(1001 - written.Length, output.Of("log_dropped").Single().GetProperty("lines").GetInt32());
    }

    [Fact]
    public async Task A_reader_that_never_reads_does_not_keep_the_process()
    {
        var output = new BlockedStream();
        var writer = new LogWriter(output, true, 4096, TimeProvider.System);
        Write(writer, 1);
        await output.Reached;

        Task disposed = Task.Run(writer.Dispose);
        await disposed.WaitAsync(TimeSpan.FromSeconds(30));
        output.Open();
    }

    [Fact]
    public async Task A_closed_pipe_is_no_reason_to_crash_and_what_it_cost_is_counted()
    {
        var output = new BrokenStream();
        var writer = new LogWriter(output, true, 4096, TimeProvider.System);
        Write(writer, 1, isUrgent: true);
        await output.Reached;

        output.Mend();
        Write(writer, 2, isUrgent: true);
        writer.Dispose();

        // The first line is lost; the second may have been part of the same batch.
        Assert.True(output.Text.Length == 0 || output.Of("log_dropped").Single().GetProperty("lines").GetInt32() == 1);
    }

    [Fact]
    public async Task Lines_of_many_threads_stay_whole()
    {
        var output = new CapturedStream();
        using (var writer = new LogWriter(output, true, 16 * 1024 * 1024, TimeProvider.System))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
            {
                for (int i = 0; i < 2000; i++) Write(writer, thread * 2000 + i);
            })));
        }

        Assert.Equal(Enumerable.Range(0, 16_000), output.Json.Select(line => line.GetProperty("n").GetInt32()).Order());
    }

    [Fact]
    public void A_line_made_while_another_is_made_disturbs_neither()
    {
        var output = new CapturedStream();
        using (var writer = new LogWriter(output, true, 4096, TimeProvider.System))
        {
            LogLine outer = writer.Begin(LogLevel.Information, "test"u8);
            Write(writer, 1);
            outer.Add("n"u8, 2);
            writer.Write(outer);
        }

        Assert.Equal([1, 2], output.Json.Select(line => line.GetProperty("n").GetInt32()));
    }

    [Fact]
    public void What_comes_after_the_end_is_ignored()
    {
        var output = new CapturedStream();
        var writer = new LogWriter(output, true, 4096, TimeProvider.System);
        writer.Dispose();
        Write(writer, 1);
        writer.Dispose();

        Assert.Empty(output.Text);
    }

    private static void Write(LogWriter writer, int number, bool isUrgent = false)
    {
        LogLine line = writer.Begin(LogLevel.Information, "test"u8);
        line.Add("n"u8, number);
        writer.Write(line, isUrgent);
    }
}
