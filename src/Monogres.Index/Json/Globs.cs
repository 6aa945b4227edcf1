using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Json;

/// <summary>Reads lists of globs: relative paths whose segments may have <c>*</c>, <c>?</c>, <c>[…]</c>, or be <c>**</c>.</summary>
internal static class Globs
{
    public static ImmutableArray<string> Read(JsonField field) => field.List(item =>
    {
        var text = item.Text();
        if (text.Length > 0 && !RelativePath.TryParse(text, out _))
            item.Problem($"is `{text}`: expected a relative path or glob without `.`, `..` or empty parts");
        return text;
    });
}
