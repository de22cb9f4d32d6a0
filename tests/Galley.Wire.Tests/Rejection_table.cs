// The table of rejections is complete, and its rows are fit for a client, a metric and a reader.

using Galley.Wire.Http1;

namespace Galley.Wire.Tests;

public class Rejection_table
{
    public static TheoryData<RejectionReason> Reasons => [.. Enum.GetValues<RejectionReason>().Where(reason => reason != RejectionReason.None)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_has_a_status_a_section_a_text_and_a_name(RejectionReason reason)
    {
        Rejection row = Rejections.Of(reason);
        Assert.Equal(reason, row.Reason);
        Assert.Contains(row.Status, (int[])[400, 408, 413, 414, 417, 431, 501, 503, 505]);
        Assert.False(StatusLines.Line(row.Status).IsEmpty);
        Assert.Matches("^RFC [0-9]{4} section [0-9]+(\\.[0-9]+)*$", row.Section);
        Assert.Matches("^[A-Z][^\\r\\n{}]+\\.$", row.Text);
        Assert.Matches("^[a-z][a-z0-9_]*$", row.Name);
        Assert.Equal(reason.ToString(), row.Name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
    }

    [Fact]
    public void There_is_one_row_for_each_reason_and_each_name_is_unique()
    {
        Assert.Equal(Enum.GetValues<RejectionReason>().Length, Rejections.All.Length);
        Assert.Equal(Rejections.All.Length, Rejections.All.ToArray().Select(row => row.Name).Distinct().Count());
    }
}
