// Forms as clients send them: encoded, in parts, and in parts spelled by hand for what a client would not send.

using System.Net.Http.Headers;
using System.Text;

namespace Galley.Validate.Tests;

internal static class FormContents
{
    public static StringContent Encoded(string form) => new(form, Encoding.UTF8, "application/x-www-form-urlencoded");

    public static StringContent Multipart(string body)
    {
        var content = new StringContent(body.ReplaceLineEndings("\r\n"), Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=B");
        return content;
    }

    public static MultipartFormDataContent Parts(params (string Name, string? File, string Data)[] parts)
    {
        var content = new MultipartFormDataContent();
        foreach ((string name, string? file, string data) in parts)
        {
            if (file is null) content.Add(new StringContent(data), name);
            else content.Add(new StringContent(data), name, file);
        }
        return content;
    }
}
