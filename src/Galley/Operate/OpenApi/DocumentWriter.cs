// Puts the document together: the routes of the running program give paths, names and tags, the text that generated code carries gives everything
// else. A component is written when something refers to it.

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Galley.Routing;

namespace Galley.Operating;

/// <summary>Writes one document. Used once.</summary>
internal sealed class DocumentWriter(OpenApiDocument settings)
{
    // The ones that OpenAPI 3.1 has a place for.
    private static readonly string[] s_methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"];

    private readonly Components _components = new();
    private readonly OperationNames _names = new();

    public byte[] Write(IEnumerable<Route> routes)
    {
        List<Operation> operations = Operations(routes);
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("openapi"u8, "3.1.1"u8);
        json.WriteStartObject("info"u8);
        json.WriteString("title"u8, settings.Title);
        if (settings.Description is { } description) json.WriteString("description"u8, description);
        json.WriteString("version"u8, settings.Version);
        json.WriteEndObject();
        json.WriteString("jsonSchemaDialect"u8, "https://json-schema.org/draft/2020-12/schema"u8);
        json.WriteStartArray("servers"u8);
        foreach (string server in settings.Servers.DefaultIfEmpty("/")) WriteObject(json, "url"u8, server);
        json.WriteEndArray();
        // Who may call what is decided by middleware, which says nothing about itself.
        json.WriteStartArray("security"u8);
        json.WriteEndArray();
        json.WriteStartArray("tags"u8);
        foreach (string tag in operations.SelectMany(operation => operation.Tags).Distinct()) WriteObject(json, "name"u8, tag);
        json.WriteEndArray();
        json.WriteStartObject("paths"u8);
        foreach (IGrouping<string, Operation> path in operations.GroupBy(operation => operation.Path.Key))
        {
            json.WriteStartObject(path.First().Path.Text);
            foreach (Operation operation in path) WriteOperation(json, operation);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartObject("components"u8);
        json.WriteStartObject("schemas"u8);
        _components.Write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    // Two routes that only a constraint tells apart are one path to OpenAPI: the first declared is documented. Of paths that are the same but for the
    // names of their parameters, the first gives the names.
    private List<Operation> Operations(IEnumerable<Route> routes)
    {
        List<Operation> operations = [];
        var paths = new Dictionary<string, PathTemplate>();
        foreach (Route route in routes.Where(route => route.IsDocumented && s_methods.Contains(route.Method)))
        {
            List<PathTemplate> templates = [.. PathTemplate.Of(route)];
            foreach (PathTemplate own in templates)
            {
                PathTemplate path = paths.TryGetValue(own.Key, out PathTemplate? first) ? first : paths[own.Key] = own;
                if (operations.Exists(other => other.Path.Key == own.Key && other.Route.Method == route.Method)) continue;
                string name = _names.Name(route, own, isShorter: templates.Count > 1 && own == templates[0]);
                operations.Add(new(route, own, path, name, route.Tags ?? (own.Subject is { } subject ? [subject] : [])));
            }
        }
        return operations;
    }

    private void WriteOperation(Utf8JsonWriter json, Operation operation)
    {
        using JsonDocument? described = operation.Route.Operation is { } text ? JsonDocument.Parse(text().ToArray()) : null;
        JsonElement own = described?.RootElement ?? default;
        JsonText? schemas = operation.Route.Schemas;
        json.WriteStartObject(operation.Route.Method.ToLowerInvariant());
        json.WriteString("operationId"u8, operation.Name);
        if (operation.Tags.Count > 0)
        {
            json.WriteStartArray("tags"u8);
            foreach (string tag in operation.Tags) json.WriteStringValue(tag);
            json.WriteEndArray();
        }
        json.WriteString("summary"u8, operation.Route.Summary ?? Text(own, "summary") ?? OperationNames.Spoken(operation.Name));
        if ((operation.Route.Description ?? Text(own, "description")) is { } description) json.WriteString("description"u8, description);
        if (own.ValueKind == JsonValueKind.Object && own.TryGetProperty("deprecated"u8, out _)) json.WriteBoolean("deprecated"u8, true);
        WriteParameters(json, operation, own, schemas);
        if (own.ValueKind == JsonValueKind.Object && own.TryGetProperty("requestBody"u8, out JsonElement body))
        {
            json.WritePropertyName("requestBody"u8);
            _components.Copy(json, body, schemas);
        }
        WriteResponses(json, operation.Route, own, schemas);
        json.WriteEndObject();
    }

    // What the handler answers, and what the route does before the handler is asked. Statuses come first, "default" last.
    private void WriteResponses(Utf8JsonWriter json, Route route, JsonElement own, JsonText? schemas)
    {
        SortedDictionary<string, JsonElement> all = new(StringComparer.Ordinal);
        if (own.ValueKind != JsonValueKind.Object) all.Add("default", JsonElement.Parse("""{"description":"Whatever the handler decides."}"""));
        else if (own.TryGetProperty("responses"u8, out JsonElement known)) foreach (JsonProperty one in known.EnumerateObject()) all.Add(one.Name, one.Value);
        if (route.WantsIfMatch)
        {
            all.TryAdd("412", Refused("The thing is not in the state that `If-Match` names."));
            all.TryAdd("428", Refused("`If-Match` is missing."));
        }
        json.WriteStartObject("responses"u8);
        foreach ((string status, JsonElement response) in all)
        {
            json.WritePropertyName(status);
            _components.Copy(json, response, schemas);
        }
        json.WriteEndObject();
    }

    private static JsonElement Refused(string description) => JsonElement.Parse(
        $$"""
        { "description": "{{description}}", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/{{ProblemSchema.Name}}" } } } }
        """);

    private void WriteParameters(Utf8JsonWriter json, Operation operation, JsonElement own, JsonText? schemas)
    {
        List<JsonElement> known = own.ValueKind == JsonValueKind.Object && own.TryGetProperty("parameters"u8, out JsonElement all) ? [.. all.EnumerateArray()] : [];
        List<Segment> open = [.. operation.Own.Parameters];
        known.RemoveAll(parameter => IsElsewhere(operation, parameter));
        // A handler may read the field itself; where the route asks for it, it is never missing.
        if (operation.Route.WantsIfMatch) known.RemoveAll(static parameter => Text(parameter, "in") == "header" && string.Equals(Text(parameter, "name"), "If-Match", StringComparison.OrdinalIgnoreCase));
        List<(string Name, string Place, bool IsRequired, string Schema, string Description)> more = Declared(operation.Route, schemas);
        if (known.Count + open.Count + more.Count == 0) return;
        json.WriteStartArray("parameters"u8);
        foreach (JsonElement parameter in known)
        {
            string place = Text(parameter, "in")!;
            Segment? segment = place is "path" or "path-or-query" ? operation.Own.Find(Text(parameter, "name")!) : null;
            if (segment is not null) open.Remove(segment);
            WriteParameter(json, operation, segment, segment is null && place == "path-or-query" ? "query" : place, parameter, schemas);
        }
        foreach (Segment segment in open) WriteParameter(json, operation, segment, "path", default, schemas);
        foreach ((string name, string place, bool isRequired, string schema, string description) in more)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("in"u8, place);
            if (isRequired) json.WriteBoolean("required"u8, true);
            json.WriteString("description"u8, description);
            json.WritePropertyName("schema"u8);
            _components.Copy(json, JsonElement.Parse(schema), schemas);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // What a route takes beyond its handler's own parameters: declarations that run.
    private List<(string Name, string Place, bool IsRequired, string Schema, string Description)> Declared(Route route, JsonText? schemas)
    {
        List<(string, string, bool, string, string)> all = [];
        if (route.List?.Invoke() is { } list) all.AddRange(list.Parameters(settings.Pages, (type, schema) => type.IsEnum ? _components.Reference(type.Name, schema, schemas) ?? schema : schema).Select(one => (one.Name, "query", false, one.Schema, one.Description)));
        if (route.WantsIfMatch) all.Add(("If-Match", "header", true, """{"type":"string"}""", "The `ETag` of the thing as the client has read it, or `*` for whatever is there."));
        return all;
    }

    // The shorter one of the two paths of an optional segment has no such parameter.
    private static bool IsElsewhere(Operation operation, JsonElement parameter)
    {
        string name = Text(parameter, "name")!;
        string place = Text(parameter, "in")!;
        if (place is not ("path" or "path-or-query") || operation.Own.Find(name) is not null) return false;
        return place == "path" || PathTemplate.Of(operation.Route).Any(path => path.Find(name) is not null);
    }

    private void WriteParameter(Utf8JsonWriter json, Operation operation, Segment? segment, string place, JsonElement known, JsonText? schemas)
    {
        bool isKnown = known.ValueKind == JsonValueKind.Object;
        json.WriteStartObject();
        // A path has one set of names, whatever the second route that shares it calls them.
        json.WriteString("name"u8, segment is null ? Text(known, "name")! : operation.Path.Parameters.ElementAt(operation.Own.Parameters.TakeWhile(s => s != segment).Count()).Name);
        json.WriteString("in"u8, segment is null ? place : "path");
        if (segment is not null || (isKnown && known.TryGetProperty("required"u8, out _))) json.WriteBoolean("required"u8, true);
        string? description = (isKnown ? Text(known, "description") : null) ?? (segment is { Kind: SegmentKind.CatchAll } ? "The rest of the path, slashes included." : null);
        if (description is not null) json.WriteString("description"u8, description);
        JsonElement schema = isKnown && known.TryGetProperty("schema"u8, out JsonElement declared) ? declared : default;
        json.WriteStartObject("schema"u8);
        bool hasSchema = schema.ValueKind == JsonValueKind.Object;
        // What is always there has no default.
        if (hasSchema) foreach (JsonProperty keyword in schema.EnumerateObject().Where(k => segment is null || k.Name != "default")) _components.Copy(json, keyword, schemas);
        if (segment is not null) PathTemplate.WriteConstraints(segment, json, name => hasSchema && schema.TryGetProperty(name, out _));
        json.WriteEndObject();
        foreach (string part in (string[])["deprecated", "example"])
        {
            if (!isKnown || !known.TryGetProperty(part, out JsonElement value)) continue;
            json.WritePropertyName(part);
            value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static void WriteObject(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        json.WriteStartObject();
        json.WriteString(name, value);
        json.WriteEndObject();
    }

    // A route under one of its paths: as it spells it itself, and as the document spells it.
    private sealed record Operation(Route Route, PathTemplate Own, PathTemplate Path, string Name, IReadOnlyList<string> Tags);
}
