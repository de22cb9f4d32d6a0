// What a generated reader could be for one small type: no metadata, no state, the members in their order. It leaves out what a real one has to do - names in
// any case, numbers in strings, missing members, errors with their place - so it is the most that there is to gain.

using System.Text.Json;

namespace Galley.Bench;

static class ByHand
{
    public static User User(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        Guid id = default;
        string email = "", name = "";
        int age = 0;
        bool isActive = false;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8) && reader.Read()) id = reader.GetGuid();
            else if (reader.ValueTextEquals("email"u8) && reader.Read()) email = reader.GetString()!;
            else if (reader.ValueTextEquals("name"u8) && reader.Read()) name = reader.GetString()!;
            else if (reader.ValueTextEquals("age"u8) && reader.Read()) age = reader.GetInt32();
            else if (reader.ValueTextEquals("isActive"u8) && reader.Read()) isActive = reader.GetBoolean();
            else reader.Skip();
        }
        return new(id, email, name, age, isActive);
    }
}
