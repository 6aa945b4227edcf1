using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Monogres.Packaging.Deb;

/// <summary>The control file of a binary package (Debian policy 5.3): its fields in the order in which dpkg writes them.</summary>
public sealed record ControlFile
{
    // So that a line with its leading space fits into a terminal of 80 columns (policy 5.6.13).
    private const int Width = 78;

    /// <summary>The name.</summary>
    public required string Package { get; init; }

    /// <summary>The name that the packages of one build have in common; not written when it is that of the package.</summary>
    public required string Source { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>Debian's word for the processor, or <c>all</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Name and address of who answers for it.</summary>
    public required string Maintainer { get; init; }

    /// <summary>How much it takes when it is installed, in KiB.</summary>
    public required long InstalledSize { get; init; }

    /// <summary>The relations to other packages, by the name of the field; a field without relations is not written.</summary>
    public required ImmutableArray<(string Field, ImmutableArray<string> Packages)> Relations { get; init; }

    /// <summary>The section of the archive.</summary>
    public required string Section { get; init; }

    /// <summary>What it is to a package of another architecture; null for nothing.</summary>
    public string? MultiArch { get; init; }

    /// <summary>The home page.</summary>
    public required Uri Homepage { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Synopsis { get; init; }

    /// <summary>The long description, one text for each paragraph.</summary>
    public required ImmutableArray<string> Description { get; init; }

    /// <summary>Fields that are not dpkg's own.</summary>
    public required ImmutableArray<(string Field, string Value)> Further { get; init; }

    /// <summary>The field of a fact of <see cref="Formats.PackageIdentity"/>: <c>Monogres-Target</c>.</summary>
    public static string FieldOf(string fact) => $"Monogres-{char.ToUpperInvariant(fact[0])}{fact[1..]}";

    /// <summary>The text: one field a line, the lines of the long description indented.</summary>
    /// <exception cref="ArgumentException">A value has several lines.</exception>
    public string ToText()
    {
        var text = new StringBuilder();
        Add(text, "Package", Package);
        if (!string.Equals(Source, Package, StringComparison.Ordinal))
            Add(text, "Source", Source);
        Add(text, "Version", Version);
        Add(text, "Architecture", Architecture);
        Add(text, "Maintainer", Maintainer);
        Add(text, "Installed-Size", InstalledSize.ToString(CultureInfo.InvariantCulture));
        foreach (var (field, packages) in Relations)
        {
            if (!packages.IsEmpty)
                Add(text, field, string.Join(", ", packages));
        }

        Add(text, "Section", Section);
        Add(text, "Priority", "optional");
        if (MultiArch is not null)
            Add(text, "Multi-Arch", MultiArch);
        Add(text, "Homepage", Homepage.AbsoluteUri);
        Add(text, "Description", Synopsis);
        for (var i = 0; i < Description.Length; i++)
        {
            if (i > 0)
                text.Append(" .\n");
            foreach (var line in Fold(Description[i]))
                text.Append(' ').Append(line).Append('\n');
        }

        foreach (var (field, value) in Further)
            Add(text, field, value);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string field, string value)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAny('\n', '\r'))
            throw new ArgumentException($"The value of {field} is not one line: '{value}'.", nameof(value));

        text.Append(field).Append(": ").Append(value).Append('\n');
    }

    /// <summary>Breaks a paragraph at its spaces.</summary>
    private static IEnumerable<string> Fold(string paragraph)
    {
        var line = new StringBuilder();
        foreach (var word in paragraph.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }
}
