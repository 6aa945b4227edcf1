using System.Text;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Packages;

namespace Monogres.Packaging.Repositories.Apt;

/// <summary>
/// A package of an apt repository: its paragraph of the <c>Packages</c> file, and what of it is needed here. Its path is as in Debian's
/// archive: <c>pool/main/p/pgvector/postgresql-17-pgvector_0.8.0-1_amd64.deb</c>.
/// </summary>
internal sealed partial record AptPackage : RepositoryPackage
{
    /// <summary>Debian's word for packages that fit every processor.</summary>
    public const string AnyArchitecture = "all";

    // What an index says of a package, and a package does not say of itself.
    private static readonly string[] IndexFields = ["Filename", "Size", "MD5sum", "SHA1", "SHA256", "SHA512"];

    public required string Name { get; init; }

    public required DebianVersion Version { get; init; }

    public required string Architecture { get; init; }

    /// <summary>The whole paragraph, without the empty line after it.</summary>
    public required string Stanza { get; init; }

    /// <inheritdoc/>
    public override string Identity => $"{Name} {Version.Text} {Architecture}";

    /// <inheritdoc/>
    public override string Title => Name;

    /// <summary>By name, version and architecture, whatever was added first.</summary>
    public static IComparer<AptPackage> Order { get; } = Comparer<AptPackage>.Create((a, b) =>
    {
        var order = string.CompareOrdinal(a.Name, b.Name);
        if (order == 0) order = a.Version.CompareTo(b.Version);
        if (order == 0) order = string.CompareOrdinal(a.Version.Text, b.Version.Text);
        return order != 0 ? order : string.CompareOrdinal(a.Architecture, b.Architecture);
    });

    /// <summary>A package from what it says of itself.</summary>
    /// <param name="control">Its file <c>control</c>.</param>
    /// <param name="digest">That of the package.</param>
    /// <param name="component">The component that it goes to.</param>
    /// <exception cref="FormatException">Something in it cannot be published.</exception>
    public static AptPackage Of(string control, Digest digest, string component)
    {
        if (control.Contains('\r', StringComparison.Ordinal))
            throw new FormatException("its control file has carriage returns");

        var stanza = Deb822.Parse(control) is [var only] ? only : throw new FormatException("its control file does not consist of one paragraph");
        if (IndexFields.FirstOrDefault(field => stanza[field] is not null) is { } foreign)
            throw new FormatException($"its control file has the field {foreign}, which an index adds");

        var name = Matching(stanza, "Package", NameForm());
        var architecture = Matching(stanza, "Architecture", ArchitectureForm());
        var version = DebianVersion.Parse(stanza.Required("Version"));
        // The version of the source follows in parentheses where it is another.
        var source = stanza["Source"]?.Split(' ')[0] ?? name;
        if (!NameForm().IsMatch(source))
            throw new FormatException($"`{source}` cannot be the name of a source package");

        // As in Debian's archive: the libraries are many, and a colon cannot be in a file name everywhere.
        var folder = source.StartsWith("lib", StringComparison.Ordinal) ? source[..Math.Min(4, source.Length)] : source[..1];
        var file = $"{name}_{version.Text[(version.Text.IndexOf(':', StringComparison.Ordinal) + 1)..]}_{architecture}.deb";
        var path = RelativePath.Parse($"pool/{component}/{folder}/{source}/{file}");

        var lines = control.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.TrimEnd());
        return new AptPackage
        {
            Name = name,
            Version = version,
            Architecture = architecture,
            Digest = digest,
            Path = path,
            Project = stanza["Monogres-Payload"] is null ? null : stanza["Monogres-Project"] ?? source,
            License = stanza["Monogres-License"],
            Stanza = $"{string.Join('\n', lines)}\nFilename: {path}\nSize: {digest.Size}\nSHA256: {digest.Hash}",
        };
    }

    /// <summary>The packages of a <c>Packages</c> file that was written here.</summary>
    /// <exception cref="FormatException">It was not.</exception>
    public static IEnumerable<AptPackage> ParseIndex(string text) =>
        text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(OfStanza);

    /// <summary>Writes a <c>Packages</c> file.</summary>
    public static async Task WriteIndexAsync(IEnumerable<AptPackage> packages, Stream output, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        foreach (var package in packages)
        {
            await writer.WriteAsync(package.Stanza.AsMemory(), cancel);
            await writer.WriteAsync("\n\n".AsMemory(), cancel);
        }
    }

    private static AptPackage OfStanza(string text)
    {
        var stanza = Deb822.Parse(text) is [var only] ? only : throw new FormatException("an index has an empty paragraph");
        return new AptPackage
        {
            Name = stanza.Required("Package"),
            Version = DebianVersion.Parse(stanza.Required("Version")),
            Architecture = stanza.Required("Architecture"),
            Digest = Digest.Parse($"{stanza.Required("SHA256")}/{stanza.Required("Size")}"),
            Path = RelativePath.Parse(stanza.Required("Filename")),
            Stanza = text,
        };
    }

    private static string Matching(Deb822Stanza stanza, string field, Regex form) => stanza.Required(field) is var value && form.IsMatch(value)
        ? value
        : throw new FormatException($"`{value}` cannot be its {field}");

    // Debian policy 5.6.1; the rest of a path is made of these, so none of them leads elsewhere.
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9+.-]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ArchitectureForm();
}
