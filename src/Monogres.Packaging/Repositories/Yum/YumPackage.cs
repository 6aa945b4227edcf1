using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>
/// A package of a yum repository, signed: a line that says what it is, and its part of each kind of metadata. Its path:
/// <c>Packages/p/pgvector_15-0.8.0-1~mgr1.glibc2.31.x86_64.rpm</c>.
/// </summary>
internal sealed partial record YumPackage : RepositoryPackage
{
    /// <summary>What stands in a package where its licence is not known: rpm wants something.</summary>
    public const string UnknownLicense = "LicenseRef-See-Texts";

    /// <summary>Of the file as it was built, before it was signed.</summary>
    public required Digest Unsigned { get; init; }

    /// <summary>Name, epoch, version, release and architecture, as rpm writes them: <c>pgvector_15-0:0.8.0-1~mgr1.glibc2.31.x86_64</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Its part of each kind of metadata, in the order of <see cref="YumMetadata.Kinds"/>.</summary>
    public required ReadOnlyMemory<byte>[] Parts { get; init; }

    /// <inheritdoc/>
    public override string Identity => Label;

    /// <inheritdoc/>
    public override string Title => Path.Name;

    /// <summary>By their paths, whatever was added first.</summary>
    public static IComparer<YumPackage> Order { get; } = Comparer<YumPackage>.Create((a, b) => string.CompareOrdinal(a.Path.Value, b.Path.Value));

    /// <summary>Its line in the list of packages.</summary>
    public string Line => $"{Digest} {Unsigned} {Label} {Path}";

    /// <summary>A package from what it says of itself.</summary>
    /// <param name="file">What it says.</param>
    /// <param name="signed">The digest of the file as it is published.</param>
    /// <param name="signedHeader">Where its header is in that file.</param>
    /// <param name="unsigned">The digest of the file as it was built.</param>
    /// <exception cref="FormatException">Something in it cannot be published.</exception>
    public static YumPackage Of(RpmFile file, Digest signed, (long Start, long End) signedHeader, Digest unsigned)
    {
        var header = file.Header;
        var (name, version, release, architecture) = (Matching(header, RpmTag.Name, "name"), Matching(header, RpmTag.Version, "version"), Matching(header, RpmTag.Release, "release"), Matching(header, RpmTag.Architecture, "architecture"));
        if (header.Text(RpmTag.SourcePackage) is null)
            throw new FormatException("it is a package with sources, and not one to install");

        var path = RelativePath.Parse($"Packages/{char.ToLowerInvariant(name[0])}/{name}-{version}-{release}.{architecture}.rpm");
        var epoch = header.Number(RpmTag.Epoch) ?? 0;
        return new YumPackage
        {
            Digest = signed,
            Unsigned = unsigned,
            Label = $"{name}-{epoch}:{version}-{release}.{architecture}",
            Path = path,
            Project = RpmRelations.All[0].Of(header).Select(provided => ProjectMark().Match(provided.Name)).FirstOrDefault(match => match.Success)?.Groups["project"].Value,
            License = header.Text(RpmTag.License) is { } license and not UnknownLicense ? license : null,
            Parts = YumMetadata.PartsOf(file, signed, signedHeader, path),
        };
    }

    /// <summary>A package from its line.</summary>
    /// <exception cref="FormatException">The line was not written here.</exception>
    public static YumPackage Parse(string line, ReadOnlyMemory<byte>[] parts) => line.Split(' ') is [var digest, var unsigned, var label, var path]
        ? new YumPackage { Digest = Digest.Parse(digest), Unsigned = Digest.Parse(unsigned), Label = label, Path = RelativePath.Parse(path), Parts = parts }
        : throw new FormatException("a line is not as it should be");

    private static string Matching(RpmHeader header, int tag, string what) => header.Text(tag) is { } value
        ? Word().IsMatch(value) ? value : throw new FormatException($"`{value}` cannot be its {what}")
        : throw new FormatException($"it does not say its {what}");

    /// <summary>By what a package that was made here provides, it names its project.</summary>
    [GeneratedRegex(@"\Amonogres-project\((?<project>[^)]+)\)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ProjectMark();

    // What rpm allows in all of them; none of it leads elsewhere in a path.
    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._+~^-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();
}
