using System.Collections.Immutable;
using System.Text;

namespace Monogres.Index.Extensions;

/// <summary>How the categories of extensions are written.</summary>
public static class ExtensionCategories
{
    private static readonly ImmutableArray<(string Word, ExtensionCategory Category)> All = [.. Enum.GetValues<ExtensionCategory>().Select(category => (WordOf(category), category))];

    /// <summary>Every category as it is written, in the order of the categories.</summary>
    public static ImmutableArray<string> Words { get; } = [.. All.Select(entry => entry.Word)];

    /// <summary>The category as it is written, <c>foreign-data</c>.</summary>
    public static string ToWord(this ExtensionCategory category) => All[(int)category].Word;

    /// <summary>Reads what <see cref="ToWord"/> writes.</summary>
    public static bool TryParse(string text, out ExtensionCategory category)
    {
        var at = Words.IndexOf(text);
        category = at < 0 ? default : All[at].Category;
        return at >= 0;
    }

    // A hyphen before each capital letter but the first.
    private static string WordOf(ExtensionCategory category)
    {
        var word = new StringBuilder();
        foreach (var c in category.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && word.Length > 0)
                word.Append('-');
            word.Append(char.ToLowerInvariant(c));
        }

        return word.ToString();
    }
}
