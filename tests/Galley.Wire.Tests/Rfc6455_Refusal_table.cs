// The table of refusals is complete, and its rows are fit for a peer, a metric and a reader.

using Galley.Wire.Http1;
using Galley.Wire.WebSocket;

namespace Galley.Wire.Tests;

public class Rfc6455_Refusal_table
{
    public static TheoryData<RefusalReason> Reasons => [.. Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.None)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_has_a_status_or_a_code_a_section_a_text_and_a_name(RefusalReason reason)
    {
        Refusal row = Refusals.Of(reason);
        Assert.Equal(reason, row.Reason);
        Assert.NotEqual(row.Status == 0, row.CloseCode == 0);
        if (row.Status != 0)
            Assert.False(StatusLines.Line(row.Status).IsEmpty);
        else
            Assert.True(CloseCodes.CanTravel(row.CloseCode));
        Assert.Matches("^RFC [0-9]{4} section [0-9]+(\\.[0-9]+)*$", row.Section);
        Assert.Matches("^[A-Z][^\\r\\n{}]+\\.$", row.Text);
        Assert.True(row.Text.Length <= FrameWriter.MaxReasonBytes);
        Assert.Matches("^[a-z][a-z0-9_]*$", row.Name);
        Assert.Equal(reason.ToString(), row.Name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
    }

    [Fact]
    public void There_is_one_row_for_each_reason_and_each_name_is_unique()
    {
        Assert.Equal(Enum.GetValues<RefusalReason>().Length, Refusals.All.Length);
        Assert.Equal(Refusals.All.Length, Refusals.All.ToArray().Select(row => row.Name).Distinct().Count());
    }
}
