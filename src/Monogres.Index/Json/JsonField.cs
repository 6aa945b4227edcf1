using System.Collections.Immutable;
using System.Text.Json;
using Monogres.Core;

namespace Monogres.Index.Json;

/// <summary>Reads a text into a value, or says that it cannot.</summary>
internal delegate bool TryParse<T>(string text, out T value);

/// <summary>
/// One value in an index file, with the path that leads to it. Reading it wrongly typed or malformed records a problem and
/// returns a harmless placeholder, so that the rest is checked too; once a problem is recorded, nothing that was read is used.
/// </summary>
internal sealed class JsonField(JsonElement element, string path, FileProblems problems)
{
    public string Path { get; } = path;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether this is an object with that field; records no problem.</summary>
    public bool Has(string name) => IsObject && element.TryGetProperty(name, out _);

    /// <summary>Whether this is an object in which that field has that text; records no problem.</summary>
    public bool Has(string name, string text) => IsObject && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    public void Problem(string message, string? suggestion = null) => problems.Add(Path, message, suggestion);

    /// <summary>Records a problem of a template that every release would show again.</summary>
    public void ProblemOnce(string message)
    {
        if (!problems.Has(Path))
            Problem(message);
    }

    /// <summary>A text that is not empty.</summary>
    public string Text()
    {
        if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text)
            return text;

        Problem(element.ValueKind == JsonValueKind.String ? "is empty: expected a text" : $"is {Kind}: expected a text");
        return "";
    }

    /// <summary>A text that reads as a value; <paramref name="expected"/> completes "expected …".</summary>
    public T Value<T>(TryParse<T> parse, string expected)
        where T : struct
    {
        var before = problems.Count;
        var text = Text();
        if (parse(text, out var value) || problems.Count != before)
            return value;

        Problem($"is `{text}`: expected {expected}");
        return default;
    }

    /// <summary>A version range; every version when it cannot be read.</summary>
    public VersionRange Range()
    {
        var before = problems.Count;
        var text = Text();
        if (!VersionRange.TryParse(text, out var range) && problems.Count == before)
            Problem($"is `{text}`: expected a version range, such as `>=15, <18`", "see docs/reference/versions.md");

        return range;
    }

    /// <summary>A SHA-256 in hexadecimal digits.</summary>
    public Sha256Hash Sha256() => Value<Sha256Hash>(static (string text, out Sha256Hash hash) => Sha256Hash.TryParse(text, out hash), "a SHA-256, 64 digits of 0-9 and a-f");

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public long Number(long least)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) && number >= least)
            return number;

        Problem($"is {(element.ValueKind == JsonValueKind.Number ? element.GetRawText() : Kind)}: expected a whole number of at least {least}");
        return least;
    }

    public bool Boolean()
    {
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.GetBoolean();

        Problem($"is {Kind}: expected true or false");
        return false;
    }

    /// <summary>The version number of the format, which must be 1.</summary>
    public void FormatVersion()
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var version) || version != 1)
            Problem($"is {element.GetRawText()}: this version of Monogres reads format 1");
    }

    /// <summary>Each element of an array.</summary>
    public ImmutableArray<T> List<T>(Func<JsonField, T> read, bool mayBeEmpty = true)
    {
        if (!IsArray)
        {
            Problem($"is {Kind}: expected a list");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add(read(new JsonField(item, $"{Path}[{items.Count}]", problems)));

        if (items.Count == 0 && !mayBeEmpty)
            Problem("is empty: expected at least one element");

        return items.MoveToImmutable();
    }

    /// <summary>Texts without duplicates.</summary>
    public ImmutableArray<string> DistinctTexts(bool mayBeEmpty = true)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return List(
            item =>
            {
                var text = item.Text();
                if (text.Length > 0 && !seen.Add(text))
                    item.Problem($"`{text}` is listed twice");
                return text;
            },
            mayBeEmpty);
    }

    /// <summary>A text that may be empty.</summary>
    public string TextOrEmpty()
    {
        if (element.ValueKind == JsonValueKind.String)
            return element.GetString()!;

        Problem($"is {Kind}: expected a text");
        return "";
    }

    /// <summary>The element of an array at that position, which must exist.</summary>
    public JsonField At(int index) => new(element[index], $"{Path}[{index}]", problems);

    /// <summary>Several lines of text joined by line feeds, each line ended by one; a line may be empty.</summary>
    public string Lines() => string.Concat(List(item => item.Line()).Select(line => line + "\n"));

    /// <summary>An object whose names are data, in the order of the file; a duplicate name is a problem and read once.</summary>
    public IReadOnlyList<(string Name, JsonField Field)> Entries()
    {
        if (!IsObject)
        {
            Problem($"is {Kind}: expected an object");
            return [];
        }

        var entries = new List<(string, JsonField)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var field = new JsonField(property.Value, Below(property.Name), problems);
            if (seen.Add(property.Name))
                entries.Add((property.Name, field));
            else
                field.Problem("is a duplicate: keep one");
        }

        return entries;
    }

    /// <summary>An object whose names are data, sorted by name.</summary>
    public ImmutableSortedDictionary<string, T> Map<T>(Func<string, JsonField, T> read)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var (name, field) in Entries())
            map.Add(name, read(name, field));

        return map.ToImmutable();
    }

    /// <summary>An object of a known shape: unknown, missing and repeated fields are problems.</summary>
    public JsonShaped Object(ObjectShape shape)
    {
        var fields = new Dictionary<string, JsonField>(StringComparer.Ordinal);
        var entries = Entries();
        foreach (var (name, field) in entries)
        {
            if (shape.All.Contains(name))
                fields.Add(name, field);
            else
                field.Problem($"is not a field of {shape.Title}", Suggest(name, shape.All.Except(entries.Select(entry => entry.Name), StringComparer.Ordinal)) ?? $"the fields are {string.Join(", ", shape.Required.Concat(shape.Optional).Where(known => known is not "$schema"))}");
        }

        if (IsObject)
        {
            foreach (var name in shape.Required)
            {
                if (!fields.ContainsKey(name))
                    problems.Add(Below(name), $"is missing: {shape.Title} needs it");
            }
        }

        return new JsonShaped(shape, fields);
    }

    /// <summary>A text of this field with placeholders, all of which are known.</summary>
    public Template Template(string text, IReadOnlyList<string> known)
    {
        var template = Json.Template.Parse(text);
        foreach (var unknown in template.Placeholders.Except(known, StringComparer.Ordinal))
            Problem($"has the unknown placeholder {{{unknown}}}", Suggest(unknown, known) ?? $"the placeholders are {string.Join(", ", known.Select(name => $"{{{name}}}"))}");

        return template;
    }

    /// <summary>"did you mean …" for the candidates near a name; null when none is.</summary>
    public static string? Suggest(string name, IEnumerable<string> candidates)
    {
        var near = NearNames.Of(name, candidates);
        return near.Count == 0 ? null : $"did you mean {string.Join(" or ", near.Select(candidate => $"`{candidate}`"))}?";
    }

    private string Kind => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private string Line()
    {
        if (element.ValueKind == JsonValueKind.String && element.GetString() is { } line && !line.Contains('\n', StringComparison.Ordinal))
            return line;

        Problem("expected one line of text, without a line feed");
        return "";
    }

    private string Below(string name)
    {
        var plain = name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] is '_' or '$')
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$');
        if (plain)
            return Path.Length == 0 ? name : $"{Path}.{name}";

        return $"{Path}[\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"]";
    }
}

