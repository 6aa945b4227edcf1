using System.Collections.Immutable;
using System.Text.Json;
using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Compares JSON documents by their fields.</summary>
internal static class JsonComparison
{
    /// <summary>Adds the fields in which two documents differ; false when they are not both JSON objects or arrays, or differ in nothing but blanks.</summary>
    public static bool TryCompare(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other, DifferenceBuilder found)
    {
        if (!CanBe(one.Span) || !CanBe(other.Span))
            return false;

        try
        {
            using var here = JsonDocument.Parse(one);
            using var there = JsonDocument.Parse(other);
            Compare("", here.RootElement, there.RootElement, found);
            return !found.IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool CanBe(ReadOnlySpan<byte> bytes) => bytes.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private static void Compare(string path, JsonElement one, JsonElement other, DifferenceBuilder found)
    {
        switch (one.ValueKind, other.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                Objects(path, one, other, found);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
                Arrays(path, one, other, found);
                break;
            default:
                if (!string.Equals(one.GetRawText(), other.GetRawText(), StringComparison.Ordinal))
                    found.AddTexts(path, Text(one), Text(other));
                break;
        }
    }

    private static void Objects(string path, JsonElement one, JsonElement other, DifferenceBuilder found)
    {
        ImmutableArray<string> names = [.. one.EnumerateObject().Select(field => field.Name)], otherNames = [.. other.EnumerateObject().Select(field => field.Name)];
        if (Orders.SameItems(names, otherNames))
            found.Add(new Detail($"{Child(path, "")}: order of fields", string.Join(' ', names), string.Join(' ', otherNames)), new Evidence.Lists(ListOf.Words, names, otherNames));

        foreach (var name in names.Union(otherNames, StringComparer.Ordinal))
        {
            var (isHere, isThere) = (one.TryGetProperty(name, out var value), other.TryGetProperty(name, out var otherValue));
            if (isHere && isThere)
                Compare(Child(path, name), value, otherValue, found);
            else
                found.AddTexts(Child(path, name), isHere ? Text(value) : null, isThere ? Text(otherValue) : null);
        }
    }

    private static void Arrays(string path, JsonElement one, JsonElement other, DifferenceBuilder found)
    {
        ImmutableArray<string> items = [.. one.EnumerateArray().Select(item => item.GetRawText())], otherItems = [.. other.EnumerateArray().Select(item => item.GetRawText())];
        if (Orders.SameItems(items, otherItems))
        {
            found.Add(new Detail($"{Child(path, "")}: order of items", string.Join(' ', items.Take(6)), string.Join(' ', otherItems.Take(6))), new Evidence.Lists(ListOf.Words, items, otherItems));
            return;
        }

        if (items.Length == otherItems.Length)
        {
            for (var i = 0; i < items.Length; i++)
                Compare($"{path}[{i}]", one[i], other[i], found);
            return;
        }

        foreach (var hunk in ListDiff.Of(items, otherItems))
        {
            for (var i = 0; i < Math.Max(hunk.One.Length, hunk.Other.Length); i++)
                found.AddTexts($"{path}[{Math.Min(hunk.OneAt, hunk.OtherAt) + i}]", hunk.One.ElementAtOrDefault(i), hunk.Other.ElementAtOrDefault(i));
        }
    }

    private static string Child(string path, string name) => path.Length == 0 ? (name.Length == 0 ? "the document" : name) : name.Length == 0 ? path : $"{path}.{name}";

    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
