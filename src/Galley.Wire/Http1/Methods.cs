// Text of methods to value and back. RFC 9110 section 9.1: method tokens are case-sensitive.

namespace Galley.Wire.Http1;

/// <summary>Converts between <see cref="Method"/> and its bytes. Thread-safe.</summary>
public static class Methods
{
    /// <summary>Classifies a method token; <see cref="Method.Other"/> for unregistered ones, <see cref="Method.None"/> for an empty one.</summary>
    public static Method Parse(ReadOnlySpan<byte> token) => token.Length switch
    {
        0 => Method.None,
        3 when token.SequenceEqual("GET"u8) => Method.Get,
        3 when token.SequenceEqual("PUT"u8) => Method.Put,
        4 when token.SequenceEqual("POST"u8) => Method.Post,
        4 when token.SequenceEqual("HEAD"u8) => Method.Head,
        5 when token.SequenceEqual("PATCH"u8) => Method.Patch,
        5 when token.SequenceEqual("TRACE"u8) => Method.Trace,
        6 when token.SequenceEqual("DELETE"u8) => Method.Delete,
        7 when token.SequenceEqual("OPTIONS"u8) => Method.Options,
        7 when token.SequenceEqual("CONNECT"u8) => Method.Connect,
        _ => Method.Other,
    };

    /// <summary>The token of a registered method; empty for <see cref="Method.None"/> and <see cref="Method.Other"/>.</summary>
    public static ReadOnlySpan<byte> Name(Method method) => method switch
    {
        Method.Get => "GET"u8,
        Method.Head => "HEAD"u8,
        Method.Post => "POST"u8,
        Method.Put => "PUT"u8,
        Method.Delete => "DELETE"u8,
        Method.Patch => "PATCH"u8,
        Method.Options => "OPTIONS"u8,
        Method.Connect => "CONNECT"u8,
        Method.Trace => "TRACE"u8,
        _ => default,
    };
}