/// <summary>The fields of an object of a known shape.</summary>
internal sealed class JsonShaped(ObjectShape shape, Dictionary<string, JsonField> fields)
{
    /// <summary>The field, or null when the file does not have it; asking for one outside the shape is our own mistake.</summary>
    public JsonField? this[string name] => !shape.All.Contains(name)
        ? throw new InvalidOperationException($"{shape.Name} has no field {name}")
        : fields.TryGetValue(name, out var field) ? field : null;

    public string Text(string name) => this[name]?.Text() ?? "";

    public T Value<T>(string name, TryParse<T> parse, string expected)
        where T : struct => this[name]?.Value(parse, expected) ?? default;

    public VersionRange Range(string name) => this[name]?.Range() ?? VersionRange.Any;

    public ImmutableArray<T> List<T>(string name, Func<JsonField, T> read, bool mayBeEmpty = true) => this[name]?.List(read, mayBeEmpty) ?? [];

    public ImmutableArray<string> DistinctTexts(string name, bool mayBeEmpty = true) => this[name]?.DistinctTexts(mayBeEmpty) ?? [];

    public IReadOnlyList<(string Name, JsonField Field)> Entries(string name) => this[name]?.Entries() ?? [];

    public ImmutableSortedDictionary<string, T> Map<T>(string name, Func<string, JsonField, T> read) =>
        this[name]?.Map(read) ?? ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
