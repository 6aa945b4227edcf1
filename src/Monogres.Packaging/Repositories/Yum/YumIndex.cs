using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Monogres.Core;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>The file <c>repomd.xml</c>, which a client reads first and whose signature it checks: the date of a repository, and the digest of each file of metadata.</summary>
/// <param name="Date">The date.</param>
/// <param name="Files">The kinds of metadata in their order, with the digests of the files.</param>
internal sealed record YumIndex(DateTimeOffset Date, ImmutableArray<(string Kind, Digest Digest)> Files)
{
    /// <summary>The file in the directory of metadata, and its signature.</summary>
    public const string Name = "repomd.xml", Signature = Name + ".asc";

    /// <summary>What the list of packages is called; clients pass over kinds that they do not know.</summary>
    public const string Packages = "monogres";

    private static readonly XNamespace Namespace = "http://linux.duke.edu/metadata/repo";

    /// <summary>The text of the file.</summary>
    public override string ToString()
    {
        var seconds = Date.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder($"""
            <?xml version="1.0" encoding="UTF-8"?>
            <repomd xmlns="{Namespace}" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
              <revision>{seconds}</revision>

            """);
        foreach (var (kind, digest) in Files)
        {
            text.Append($"""
                  <data type="{kind}">
                    <checksum type="sha256">{digest.Hash}</checksum>
                    <location href="repodata/{FileOf(kind, digest)}"/>
                    <timestamp>{seconds}</timestamp>
                    <size>{digest.Size}</size>
                  </data>

                """);
        }

        return text.Append("</repomd>\n").ToString();
    }

    /// <summary>The name of a file of metadata: no name ever has another content.</summary>
    public static string FileOf(string kind, Digest digest) => $"{digest.Hash}-{kind}.{(kind is Packages ? "txt" : "xml")}";

    /// <summary>Reads a file that was written here.</summary>
    /// <exception cref="FormatException">It was not.</exception>
    public static YumIndex Parse(string text)
    {
        try
        {
            var root = XDocument.Parse(text).Root!;
            return new YumIndex(
                DateTimeOffset.FromUnixTimeSeconds(long.Parse(Value(root, "revision"), CultureInfo.InvariantCulture)),
                [.. root.Elements(Namespace + "data").Select(data => ((string?)data.Attribute("type") ?? "", Digest.Parse($"{Value(data, "checksum")}/{Value(data, "size")}")))]);
        }
        catch (XmlException error)
        {
            throw new FormatException(error.Message, error);
        }

        static string Value(XElement element, string name) => (string?)element.Element(Namespace + name) ?? throw new FormatException($"it has no {name}");
    }
}
