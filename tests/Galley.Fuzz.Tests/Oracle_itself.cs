// An oracle that finds nothing is no oracle: here it meets codecs with the faults that it is there for.

using Galley.Fuzzing;

namespace Galley.Fuzz.Tests;

public class Oracle_itself
{
    delegate Ending Reading(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, Transcript told);

    sealed class Codec(Reading read) : Target
    {
        public override string Name => "codec";

        public override Ending Read(in Case input, ReadOnlySpan<int> ends, Transcript told) => read(input.Bytes, ends, told);
    }

    static Ending Check(Reading read) => new Oracle().Check(new Codec(read), "3\nhello"u8, isThorough: true);

    [Fact]
    public void A_codec_without_fault_passes() => Assert.Equal(Ending.Value, Check((bytes, ends, told) =>
    {
        int before = 0;
        foreach (int end in ends)
        {
            told.Data(bytes[before..end]);
            before = end;
        }
        return Ending.Value;
    }));

    [Fact]
    public void An_exception_is_not_caught() => Assert.Throws<FormatException>(() => Check((_, _, _) => throw new FormatException()));

    [Fact]
    public void A_codec_that_does_not_come_to_an_end_is_found() =>
        Assert.Contains("does not come to an end", Assert.Throws<OracleException>(() => Check((_, _, told) =>
        {
            while (true)
                told.Step();
        })).Message, StringComparison.Ordinal);

    [Fact]
    public void An_ending_that_depends_on_one_cut_is_found() =>
        Assert.StartsWith("Cut at 4 5:", Assert.Throws<OracleException>(() =>
            Check((_, ends, _) => ends.Length == 2 && ends[0] == 4 ? Ending.NeedMore : Ending.Value)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_transcript_that_depends_on_single_bytes_is_found() =>
        Assert.StartsWith("Cut at 0 1 2 3 4 5:", Assert.Throws<OracleException>(() => Check((_, ends, told) =>
        {
            told.Tell(ends.Length > 2 ? "many" : "few");
            return Ending.Value;
        })).Message, StringComparison.Ordinal);

    [Fact]
    public void The_settings_of_a_case_are_flags_and_cuts()
    {
        Case input = Case.Read("tz 9 2 100\nhello\nworld"u8);
        Assert.True(input.Has('t') && input.Has('z') && !input.Has('a'));
        Assert.Equal("hello\nworld"u8, input.Bytes);
        Assert.Equal([2, 4, 9, 11], input.Cuts);
        Assert.Equal([5], Case.Read("\nhello"u8).Cuts);
        Assert.Equal([5], Case.Read("hello"u8).Cuts);
    }
}
