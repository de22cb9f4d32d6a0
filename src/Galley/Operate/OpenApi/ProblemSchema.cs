// The schema of what Galley answers when it says no: RFC 9457 with the two members that Galley adds.

using System.Text.Json;

namespace Galley.Operating;

/// <summary>The component <c>Problem</c>.</summary>
internal static class ProblemSchema
{
    public const string Name = "Problem";

    public static JsonElement Element { get; } = JsonElement.Parse(
        """
        {
          "type": "object",
          "description": "Why a request was not done (RFC 9457).",
          "required": ["title", "status"],
          "properties": {
            "type": { "type": "string", "format": "uri-reference", "default": "about:blank", "description": "Names the kind of problem." },
            "title": { "type": "string", "description": "The kind of problem in words." },
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "description": "The status code." },
            "detail": { "type": "string", "description": "What is wrong this time." },
            "requestId": { "type": "string", "description": "The id of the request, to be quoted to who runs the backend." },
            "errors": {
              "type": "object",
              "description": "What is wrong by parameter name or by the place in the body.",
              "additionalProperties": { "type": "array", "items": { "type": "string" } }
            }
          }
        }
        """u8);
}
