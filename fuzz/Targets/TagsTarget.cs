// The lists of If-Match and If-None-Match, and single entity tags as in If-Range. RFC 9110 sections 8.8.3 and 13.1. Flag s compares strongly.

using System.Text.RegularExpressions;
using Galley.Wire.Http1;
using static Galley.Fuzzing.OracleException;

namespace Galley.Fuzzing;

sealed partial class TagsTarget : FieldTarget
{
    public override string Name => "tags";

    protected override Ending Read(in Case input, ReadOnlySpan<byte> value, Transcript told)
    {
        bool strongly = input.Has('s');
        Require(EntityTag.TryRead("\"a\""u8, out EntityTag ours));
        TagMatch match = EntityTagList.Find(value, ours, strongly);
        told.Tell(match.ToString());
        string text = Text(value);
        Require(match == Naive(text, strongly));
        bool isOne = EntityTag.TryRead(value, out EntityTag one);
        Require(isOne == One().IsMatch(text));
        if (isOne)
        {
            Require(EntityTagList.Find(value, one, strongly: false) == TagMatch.Listed);
            told.Tell(one.IsWeak ? "weak" : "strong", one.Quoted);
        }
        return match == TagMatch.Malformed ? Ending.Rejection : Ending.Value;
    }

    static TagMatch Naive(string text, bool strongly)
    {
        if (text == "*")
            return TagMatch.Any;
        if (!List().IsMatch(text))
            return TagMatch.Malformed;
        bool isListed = Tag().Matches(text).Any(tag => tag.Groups[2].Value == "\"a\"" && !(strongly && tag.Groups[1].Length > 0));
        return isListed ? TagMatch.Listed : TagMatch.None;
    }

    const string Etag = "(W/)?(\"[!\\x23-\\x7E\\x80-\\xFF]*\")";

    [GeneratedRegex(Etag)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\A" + Etag + @"\z")]
    private static partial Regex One();

    [GeneratedRegex(@"\A(?:[ \t,]*\z|[ \t,]*" + Etag + @"(?:[ \t]*,[ \t,]*" + Etag + @")*[ \t,]*\z)")]
    private static partial Regex List();
}
