using System.Collections.Immutable;

namespace Monogres.Index.Json;

/// <summary>Reads environment variables: an object of names and values, where a value may be empty.</summary>
internal static class EnvironmentMap
{
    public static ImmutableSortedDictionary<string, string> Read(JsonShaped shaped, string name) => shaped.Map(name, Variable);

    private static string Variable(string name, JsonField field)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || char.IsAsciiDigit(name[0]))
            field.Problem("cannot be the name of an environment variable");

        return field.TextOrEmpty();
    }
}
