// The picture for the README: a panel per work, a bar per peer, CPU microseconds per request. Each panel has its own scale;
// a bar far beyond ASP.NET Core's is cut, with a visible break, so that the short bars stay readable.
using System.Globalization;
using System.Net;
using System.Text;

namespace Galley.Bench;

static class Chart
{
    const int Width = 960, Margin = 24, Gap = 36, BarHeight = 15, BarStep = 21, HeadHeight = 92, PanelHead = 30, PanelFoot = 20;
    const int NameWidth = 156, ValueWidth = 46;
    const string Font = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
    const string Ink = "#1f2328", Quiet = "#656d76", Grey = "#c3c9d0", Floor = "#8b949e", Galley = "#d1480f", Dotnet = "#6f5fb5";

    static readonly (string Colour, string Text)[] Legend =
        [(Galley, "Galley"), (Dotnet, "ASP.NET Core"), (Grey, "other servers"), (Floor, "floor: a bare C epoll loop")];

    public static string Of(Results results)
    {
        IGrouping<string, Result>[] panels = [.. results.Rows.Where(row => row.IsCpu && row.Metrics.Count > 0).GroupBy(row => row.Work)];
        if (panels.Length == 0)
            throw new BenchException("no work with CPU per request was measured, so there is nothing to draw");
        StringBuilder drawing = new();
        int width = (Width - 2 * Margin - Gap) / 2;
        int[] bottoms = [HeadHeight, HeadHeight];
        foreach (IGrouping<string, Result> panel in panels)
        {
            int column = bottoms[0] <= bottoms[1] ? 0 : 1;
            Panel(drawing, [.. panel], Margin + column * (width + Gap), bottoms[column], width);
            bottoms[column] += PanelHead + panel.Count() * BarStep + PanelFoot;
        }
        int height = bottoms.Max() + 26;

        StringBuilder svg = new();
        svg.AppendLine($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="{Font}" role="img">""");
        svg.AppendLine("<title>CPU microseconds per request, by work and server</title>");
        svg.AppendLine($"""<rect width="{Width}" height="{height}" fill="#ffffff"/>""");
        Text(svg, Margin, 34, "CPU per request, in microseconds", 20, Ink, "font-weight=\"600\"");
        Text(svg, Margin, 54, "User and kernel time of the server on one core. Shorter is better. The whisker spans the quartiles.", 12.5, Quiet);
        int at = Margin;
        foreach ((string colour, string text) in Legend)
        {
            svg.AppendLine($"""<rect x="{at}" y="66" width="11" height="11" rx="2" fill="{colour}"/>""");
            Text(svg, at + 16, 76, text, 12, Ink);
            at += 16 + (int)(text.Length * 6.6) + 22;
        }
        svg.Append(drawing);
        string facts = string.Join(" · ", new[] { "cpu", "kernel", "load", "date" }
            .Where(results.Machine.ContainsKey).Select(name => results.Machine[name]));
        Text(svg, Margin, height - 12, facts, 10.5, Quiet);
        return svg.AppendLine("</svg>").ToString();
    }

    static void Panel(StringBuilder svg, IReadOnlyList<Result> rows, int left, int top, int width)
    {
        Text(svg, left, top + 16, rows[0].WorkTitle, 13.5, Ink, "font-weight=\"600\"");
        Spread Of(Result row) => row.Metrics[LoadWork.CpuPerRequest.Name].Spread;
        double most = rows.Max(row => Of(row).Median);
        if (rows.FirstOrDefault(row => row.Peer == "aspnet") is { } aspnet)
            most = Math.Min(most, 2.2 * Of(aspnet).Median);
        int start = left + NameWidth, room = width - NameWidth - ValueWidth;
        svg.AppendLine($"""<line x1="{start}" y1="{top + PanelHead - 4}" x2="{start}" y2="{top + PanelHead + rows.Count * BarStep - 2}" stroke="#d0d7de"/>""");

        for (int i = 0; i < rows.Count; i++)
        {
            Result row = rows[i];
            Spread cpu = Of(row);
            int y = top + PanelHead + i * BarStep;
            double X(double value) => start + room * Math.Min(value, most) / most;
            bool ours = row.Peer.StartsWith("galley", StringComparison.Ordinal), isCut = cpu.Median > most;
            string weight = ours ? "font-weight=\"600\"" : "";
            Text(svg, start - 7, y + 12, row.PeerTitle, 11.5, ours ? Galley : Ink, $"text-anchor=\"end\" {weight}");
            svg.AppendLine(Invariant($"""<rect x="{start}" y="{y}" width="{X(cpu.Median) - start:0.0}" height="{BarHeight}" rx="2" fill="{Colour(row.Peer)}"/>"""));
            if (isCut)
                svg.AppendLine(Invariant($"""<path d="M{X(most) - 22:0.0} {y + BarHeight + 2} l5 -{BarHeight + 4} h4 l-5 {BarHeight + 4} z" fill="#ffffff"/>"""));
            else if (X(cpu.High) - X(cpu.Low) >= 1)
                svg.AppendLine(Invariant($"""<path d="M{X(cpu.Low):0.0} {y + 7.5} H{X(cpu.High):0.0} M{X(cpu.Low):0.0} {y + 4.5} v6 M{X(cpu.High):0.0} {y + 4.5} v6" stroke="{Ink}" stroke-opacity="0.55" fill="none"/>"""));
            Text(svg, Math.Max(X(cpu.Median), isCut ? 0 : X(cpu.High)) + 6, y + 12, cpu.Median.ToString(cpu.Median < 10 ? "0.0" : "0", CultureInfo.InvariantCulture), 11.5, Ink, weight);
        }
    }

    static string Colour(string peer) => peer.StartsWith("galley", StringComparison.Ordinal) ? Galley
        : peer.StartsWith("aspnet", StringComparison.Ordinal) ? Dotnet
        : peer == "floor" ? Floor : Grey;

    static void Text(StringBuilder svg, double x, double y, string text, double size, string colour, string more = "") =>
        svg.AppendLine(Invariant($"""<text x="{x:0.0}" y="{y:0.0}" font-size="{size}" fill="{colour}" {more}>{WebUtility.HtmlEncode(text)}</text>"""));

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
