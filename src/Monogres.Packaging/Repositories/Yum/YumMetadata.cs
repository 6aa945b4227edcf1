using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Core;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>
/// The three files that say what packages a repository has, as createrepo_c writes them: one part after the other between a first
/// and a last line (https://github.com/rpm-software-management/createrepo_c/wiki, dnf reads them by libsolv). They are written here
/// because that is the way to extend a large repository without reading all its packages again.
/// </summary>
internal static class YumMetadata
{
    private const int DirectoryMode = 0x4000, KindOfFile = 0xf000, Ghost = 1 << 6;
    private const string End = "</package>\n";

    /// <summary>The kinds of metadata: how their files are called, and their first and last lines.</summary>
    public static ImmutableArray<YumKind> Kinds { get; } =
    [
        new("primary", """<metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm" """.TrimEnd(), "metadata"),
        new("filelists", """<filelists xmlns="http://linux.duke.edu/metadata/filelists" """.TrimEnd(), "filelists"),
        new("other", """<otherdata xmlns="http://linux.duke.edu/metadata/other" """.TrimEnd(), "otherdata"),
    ];

    private static ReadOnlySpan<byte> EndOfPart => "</package>\n"u8;

    private static ReadOnlySpan<byte> Location => "<location href=\""u8;

    /// <summary>The parts of a package, in the order of <see cref="Kinds"/>.</summary>
    /// <exception cref="FormatException">Its header does not have what they say.</exception>
    public static ReadOnlyMemory<byte>[] PartsOf(RpmFile file, Digest digest, (long Start, long End) range, RelativePath path)
    {
        var header = file.Header;
        var files = FilesOf(header);
        return [.. new[] { Primary(file, digest, range, path, files), FileList(header, digest, files), Other(header, digest) }.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Writes a file of metadata.</summary>
    /// <param name="kind">The kind, by its place in <see cref="Kinds"/>.</param>
    /// <param name="packages">The packages, in their order.</param>
    /// <param name="prefix">What leads from the directory of the repository to that of the packages: empty, or <c>../../</c>.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task WriteAsync(int kind, IReadOnlyCollection<YumPackage> packages, string prefix, Stream output, CancellationToken cancel)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{Kinds[kind].Start} packages=\"{packages.Count}\">\n"), cancel);
        foreach (var package in packages)
        {
            var part = package.Parts[kind];
            // Only an element begins with this: in texts and attributes the bracket is written otherwise.
            var at = prefix.Length > 0 ? part.Span.IndexOf(Location) : -1;
            if (at >= 0)
            {
                await output.WriteAsync(part[..(at + Location.Length)], cancel);
                await output.WriteAsync(Encoding.UTF8.GetBytes(prefix), cancel);
                part = part[(at + Location.Length)..];
            }

            await output.WriteAsync(part, cancel);
        }

        await output.WriteAsync(Encoding.UTF8.GetBytes($"</{Kinds[kind].Element}>\n"), cancel);
    }

    /// <summary>The parts of a file of metadata that was written here.</summary>
    /// <exception cref="FormatException">It was not.</exception>
    public static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> file)
    {
        // After the line that says it is XML and that of the element around all packages.
        var start = 0;
        for (var line = 0; line < 2; line++)
            start += file.Span[start..].IndexOf((byte)'\n') + 1;

        var parts = new List<ReadOnlyMemory<byte>>();
        for (int length; (length = file.Span[start..].IndexOf(EndOfPart)) >= 0; start += length + EndOfPart.Length)
            parts.Add(file.Slice(start, length + EndOfPart.Length));
        return parts;
    }

    private static string Primary(RpmFile file, Digest digest, (long Start, long End) range, RelativePath path, List<(string Path, string Type)> files)
    {
        var header = file.Header;
        var time = header.Number(RpmTag.BuildTime) ?? 0;
        var text = new StringBuilder("<package type=\"rpm\">\n");
        Element(text, "  ", "name", header.Text(RpmTag.Name));
        Element(text, "  ", "arch", header.Text(RpmTag.Architecture));
        Version(text, header);
        text.Append($"  <checksum type=\"sha256\" pkgid=\"YES\">{digest.Hash}</checksum>\n");
        Element(text, "  ", "summary", header.Text(RpmTag.Summary));
        Element(text, "  ", "description", header.Text(RpmTag.Description));
        Element(text, "  ", "packager", header.Text(RpmTag.Packager));
        Element(text, "  ", "url", header.Text(RpmTag.Url));
        text.Append(CultureInfo.InvariantCulture, $"  <time file=\"{time}\" build=\"{time}\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"  <size package=\"{digest.Size}\" installed=\"{header.Number(RpmTag.LongSize, RpmTag.Size) ?? 0}\" archive=\"{file.PayloadSize}\"/>\n");
        text.Append($"  <location href=\"{Xml(path.Value)}\"/>\n  <format>\n");
        Element(text, "    ", "rpm:license", header.Text(RpmTag.License));
        Element(text, "    ", "rpm:vendor", header.Text(RpmTag.Vendor));
        Element(text, "    ", "rpm:group", header.Text(RpmTag.Group));
        Element(text, "    ", "rpm:buildhost", header.Text(RpmTag.BuildHost));
        Element(text, "    ", "rpm:sourcerpm", header.Text(RpmTag.SourcePackage));
        text.Append(CultureInfo.InvariantCulture, $"    <rpm:header-range start=\"{range.Start}\" end=\"{range.End}\"/>\n");
        foreach (var kind in RpmRelations.All)
            Relations(text, kind, header);
        // What other packages may need by its path without naming the package.
        foreach (var (name, type) in files.Where(file => file.Path.StartsWith("/etc/", StringComparison.Ordinal) || file.Path.Contains("bin/", StringComparison.Ordinal) || file.Path is "/usr/lib/sendmail"))
            text.Append($"    <file{type}>{Xml(name)}</file>\n");
        return text.Append("  </format>\n").Append(End).ToString();
    }

