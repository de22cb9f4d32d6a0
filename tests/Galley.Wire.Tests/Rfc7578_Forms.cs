// RFC 7578 (and RFC 2046 section 5.1.1 below it): multipart/form-data. Every input is also cut at every byte.

using System.Text;
using Galley.Wire.Multipart;

namespace Galley.Wire.Tests;

public class Rfc7578_Forms
{
    const string Boundary = "-----x";

    // [name|file|type:data] for each part, then the end.
    static string Read(string body, int maxHead = 4096)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(body);
        string whole = Feed(bytes, [bytes.Length], maxHead);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(whole, Feed(bytes, [cut, bytes.Length], maxHead));
        }
        Assert.Equal(whole, Feed(bytes, Enumerable.Range(0, bytes.Length + 1), maxHead));
        return whole;
    }

    static string Feed(byte[] bytes, IEnumerable<int> cuts, int maxHead)
    {
        MultipartReader reader = new(Encoding.ASCII.GetBytes(Boundary), maxHead);
        StringBuilder told = new();
        int start = 0;
        foreach (int cut in cuts)
        {
            while (true)
            {
                ReadOnlySpan<byte> input = bytes.AsSpan(start, cut - start);
                MultipartStatus status = reader.Next(input, out int consumed, out int at, out int length);
                Assert.InRange(consumed, 0, input.Length);
                start += consumed;
                if (status == MultipartStatus.PartBegins) told.Append('[').Append(reader.Part.Name).Append('|').Append(reader.Part.FileName).Append('|').Append(reader.Part.ContentType).Append(':');
                else if (status == MultipartStatus.Data) told.Append(Encoding.Latin1.GetString(input.Slice(at, length)));
                else if (status == MultipartStatus.HeldData) told.Append(Encoding.Latin1.GetString(reader.Held.Span));
                else if (status == MultipartStatus.PartEnds) told.Append(']');
                else if (status == MultipartStatus.Rejected) return told.Append(reader.Reason).ToString();
                else if (start == cut) break;
            }
        }
        return told.Append(reader.End() ? "." : reader.Reason.ToString()).ToString();
    }

    static string Part(string disposition, string data) => $"--{Boundary}\r\nContent-Disposition: {disposition}\r\n\r\n{data}\r\n";

    const string End = $"--{Boundary}--\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\r\n-\r\n--\r\n----\r\n-----\r\n------\r\n-------")]
    [InlineData("\r\n-------y\r\n-------")]
    [InlineData("a-------x is no delimiter inside of a line")]
    [InlineData("--")]
    [InlineData("-")]
    [InlineData("\r\n------\r\n-------\r")]
    public void Section_4_1_Data_is_what_stands_between_delimiters(string data) =>
        Assert.Equal($"[a||:{data}][b||:2].", Read(Part("form-data; name=\"a\"", data) + Part("form-data; name=b", "2") + End));

    [Fact]
    public void Section_4_1_The_last_line_end_may_be_missing() => Assert.Equal("[a||:1].", Read(Part("form-data; name=a", "1") + $"--{Boundary}--"));

    [Fact]
    public void Section_4_1_A_part_may_have_no_data_and_no_line_end_for_it() =>
        Assert.Equal("[a||:][b||:2].", Read($"--{Boundary}\r\nContent-Disposition: form-data; name=a\r\n\r\n" + Part("form-data; name=b", "2") + End));

    [Fact]
    public void Section_4_1_A_form_may_be_empty() => Assert.Equal(".", Read(End));

    [Theory]
    [InlineData("form-data; name=\"a b\"; filename=\"c;d=e.txt\"", "[a b|c;d=e.txt|:x].")]
    [InlineData("FORM-DATA;NAME=a;FileName=\"\"", "[a||:x].")]
    [InlineData("form-data; name=\"\"", "[||:x].")]
    [InlineData("form-data; name=a; filename=b.txt;", "[a|b.txt|:x].")]
    [InlineData("form-data; name=\"a\\\"b\\\\c\"; filename=\"C:\\fakepath\\d.txt\"", "[a\"b\\c|C:\\fakepath\\d.txt|:x].")]
    [InlineData("form-data; name=\"a%22b\"; filename=\"100%.txt\"", "[a\"b|100%.txt|:x].")]
    [InlineData("form-data; name=a; filename=\"fallback\"; filename*=UTF-8''b%20%2e.txt", "[a|b ..txt|:x].")]
    [InlineData("form-data; name=a; unknown=1; unknown=2", "[a||:x].")]
    public void Section_4_2_A_part_has_a_name_and_perhaps_a_file_name(string disposition, string told) =>
        Assert.Equal(told, Read(Part(disposition, "x") + End));

    [Theory]
    [InlineData("attachment; name=a")]
    [InlineData("form-data")]
    [InlineData("form-data; filename=a")]
    [InlineData("form-data; name=a; name=b")]
    [InlineData("form-data; name=a; filename=a; filename=b")]
    [InlineData("form-data; name=\"a")]
    [InlineData("form-data; name=\"a\" b")]
    [InlineData("form-data; name")]
    [InlineData("form-data; =a")]
    [InlineData("form-data; name=a; filename*=latin1''b")]
    [InlineData("form-data; name=a; filename*=UTF-8''%zz")]
    [InlineData("form-data; name=a; filename*=UTF-8''%ff")]
    public void Section_4_2_A_disposition_that_can_be_read_in_two_ways_is_refused(string disposition) =>
        Assert.Equal("InvalidDisposition", Read(Part(disposition, "x") + End));

    [Fact]
    public void Section_4_2_A_disposition_is_there_once()
    {
        Assert.Equal("InvalidDisposition", Read($"--{Boundary}\r\n\r\nx\r\n" + End));
        Assert.Equal("InvalidDisposition", Read($"--{Boundary}\r\nContent-Type: a/b\r\n\r\nx\r\n" + End));
        Assert.Equal("InvalidDisposition", Read(Part("form-data; name=a\r\nContent-Disposition: form-data; name=b", "x") + End));
    }

    [Theory]
    [InlineData("Content-Type: image/png", "[a||image/png:x].")]
    [InlineData("content-type:text/plain; charset=utf-8 ", "[a||text/plain; charset=utf-8:x].")]
    [InlineData("X-Other: y", "[a||:x].")]
    [InlineData("Content-Transfer-Encoding: binary", "[a||:x].")]
    [InlineData("Content-Transfer-Encoding: base64", "TransferEncoding")]
    [InlineData("Content-Type: a/b\r\nContent-Type: a/c", "InvalidPartHead")]
    [InlineData("no field", "InvalidPartHead")]
    [InlineData("Name : x", "InvalidPartHead")]
    [InlineData(" folded", "InvalidPartHead")]
    [InlineData("X: \u0001", "InvalidPartHead")]
    [InlineData("X: a\nY: b", "InvalidPartHead")]
    [InlineData("X: \u00ff", "InvalidPartHead")]
    public void Section_4_4_Other_fields_are_fields(string line, string told) =>
        Assert.Equal(told, Read($"--{Boundary}\r\nContent-Disposition: form-data; name=a\r\n{line}\r\n\r\nx\r\n" + End));

    [Fact]
    public void Section_5_1_Names_are_UTF_8() =>
        Assert.Equal("[ä|ö.txt|:x].", Read(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Part("form-data; name=\"ä\"; filename=\"ö.txt\"", "x") + End))));

    [Theory]
    [InlineData("x", "MissingBoundary")]
    [InlineData("preamble\r\n--" + Boundary + "\r\n", "MissingBoundary")]
    [InlineData("\r\n--" + Boundary + "\r\n", "MissingBoundary")]
    [InlineData("--" + Boundary + " \r\n", "InvalidDelimiter")]
    [InlineData("--" + Boundary + "y\r\n", "InvalidDelimiter")]
    [InlineData("--" + Boundary + "\n", "InvalidDelimiter")]
    [InlineData("--" + Boundary + "-y", "InvalidDelimiter")]
    [InlineData("--" + Boundary + "--x", "Epilogue")]
    [InlineData("--" + Boundary + "--\r\nx", "Epilogue")]
    [InlineData("--" + Boundary + "--\n", "Epilogue")]
    [InlineData("", "Incomplete")]
    [InlineData("--" + Boundary, "Incomplete")]
    [InlineData("--" + Boundary + "\r\nContent-Disposition: form-data; name=a\r\n", "Incomplete")]
    [InlineData("--" + Boundary + "\r\nContent-Disposition: form-data; name=a\r\n\r\ndata\r\n--" + Boundary, "[a||:data]Incomplete")]
    [InlineData("--" + Boundary + "\r\nContent-Disposition: form-data; name=a\r\n\r\ndata\r\n--" + Boundary + "y", "[a||:data]InvalidDelimiter")]
    public void Rfc2046_section_5_1_1_What_is_no_form_is_refused(string body, string told) => Assert.Equal(told, Read(body));

    [Fact]
    public void A_part_head_is_bounded()
    {
        string form = Part("form-data; name=a", "x") + End;
        int head = "Content-Disposition: form-data; name=a\r\n\r\n".Length;
        Assert.Equal("[a||:x].", Read(form, head));
        Assert.Equal("PartHeadTooLarge", Read(form, head - 1));
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=abc", "abc")]
    [InlineData("Multipart/Form-Data;BOUNDARY=\"a b'()+_,-./:=?c\" ; charset=utf-8", "a b'()+_,-./:=?c")]
    [InlineData("multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundaryAbC", "----WebKitFormBoundaryAbC")]
    [InlineData("multipart/form-data", null)]
    [InlineData("multipart/mixed; boundary=abc", null)]
    [InlineData("multipart/form-data; boundary=", null)]
    [InlineData("multipart/form-data; boundary=\"\"", null)]
    [InlineData("multipart/form-data; boundary=\"a \"", null)]
    [InlineData("multipart/form-data; boundary=a; boundary=b", null)]
    [InlineData("multipart/form-data; boundary=\"a\\\"b\"", null)]
    [InlineData("multipart/form-data; boundary=a@b", null)]
    [InlineData("multipart/form-data; boundary=\"a", null)]
    [InlineData("multipart/form-data; boundary=a; =", null)]
    [InlineData("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789", "0123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890", null)]
    public void Rfc2046_section_5_1_1_A_boundary_is_one_to_seventy_of_few_characters(string type, string? boundary)
    {
        bool isFound = MultipartBoundary.TryRead(Encoding.ASCII.GetBytes(type), out ReadOnlySpan<byte> found);
        Assert.Equal(boundary, isFound ? Encoding.ASCII.GetString(found) : null);
    }

    [Fact]
    public void Any_bytes_end_in_a_verdict()
    {
        string[] pieces = ["--", Boundary, "\r\n", "\r", "-", "Content-Disposition: form-data; name=a", ": ", ";", "\"", "x", "\0", "=", "\u00e4"];
        Random random = new(5);
        for (int round = 0; round < 3000; round++)
        {
            StringBuilder body = new(random.Next(2) == 0 ? $"--{Boundary}\r\nContent-Disposition: form-data; name=a\r\n\r\n" : "");
            for (int i = random.Next(12); i > 0; i--)
                body.Append(pieces[random.Next(pieces.Length)]);
            Read(body.ToString(), 200);
        }
    }
}
