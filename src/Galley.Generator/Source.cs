// Writes generated code with its indentation, so that F12 into it shows something worth reading.

using System.Text;

namespace Galley.Generator;

/// <summary>Lines of C#; a block opens and closes its braces.</summary>
internal sealed class Source
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public Source Line(string line = "")
    {
        // A line of the source is a line of the output, also when it carries a text of several lines.
        if (line.Length > 0) _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
        return this;
    }

    /// <summary>Several lines; a brace alone in its line opens or closes a block.</summary>
    public Source Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            if (line == "}") Out();
            Line(line);
            if (line == "{") In();
        }
        return this;
    }

    public Source Open(string head)
    {
        Line(head).Line("{");
        _depth++;
        return this;
    }

    public Source Close(string tail = "")
    {
        _depth--;
        return Line("}" + tail);
    }

    public Source In()
    {
        _depth++;
        return this;
    }

    public Source Out()
    {
        _depth--;
        return this;
    }

    public override string ToString() => _text.ToString();
}
