using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Monogres.Proof.Json;

/// <summary>
/// The one way in which a JSON document is written (RFC 8785): no white space, members sorted by UTF-16 code units, nothing
/// escaped that need not be. Equal documents have equal bytes, so what is signed or compared is their bytes. Numbers are whole.
/// </summary>
public static class CanonicalJson
{
    // Beyond it a reader that takes numbers for doubles sees another one (RFC 8785, section 3.2.2.3).
    private const long Largest = (1L << 53) - 1;

    /// <summary>The bytes of a document: UTF-8, no byte order mark.</summary>
    /// <exception cref="ArgumentException">It has a number that is not whole or not exact as a double, or text with half a surrogate pair.</exception>
    public static byte[] Write(JsonNode? document)
    {
        var text = new StringBuilder();
        Write(document, text);
        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(text.ToString());
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                WriteAll(text, '{', members.OrderBy(member => member.Key, StringComparer.Ordinal), '}', member =>
                {
                    WriteText(member.Key, text);
                    text.Append(':');
                    Write(member.Value, text);
                });
                break;
            case JsonArray items:
                WriteAll(text, '[', items, ']', item => Write(item, text));
                break;
            case JsonValue value:
                WriteValue(value, text);
                break;
        }
    }

    private static void WriteAll<T>(StringBuilder text, char open, IEnumerable<T> all, char close, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var one in all)
        {
            if (!first)
                text.Append(',');
            first = false;
            write(one);
        }

        text.Append(close);
    }

    private static void WriteValue(JsonValue value, StringBuilder text)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                WriteText(value.GetValue<string>(), text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                text.Append(value.GetValue<bool>() ? "true" : "false");
                break;
            default:
                text.Append(Whole(value).ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private static long Whole(JsonValue value)
    {
        var whole = value.TryGetValue<long>(out var wide) ? wide : value.TryGetValue<int>(out var narrow) ? narrow : (long?)null;
        return whole is { } number && Math.Abs(number) <= Largest ? number : throw new ArgumentException($"{value} is not a whole number that every reader of JSON takes for the same", nameof(value));
    }

    // RFC 8785, section 3.2.2.2.
    private static void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append($"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