    private static string FileList(RpmHeader header, Digest digest, List<(string Path, string Type)> files)
    {
        var text = Start(header, digest);
        foreach (var (name, type) in files)
            text.Append($"  <file{type}>{Xml(name)}</file>\n");
        return text.Append(End).ToString();
    }

    private static string Other(RpmHeader header, Digest digest)
    {
        var text = Start(header, digest);
        var (times, names, texts) = (header.Numbers(RpmTag.ChangelogTime), header.Texts(RpmTag.ChangelogName), header.Texts(RpmTag.ChangelogText));
        if (names.Length != times.Length || texts.Length != times.Length)
            throw new FormatException("its changelog has times, names and texts in different numbers");

        for (var i = 0; i < times.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"  <changelog author=\"{Xml(names[i])}\" date=\"{times[i]}\">{Xml(texts[i])}</changelog>\n");
        return text.Append(End).ToString();
    }

    private static StringBuilder Start(RpmHeader header, Digest digest)
    {
        var text = new StringBuilder($"<package pkgid=\"{digest.Hash}\" name=\"{Xml(header.Text(RpmTag.Name))}\" arch=\"{Xml(header.Text(RpmTag.Architecture))}\">\n");
        Version(text, header);
        return text;
    }

    private static void Version(StringBuilder text, RpmHeader header) => text.Append(
        CultureInfo.InvariantCulture, $"  <version epoch=\"{header.Number(RpmTag.Epoch) ?? 0}\" ver=\"{Xml(header.Text(RpmTag.Version))}\" rel=\"{Xml(header.Text(RpmTag.Release))}\"/>\n");

    private static void Relations(StringBuilder text, RpmRelations kind, RpmHeader header)
    {
        // What rpm itself must be able to do is not asked of packages.
        var entries = kind.Of(header).Where(entry => !entry.Name.StartsWith("rpmlib(", StringComparison.Ordinal)).Distinct().ToArray();
        if (entries.Length == 0)
            return;

        text.Append($"    <rpm:{kind.Element}>\n");
        foreach (var (name, comparison, version, forScripts) in entries)
        {
            text.Append($"      <rpm:entry name=\"{Xml(name)}\"");
            if (version is not null)
                text.Append($" flags=\"{comparison}\" epoch=\"{Xml(version.Epoch)}\" ver=\"{Xml(version.Version)}\"").Append(version.Release is { } release ? $" rel=\"{Xml(release)}\"" : "");
            text.Append(forScripts ? " pre=\"1\"" : "").Append("/>\n");
        }

        text.Append($"    </rpm:{kind.Element}>\n");
    }

    private static List<(string Path, string Type)> FilesOf(RpmHeader header)
    {
        var (names, directories, places) = (header.Texts(RpmTag.BaseNames), header.Texts(RpmTag.DirectoryNames), header.Numbers(RpmTag.DirectoryIndexes));
        var (modes, flags) = (header.Numbers(RpmTag.FileModes), header.Numbers(RpmTag.FileFlags));
        if (places.Length != names.Length || modes.Length != names.Length || flags.Length != names.Length || places.Any(place => place < 0 || place >= directories.Length))
            throw new FormatException("the list of its files does not fit together");

        return [.. names.Select((name, i) => (directories[(int)places[i]] + name, (modes[i] & KindOfFile) == DirectoryMode ? " type=\"dir\"" : (flags[i] & Ghost) != 0 ? " type=\"ghost\"" : ""))];
    }

    private static void Element(StringBuilder text, string indent, string name, string? value) =>
        text.Append(indent).Append(string.IsNullOrEmpty(value) ? $"<{name}/>\n" : $"<{name}>{Xml(value)}</{name}>\n");

    private static string Xml(string? value)
    {
        var text = new StringBuilder();
        foreach (var c in value ?? "")
        {
            text.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\n' or '\t' => c.ToString(),
                < ' ' or '\ufffe' or '\uffff' => throw new FormatException("a text of its header has a character that XML cannot have"),
                _ => c.ToString(),
            });
        }

        return text.ToString();
    }
}

/// <summary>A kind of metadata.</summary>
/// <param name="Name">What it is called in the list of all: <c>primary</c>.</param>
/// <param name="Start">The start of the element around all packages, without their number.</param>
/// <param name="Element">The name of that element.</param>
internal sealed record YumKind(string Name, string Start, string Element);
