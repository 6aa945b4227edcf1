namespace Monogres.Packaging.Repositories.Yum;

/// <summary>Relations of a package to others, as its header has them: names, versions and comparisons side by side.</summary>
/// <param name="Element">What they are in the metadata of a repository.</param>
/// <param name="Names">The number of the names; versions and flags have the others.</param>
/// <param name="Versions">The number of the versions.</param>
/// <param name="Flags">The number of the comparisons.</param>
internal sealed record RpmRelations(string Element, int Names, int Versions, int Flags)
{
    private const int Less = 2, Greater = 4, Equal = 8, ForScripts = 64 | (1 << 9) | (1 << 10);

    /// <summary>All kinds, in the order of createrepo_c.</summary>
    public static IReadOnlyList<RpmRelations> All { get; } =
    [
        new("provides", 1047, 1113, 1112), new("requires", 1049, 1050, 1048), new("conflicts", 1054, 1055, 1053), new("obsoletes", 1090, 1115, 1114),
        new("suggests", 5049, 5050, 5051), new("enhances", 5055, 5056, 5057), new("recommends", 5046, 5047, 5048), new("supplements", 5052, 5053, 5054),
    ];

    /// <summary>Those of a package: the name, the comparison and version where there is one, and whether scripts need it.</summary>
    /// <exception cref="FormatException">There are not as many of one as of the others.</exception>
    public IEnumerable<(string Name, string? Comparison, RpmLabel? Version, bool ForScripts)> Of(RpmHeader header)
    {
        var (names, versions, flags) = (header.Texts(Names), header.Texts(Versions), header.Numbers(Flags));
        if (names.Length != versions.Length || names.Length != flags.Length)
            throw new FormatException($"its {Element} have names, versions and comparisons in different numbers");

        return names.Select((name, i) =>
        {
            var comparison = (flags[i] & (Less | Greater | Equal)) switch
            {
                Less => "LT",
                Greater => "GT",
                Equal => "EQ",
                Less | Equal => "LE",
                Greater | Equal => "GE",
                _ => null,
            };
            return (name, comparison, comparison is null ? null : RpmLabel.Parse(versions[i]), (flags[i] & ForScripts) != 0);
        });
    }
}

/// <summary>Epoch, version and release.</summary>
/// <param name="Epoch">The epoch, <c>0</c> where none is given.</param>
/// <param name="Version">The version.</param>
/// <param name="Release">The release; null where any will do.</param>
internal sealed record RpmLabel(string Epoch, string Version, string? Release)
{
    /// <summary>Reads <c>1:15.18-1</c>.</summary>
    public static RpmLabel Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var rest = text[(colon + 1)..];
        var dash = rest.IndexOf('-', StringComparison.Ordinal);
        return new RpmLabel(colon > 0 ? text[..colon] : "0", dash < 0 ? rest : rest[..dash], dash < 0 ? null : rest[(dash + 1)..]);
    }
}
