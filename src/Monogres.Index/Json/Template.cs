using System.Collections.Immutable;
using System.Text;

namespace Monogres.Index.Json;

/// <summary>
/// A text with <c>{placeholders}</c>: a brace, lower-case letters and <c>_</c>, a brace. A brace after <c>$</c> belongs to the shell
/// (<c>${HOME}</c>), and so does every brace around anything else.
/// </summary>
public sealed class Template
{
    private readonly ImmutableArray<Part> _parts;

    private Template(string text, ImmutableArray<Part> parts) => (Text, _parts) = (text, parts);

    /// <summary>The text as it was written.</summary>
    public string Text { get; }

    /// <summary>The names of the placeholders, in order, each as often as it is used.</summary>
    public IEnumerable<string> Placeholders => _parts.Where(part => part.IsPlaceholder).Select(part => part.Text);

    /// <summary>Reads a text; every text is a template.</summary>
    public static Template Parse(string text)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '{' || (i > 0 && text[i - 1] == '$'))
                continue;

            var end = i + 1;
            while (end < text.Length && (char.IsAsciiLetterLower(text[end]) || text[end] == '_'))
                end++;

            if (end == i + 1 || end == text.Length || text[end] != '}')
                continue;

            parts.Add(new Part(text[start..i], IsPlaceholder: false));
            parts.Add(new Part(text[(i + 1)..end], IsPlaceholder: true));
            i = end;
            start = end + 1;
        }

        parts.Add(new Part(text[start..], IsPlaceholder: false));
        return new Template(text, parts.ToImmutable());
    }

    /// <summary>The text with every placeholder replaced.</summary>
    /// <exception cref="KeyNotFoundException">A placeholder has no value; the reader of the index has refused unknown ones.</exception>
    public string Expand(IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder();
        foreach (var (part, isPlaceholder) in _parts)
            text.Append(isPlaceholder ? values[part] : part);

        return text.ToString();
    }

    /// <summary>The text as it was written.</summary>
    public override string ToString() => Text;

    private sealed record Part(string Text, bool IsPlaceholder);
}
