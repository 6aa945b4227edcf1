using Monogres.Core;
using Monogres.Platforms.Lock;

namespace Monogres.Platforms.Tests.Lock;

/// <summary>Packages written in one line: <c>name version [Field: value]</c>.</summary>
internal static class Archives
{
    public static IReadOnlyList<ArchivePackage> Package(string line) => ArchivePackage.Parse(Stanza(line));

    public static string Stanza(string line)
    {
        var words = line.Split(' ', 3);
        return $"""
            Package: {words[0]}
            Version: {words[1]}
            Architecture: amd64
            Description: a package
             that is needed
            {(words.Length > 2 ? words[2] + "\n" : "")}Filename: pool/main/{words[0]}_{words[1]}_amd64.deb
            Size: {words[0].Length}
            SHA256: {Sha256Hash.Of(System.Text.Encoding.UTF8.GetBytes(line))}


            """.ReplaceLineEndings("\n");
    }
}
