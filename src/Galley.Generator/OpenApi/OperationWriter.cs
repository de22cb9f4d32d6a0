// From an operation to its JSON, all but what only the running program knows: its path, and whether some parameters are part of it.

using System.Globalization;
using System.Text.RegularExpressions;
using Galley.Generator.Rules;

namespace Galley.Generator.OpenApi;

/// <summary>Writes one operation object.</summary>
internal sealed class OperationWriter(SchemaWriter schemas)
{
    public Members Write(Operation operation)
    {
        Documentation said = operation.Documentation;
        (string summary, string description) = Told(said);
        if (summary == "") summary = Spoken(operation.Name);
        Members json = new Members().WithText("summary", summary).WithText("description", description).WithFlag("deprecated", said.IsDeprecated);
        List<OperationInput> fields = [.. operation.Inputs.Where(i => i.In == "form")];
        List<OperationInput> parameters = [.. operation.Inputs.Where(i => i.In != "form")];
        if (parameters.Count > 0) json.With("parameters", new Items(parameters.Select(Parameter)));
        if (operation.Body is { } body) json.With("requestBody", Body(body, said));
        else if (fields.Count > 0) json.With("requestBody", Form(fields));
        return json.With("responses", Responses(operation));
    }

    // The first sentence is the summary, everything the description where that is more.
    private static (string Summary, string Description) Told(Documentation said)
    {
        Match first = Regex.Match(said.Summary, @"\A(.+?)(?:[.](?=\s|\z)|\n|\z)", RegexOptions.Singleline);
        string summary = first.Groups[1].Value.Trim();
        bool isAll = said.Remarks == "" && said.Summary.TrimEnd('.').Length == summary.Length;
        return (summary.Replace("`", ""), isAll ? "" : said.Description);
    }

    // The name of the method in words, for want of better ones.
    private static string Spoken(string name)
    {
        if (name.Length > 5 && name.EndsWith("Async", StringComparison.Ordinal)) name = name.Substring(0, name.Length - 5);
        string words = Regex.Replace(name, "(?<=[a-z0-9])[A-Z]", word => " " + word.Value.ToLowerInvariant());
        return words == "" ? "" : char.ToUpperInvariant(words[0]) + words.Substring(1);
    }

    private object Schema(OperationInput input)
    {
        object parsed = JsonTree.Parse(input.Schema) ?? new Members();
        if (parsed is not Members schema) return parsed;
        if (input.Enum != "" && schemas.Refer(input.Enum) is { } component)
        {
            if (schema["items"] is null) schema = component;
            else schema.With("items", component);
        }
        foreach (Keyword keyword in input.Keywords) schema.With(keyword.Name, keyword.Json);
        return schema.With("default", input.Default);
    }

    private Members Parameter(OperationInput input)
    {
        object schema = Schema(input);
        object? example = SchemaWriter.Example(input.Documentation.Example, (schema as Members)?["type"]);
        return new Members().WithText("name", input.Name).WithText("in", input.In).WithFlag("required", input.IsRequired)
            .WithText("description", input.Documentation.Description).WithFlag("deprecated", input.Documentation.IsDeprecated)
            .With("schema", schema).With("example", example);
    }

    private Members Body(OperationBody body, Documentation said)
    {
        Members content = new Members().With("schema", schemas.Use(body.Type)).With("example", JsonTree.Parse(said.Example));
        return new Members().WithText("description", body.Description).WithFlag("required", body.IsRequired)
            .With("content", new Members().With(Outcome.Json, content));
    }

    private Members Form(List<OperationInput> fields)
    {
        var properties = new Members();
        foreach (OperationInput field in fields.Where(f => f.Name != ""))
        {
            Members schema = (Members)Schema(field);
            properties.With(field.Name, schema.WithText("description", field.Documentation.Description));
        }
        Members form = new Members().WithText("type", "object");
        List<string> required = [.. fields.Where(f => f.IsRequired).Select(f => f.Name)];
        if (required.Count > 0) form.With("required", JsonTree.Texts(required));
        if (properties.Count > 0) form.With("properties", properties);
        var content = new Members();
        Members media = new Members().With("schema", form);
        if (!fields.Any(f => f.IsFile)) content.With("application/x-www-form-urlencoded", media);
        content.With("multipart/form-data", media);
        return new Members().WithFlag("required", required.Count > 0).With("content", content);
    }

    private Members Responses(Operation operation)
    {
        List<Outcome> outcomes = [.. operation.Outcomes];
        bool isBound = operation.Inputs.Count > 0 || operation.Body is not null;
        bool hasRules = operation.Inputs.Any(i => i.HasRules) || (operation.Body is { } body && schemas.HasRules(body.Type.Type));
        if (isBound && outcomes.All(o => o.Status != 400)) outcomes.Add(OutcomeReader.Refused(400, "Something in the request is missing or malformed."));
        if (hasRules && outcomes.All(o => o.Status != 422)) outcomes.Add(OutcomeReader.Refused(422, "A value in the request breaks a rule."));
        var responses = new Members();
        foreach (IGrouping<int, Outcome> status in outcomes.GroupBy(o => o.Status).OrderBy(g => g.Key == 0 ? int.MaxValue : g.Key))
            responses.With(status.Key == 0 ? "default" : status.Key.ToString(CultureInfo.InvariantCulture), Response([.. status]));
        return responses;
    }

    private Members Response(List<Outcome> same)
    {
        string description = string.Join("\n\n", same.Select(o => o.Description).Where(d => d != "").Distinct());
        Members response = new Members().WithText("description", description == "" ? Reason(same[0].Status) : description);
        var headers = new Members();
        if (same.Any(o => o.HasLocation)) headers.With("Location", Header("Where it is.", "uri-reference"));
        if (same.Any(o => o.HasTag)) headers.With("ETag", Header("Names the state of the thing: for `If-Match` and `If-None-Match`."));
        if (same.Any(o => o.Type is { } type && type.Type.StartsWith("global::Galley.Page<", StringComparison.Ordinal)))
            headers.With("Link", Header("This page, the first, and those beside it, as `self`, `first`, `prev` and `next` (RFC 8288)."));
        if (headers.Count > 0) response.With("headers", headers);
        var content = new Members();
        foreach (IGrouping<string, Outcome> media in same.Where(o => o.MediaType != "").GroupBy(o => o.MediaType))
        {
            List<Members> shapes = [.. media.Select(Shape).Where(s => s.Count > 0).GroupBy(JsonTree.Flat).Select(g => g.First())];
            content.With(media.Key, shapes.Count == 0 ? new() : new Members().With("schema", shapes.Count == 1 ? shapes[0] : new Members().With("anyOf", new Items(shapes))));
        }
        return content.Count > 0 ? response.With("content", content) : response;
    }

    private static Members Header(string description, string format = "") =>
        new Members().WithText("description", description).With("schema", new Members().WithText("type", "string").WithText("format", format));

    private Members Shape(Outcome outcome)
    {
        if (outcome.Type is { } type)
        {
            Members schema = schemas.Use(type);
            // A schema for each of the lines; of the array, one for all.
            return outcome.IsSequence && outcome.MediaType != Outcome.Lines ? new Members().WithText("type", "array").With("items", schema) : schema;
        }
        if (outcome.MediaType == Outcome.Problem) return SchemaWriter.Reference("Problem");
        return outcome.MediaType.StartsWith("text/", StringComparison.Ordinal) ? new Members().WithText("type", "string") : new();
    }

    private static string Reason(int status) => status switch
    {
        0 => "Another answer.",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Status " + status.ToString(CultureInfo.InvariantCulture),
    };
}
